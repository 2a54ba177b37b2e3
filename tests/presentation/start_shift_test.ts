import { assertEquals } from "@std/assert";
import { applyEditList } from "../../lib/input/edit_list.ts";
import type { SubtitleInput } from "../../lib/input/subtitle_input.ts";
import type { MediaInput } from "../../lib/input/track_input.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import {
  computeStartShift,
  shiftMedia,
  shiftSubtitles,
  warnStartShift,
} from "../../lib/presentation/start_shift.ts";
import { segmentTracks } from "../../lib/presentation/segmenter.ts";
import type { Columns } from "./synthetic_track.ts";
import { buildTrack, CODEC, DESCRIPTION, MOVIE_TIMESCALE, SOURCE } from "./synthetic_track.ts";
import { openTestdata } from "../sample_presentations.ts";

function build(
  columns: Partial<Columns>,
  timescale: number,
  { edits = [], type = "audio", file = "a.mp4" }: {
    edits?: Edit[];
    type?: "video" | "audio";
    file?: string;
  } = {},
): MediaInput {
  const track = buildTrack({ durations: 10, count: 9, ...columns }, timescale, edits);
  const edit = applyEditList(track, MOVIE_TIMESCALE);
  const options = { file };
  const rest = { source: SOURCE, codec: CODEC, description: DESCRIPTION, warnings: [] };
  return { type, options, track, edit, ...rest };
}

/** I B B P, where B are presented first. */
const REORDERED = [40, 0, 0, 40, 40, 40, 40, 40, 40];

const SHIFTS: [what: string, inputs: MediaInput[], seconds: number][] = [
  ["tracks that start at 0", [build({}, 90), build({}, 48)], 0],
  ["a track that starts at a second", [build({ start: 90 }, 90)], 0],
  ["a track that starts later than a second", [build({ start: 91 }, 90)], 91 / 90],
  [
    "the first of two late tracks",
    [build({ start: 300 }, 90), build({ start: 100 }, 48)],
    100 / 48,
  ],
  ["one late track alone", [build({ start: 9000 }, 90), build({ start: 48 }, 48)], 0],
  ["a late track and one that presents nothing", [
    build({ start: 300 }, 90),
    build({}, 48, { edits: [{ duration: 0, mediaTime: 900, rate: 1 }] }),
  ], 300 / 90],
  ["two files", [build({ start: 900 }, 90), build({ start: 900 }, 90, { file: "b.mp4" })], 10],
  ["samples in presentation order", [
    build({ start: 90_000, compositionOffsets: REORDERED }, 90, { type: "video" }),
  ], 90_010 / 90],
  ["empty edits", [
    build({}, 90, {
      edits: [{ duration: 5000, mediaTime: -1, rate: 1 }, { duration: 0, mediaTime: 20, rate: 1 }],
    }),
  ], 5],
  ["an edit before the first sample", [
    build({ start: 900 }, 90, { edits: [{ duration: 0, mediaTime: 90, rate: 1 }] }),
  ], 9],
  ["an edit within late samples", [
    build({ start: 9000 }, 90, { edits: [{ duration: 0, mediaTime: 9020, rate: 1 }] }),
  ], 0],
  ["no audio or video", [], 0],
];

for (const [what, inputs, seconds] of SHIFTS) {
  Deno.test(`computeStartShift() returns ${seconds.toFixed(3)} s for ${what}`, () => {
    const { ticks, timescale } = computeStartShift(inputs);
    assertEquals(ticks / timescale, seconds);
  });
}

Deno.test("segmentTracks() presents the first late track at 0, and retains the offsets of others", () => {
  const inputs = [
    build({ start: 45_003 }, 30, { type: "video" }),
    build({ start: 1500 * 48_000 + 4 }, 48_000),
  ];
  const { tracks, warnings } = segmentTracks(inputs, 2);
  const starts = tracks.map((track) =>
    track.type === "text" ? NaN : track.timing.presentationTime(0)
  );
  assertEquals(starts, [3, 0]); // 0.1 s, less 4 ticks of 48 kHz
  assertEquals(warnings, [
    "a.mp4: all tracks start after 1500 s; presentation time 0 was moved there",
  ]);
});

Deno.test("warnStartShift() names the file unless there are several", () => {
  const shift = { ticks: 45_000, timescale: 30_000 };
  const [a, b] = [build({}, 90), build({}, 90, { file: "b.mp4" })];
  assertEquals(warnStartShift(shift, [a, a]), [
    "a.mp4: all tracks start after 1.5 s; presentation time 0 was moved there",
  ]);
  assertEquals(warnStartShift(shift, [a, b]), [
    "All files start after 1.5 s; presentation time 0 was moved there",
  ]);
  assertEquals(warnStartShift({ ticks: 0, timescale: 1 }, [a]), []);
  assertEquals(shiftMedia(a, { ticks: 0, timescale: 1 }), a);
});

function subtitles(starts: number[], isTrack: boolean): SubtitleInput {
  const cues = starts.map((start) => ({
    start,
    end: start + 1000,
    id: "",
    text: "a",
    settings: "",
  }));
  const webvtt = { cues, header: "", blocks: [] };
  return { type: "text", webvtt, track: isTrack ? {} : undefined } as unknown as SubtitleInput;
}

const CUES: [what: string, starts: number[], isTrack: boolean, expected: number[]][] = [
  ["cues of a track", [59_500, 62_000], true, [0, 2000]],
  ["cues of a file on the time of the media", [62_000, 65_000], false, [2000, 5000]],
  ["cues of a file that start with the presentation", [2000, 62_000], false, [2000, 62_000]],
];

for (const [what, starts, isTrack, expected] of CUES) {
  Deno.test(`shiftSubtitles() moves ${what} to ${expected} ms`, () => {
    const shift = { ticks: 60, timescale: 1 };
    const { webvtt } = shiftSubtitles(subtitles(starts, isTrack), shift, 20);
    assertEquals(webvtt.cues.map(({ start }) => start), expected);
  });
}

Deno.test("shiftSubtitles() moves no cues of a file that are presented within the media", () => {
  const { webvtt } = shiftSubtitles(
    subtitles([2000, 9000], false),
    { ticks: 3, timescale: 2 },
    20,
  );
  assertEquals(webvtt.cues.map(({ start }) => start), [2000, 9000]);
});

Deno.test("openInputs() presents a recording that starts at an hour from 0 on", async () => {
  const presentation = await openTestdata(["frag-avcaac-latestart.mp4"]);
  const starts = [...presentation.renditions.values()].map((rendition) =>
    rendition.type === "text" ? NaN : rendition.timing.presentationTime(0)
  );
  presentation.close();
  assertEquals(starts, [1024, 0]);
  assertEquals(presentation.warnings.filter((text) => text.includes("moved")), [
    "frag-avcaac-latestart.mp4: all tracks start after 3600 s; presentation time 0 was moved there",
  ]);
});
