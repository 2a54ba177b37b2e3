import { assertEquals } from "@std/assert";
import { selectEditedSamples } from "../../../lib/verify/expected/edited_samples.ts";
import { buildTrack, type Columns } from "../../presentation/synthetic_track.ts";

const FRAMES = { durations: 40, count: 20, syncs: [0, 5, 10, 15] };
/** A leading frame after each sync sample, in an open GOP: I B P, whose composition times are 40 0 80, then 160 120 200. */
const OPEN_GOP = {
  durations: 40,
  count: 6,
  compositionOffsets: [40, -40, 0, 40, -40, 0],
  syncs: [0, 3],
};
const AUDIO = { type: "audio", family: "aac" } as const;
const PACKETS = { durations: 20, count: 20 };

/** Edits as [start, end) in ms, and the samples `[first, end)` of each. */
const cases: [
  what: string,
  columns: Columns,
  type: "video" | "audio",
  edits: [start: number, end: number][],
  expected: [first: number, end: number][],
][] = [
  ["video from sync samples on", FRAMES, "video", [[0, 80], [250, 330]], [[0, 2], [5, 9]]],
  ["video that starts at a sync sample", FRAMES, "video", [[200, 240], [400, 440]], [
    [5, 6],
    [10, 11],
  ]],
  ["leading frames by the sync sample before", OPEN_GOP, "video", [[0, 80], [120, 240]], [
    [0, 2],
    [0, 6],
  ]],
  ["no leading frames that are not presented", OPEN_GOP, "video", [[0, 80], [160, 200]], [
    [0, 2],
    [3, 5],
  ]],
  ["nothing for an edit behind the track", FRAMES, "video", [[0, 40], [800, 900], [40, 80]], [
    [0, 1],
    [0, 2],
  ]],
  ["no packet before an inner edit", PACKETS, "audio", [[100, 200], [240, 300]], [
    [4, 10],
    [12, 15],
  ]],
  ["packets by their centres", PACKETS, "audio", [[100, 190], [249, 291], [311, 351]], [
    [4, 9],
    [12, 15],
    [16, 18],
  ]],
  ["a packet for an edit shorter than one, or none", PACKETS, "audio", [
    [0, 20],
    [45, 55],
    [42, 48],
    [0, 20],
  ], [[0, 1], [2, 3], [0, 1]]],
  ["nothing for an edit of no tick", FRAMES, "video", [[0, 40], [85, 85], [40, 80]], [
    [0, 1],
    [0, 2],
  ]],
  ["no priming of a first edit that presents no packet", PACKETS, "audio", [[60, 62], [0, 40]], [
    [0, 2],
  ]],
  ["a frame at the end that is that of the track", { ...FRAMES, durations: 1 }, "video", [
    [0, 19],
    [15, 19],
  ], [[0, 19], [15, 20]]],
];

for (const [what, columns, type, edits, expected] of cases) {
  Deno.test(`selectEditedSamples() selects ${what}`, () => {
    const track = buildTrack(columns, 1000);
    const list = edits.map(([start, end]) => ({ start, end, at: 0 }));
    const ranges = selectEditedSamples({ track, type, family: "aac" }, list, 2);
    assertEquals(ranges.map(({ first, end }) => [first, end]), expected);
  });
}

Deno.test("selectEditedSamples() starts behind a gap before the first edit", () => {
  const track = buildTrack({ durations: [10_000, 20, 20, 20], count: 4 }, 1000);
  const edits = [{ start: 10_000, end: 10_040, at: 0 }, { start: 0, end: 20, at: 40 }];
  assertEquals(selectEditedSamples({ ...AUDIO, track }, edits, 2)[0]!.first, 1);
});

Deno.test("selectEditedSamples() selects as many packets before the first edit as its track needs, and none before others", () => {
  const track = { ...buildTrack(PACKETS, 1000), rollDistance: -3 };
  const edits = [{ start: 105, end: 200, at: 0 }, { start: 300, end: 400, at: 95 }];
  const ranges = selectEditedSamples({ ...AUDIO, track }, edits, 2);
  assertEquals(ranges.map(({ first, end }) => [first, end]), [[2, 10], [15, 20]]);
});
