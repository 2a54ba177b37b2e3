import { assertEquals } from "@std/assert";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildRegularBoundaries } from "../../lib/presentation/boundaries.ts";
import { segmentStpp } from "../../lib/presentation/stpp_segmenter.ts";
import { computeSegmentSizes } from "../../lib/presentation/segment_sizes.ts";
import { planStppSegment } from "../../lib/cmaf/stpp.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";
import { buildProgressiveMovie, stppEntry } from "../subtitle_movie.ts";
import { buildTrack, MOVIE_TIMESCALE, SOURCE } from "./synthetic_track.ts";

/** Three segments of 2 s. */
const VIDEO = Deno.readFileSync(new URL("../../testdata/test-avc-frontmoov.mp4", import.meta.url));

const DOCUMENT = new TextEncoder().encode(
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p end="1s">x</p></div></body></tt>`,
);

/** Opens documents of some durations, in milliseconds, next to 6 s of video. */
async function open(durations: readonly number[]) {
  const samples = durations.map((duration) => ({ duration, bytes: DOCUMENT }));
  const movie = buildProgressiveMovie({ handler: "subt", entry: stppEntry(), samples });
  const { renditions } = await openInputs([{ file: "v.mp4" }, { file: "s.mp4" }], {
    segmentDuration: 2,
    open: (file) => memorySource(file === "v.mp4" ? VIDEO : movie, file).source,
  });
  return [...renditions.values()].find((one): one is SubtitleRendition => one.type === "text")!
    .stpp!;
}

Deno.test("segmentStpp() returns undefined for a track that needs an edit list, or has no samples", () => {
  const hasTimes = (edits: Edit[], count = 2) => {
    const track = buildTrack({ durations: 1000, count }, 1000, edits);
    const edit = applyEditList(track, MOVIE_TIMESCALE);
    const input = { codec: "stpp", onlyImages: false, source: SOURCE, track, edit };
    const boundaries = buildRegularBoundaries(2);
    return segmentStpp(input, { boundaries, mediaEnd: 0 }) !== undefined;
  };
  assertEquals(hasTimes([]), true);
  assertEquals(hasTimes([{ mediaTime: 500, duration: 1500, rate: 1 }]), false);
  assertEquals(hasTimes([], 0), false);
});

/** `samples` are those at segment starts, and their number. */
const cases: [what: string, durations: number[], times: number[], samples: number[]][] = [
  ["documents to the end", [2000, 2000, 2000], [0, 2000, 4000, 6000], [0, 1, 2, 3]],
  ["an empty document after the last", [2000, 2000], [0, 2000, 4000, 6000], [0, 1, 2, 2]],
  ["empty documents at the boundaries", [1500], [0, 1500, 2000, 4000, 6000], [0, 1, 1, 1, 1]],
  ["no empty document of less than half a second", [1600], [0, 1600, 4000, 6000], [0, 1, 1, 1]],
  ["a longer last document", [2000, 3700], [0, 2000, 6000], [0, 1, 2]],
  ["a document after the end", [2000, 9000], [0, 2000, 11000], [0, 1, 2]],
  ["several documents in a segment", [500, 500, 500, 500, 500], [0, 2000, 2500, 4000, 6000], [
    0,
    4,
    5,
    5,
    5,
  ]],
];

for (const [what, durations, times, samples] of cases) {
  Deno.test(`segmentStpp() returns ${what}`, async () => {
    const { timeline } = await open(durations);
    assertEquals([...timeline.times], times);
    assertEquals([...timeline.samples], samples);
    assertEquals([...timeline.decodeTimes], times);
  });

  Deno.test(`segmentStpp() measures ${what} as planStppSegment() writes them`, async () => {
    const stpp = await open(durations);
    const built: number[] = [];
    for (let i = 0; i < times.length - 1; i++) {
      built.push((await readPlan(planStppSegment(stpp, i), new Uint8Array(0))).length);
    }
    assertEquals(computeSegmentSizes(stpp).map(({ bytes }) => bytes), built);
  });
}
