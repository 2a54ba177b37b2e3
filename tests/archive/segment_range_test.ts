import { assertEquals } from "@std/assert";
import type { RecordedSegment, RecordedTrack } from "../../lib/archive/recorded_broadcasts.ts";
import { selectSegments } from "../../lib/archive/segment_range.ts";

/** A track whose segments start at times in ticks; the last of these is the end. */
function createTrack(
  type: "video" | "audio",
  timescale: number,
  bounds: readonly number[],
  first = 0,
): RecordedTrack {
  const segments = bounds.slice(1).map((end, i) => ({
    ordinal: first + i,
    time: bounds[i]!,
    presentedDuration: end - bounds[i]!,
  })) as RecordedSegment[];
  const track = { name: `${type} ${timescale}`, type, timescale } as RecordedTrack["track"];
  return { track, block: 1, segments };
}

const VIDEO = createTrack("video", 10, [0, 20, 40, 60, 75]);
const AUDIO = createTrack("audio", 1000, [0, 2010, 4015, 6002, 7480]);
const ALL = { from: -Infinity, to: Infinity };

const CASES: [from: number, to: number, video: number[], audio: number[], origin: number][] = [
  [-Infinity, Infinity, [0, 1, 2, 3], [0, 1, 2, 3], 0],
  [0, 1, [0], [0], 0],
  [0, 2, [0], [0], 0],
  [0, 2.1, [0, 1], [0, 1], 0],
  [2, 4, [1], [1], 2],
  [3.9, 4, [1], [1], 2],
  [4, 100, [2, 3], [2, 3], 4],
  [7.4, Infinity, [3], [3], 6],
];

for (const [from, to, video, audio, origin] of CASES) {
  Deno.test(`selectSegments() selects whole segments from ${from} to ${to} s`, () => {
    const selected = selectSegments({ tracks: [AUDIO, VIDEO] }, { from, to })!;
    const [a, v] = selected.tracks.map(({ segments }) => segments.map(({ ordinal }) => ordinal));
    assertEquals([v, a, selected.origin], [video, audio, origin]);
  });
}

Deno.test("selectSegments() returns nothing outside the period", () => {
  assertEquals(selectSegments({ tracks: [AUDIO, VIDEO] }, { from: 7.5, to: 9 }), undefined);
  assertEquals(selectSegments({ tracks: [AUDIO, VIDEO] }, { from: -9, to: 0 }), undefined);
  assertEquals(selectSegments({ tracks: [createTrack("audio", 10, [])] }, ALL), undefined);
});

Deno.test("selectSegments() leaves out a track without segments in the range", () => {
  const short = createTrack("audio", 1000, [0, 2010]);
  const { tracks } = selectSegments({ tracks: [VIDEO, short] }, { from: 4, to: 9 })!;
  assertEquals(tracks.map(({ track }) => track.type), ["video"]);
});

Deno.test("selectSegments() follows audio where there is no more video", () => {
  const long = createTrack("audio", 1000, [0, 2010, 4015, 6002, 9000]);
  const { tracks, origin, end } = selectSegments({ tracks: [VIDEO, long] }, { from: 8, to: 9 })!;
  const ordinals = tracks.map(({ segments }) => segments.map(({ ordinal }) => ordinal));
  assertEquals([ordinals, origin, end], [[[3], [3]], 6, 9]);
});

Deno.test("selectSegments() starts at a tick of the leader, at or before all tracks", () => {
  const early = createTrack("audio", 1000, [18_456, 20_000], 9);
  const late = createTrack("audio", 1000, [20_003, 22_000], 9);
  const video = createTrack("video", 10, [200, 220], 9);
  assertEquals(selectSegments({ tracks: [video, late] }, ALL)!.origin, 20);
  assertEquals(selectSegments({ tracks: [video, early] }, ALL)!.origin, 18.4);
});
