import { assertEquals } from "@std/assert";
import { applyEditList } from "../../../lib/input/edit_list.ts";
import type { Edit } from "../../../lib/mp4/movie.ts";
import { SourceTimes } from "../../../lib/verify/expected/source_times.ts";
import type { SourceTimesOptions } from "../../../lib/verify/expected/source_times.ts";
import { buildTrack, type Columns, MOVIE_TIMESCALE } from "../../presentation/synthetic_track.ts";

interface Case {
  columns: Columns;
  edits?: Edit[];
  options?: Partial<SourceTimesOptions>;
  durations: number[];
  decodeTimes: number[];
  presentationTimes: number[];
}

const FRAMES = { durations: 40, count: 4, syncs: [0] };
/** I P B, whose composition times are 40, 120, 80. */
const B_FRAMES = { durations: 40, count: 3, compositionOffsets: [40, 80, 0], syncs: [0] };
const LATE = [{ duration: 3500, mediaTime: -1, rate: 1 }, { duration: 0, mediaTime: 0, rate: 1 }];
const from = (mediaTime: number) => [{ duration: 0, mediaTime, rate: 1 }];

const cases: Record<string, Case> = {
  "are those of the track without an edit list": {
    columns: { ...FRAMES, start: 1000 },
    ...{ durations: [40, 40, 40, 40], decodeTimes: [0, 40, 80, 120] },
    presentationTimes: [1000, 1040, 1080, 1120],
  },
  "start at 0 with the edit of B-frames": {
    columns: B_FRAMES,
    edits: from(40),
    ...{ durations: [40, 40, 40], decodeTimes: [0, 40, 80], presentationTimes: [0, 80, 40] },
  },
  "compress the frames before an edit to a tick each": {
    columns: FRAMES,
    edits: from(80), // the third frame, due at 0, follows the two ticks
    ...{ durations: [1, 1, 40, 40], decodeTimes: [0, 1, 2, 42], presentationTimes: [0, 1, 2, 40] },
  },
  "compress in presentation order": {
    columns: B_FRAMES,
    edits: from(120), // I and B are compressed; P, due at 0, follows them
    ...{ durations: [1, 40, 1], decodeTimes: [0, 1, 41], presentationTimes: [0, 2, 1] },
  },
  "compress frames with negative composition offsets": {
    columns: { ...B_FRAMES, compositionOffsets: [0, 40, -40] }, // I 0, P 80, B 40
    edits: from(50),
    ...{ durations: [1, 40, 1], decodeTimes: [0, 1, 41], presentationTimes: [0, 30, 1] },
  },
  "of audio priming are negative": {
    columns: FRAMES,
    edits: from(30),
    options: { type: "audio" },
    ...{ durations: [40, 40, 40, 40], decodeTimes: [0, 40, 80, 120] },
    presentationTimes: [-30, 10, 50, 90],
  },
  "are moved forward by the start offset, in ticks of the rendition": {
    columns: FRAMES,
    edits: LATE,
    options: { startOffset: 3000, factor: 2 },
    ...{ durations: [80, 80, 80, 80], decodeTimes: [0, 80, 160, 240] },
    presentationTimes: [1000, 1080, 1160, 1240],
  },
};

for (const [what, { columns, edits, options, ...expected }] of Object.entries(cases)) {
  Deno.test(`SourceTimes ${what}`, () => {
    const track = buildTrack(columns, 1000, edits);
    const edit = applyEditList(track, MOVIE_TIMESCALE);
    const defaults = { type: "video", startOffset: 0, first: 0, factor: 1 } as const;
    const times = new SourceTimes({ track, edit, ...defaults, ...options });
    const indexes = [...expected.durations.keys()];
    assertEquals({
      durations: indexes.map((index) => times.duration(index)),
      decodeTimes: indexes.map((index) => times.decodeTime(index)),
      presentationTimes: indexes.map((index) => times.presentationTime(index)),
    }, expected);
  });
}
