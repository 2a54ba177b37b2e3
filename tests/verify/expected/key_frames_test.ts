import { assertEquals } from "@std/assert";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { findExpectedKeyFrames } from "../../../lib/verify/expected/key_frames.ts";
import type { SourceSamples } from "../../../lib/verify/expected/source_track.ts";

/** Returns samples of one byte and one tick each, presented at `times`. */
function createSamples(times: number[], syncs: number[]): SourceSamples {
  const count = times.length;
  const column = (getValue: (row: number) => number) =>
    Float64Array.from(times, (_, i) => getValue(i));
  return {
    first: 100,
    count,
    sizes: new Uint32Array(count).fill(1),
    flags: Uint32Array.from(times, (_, i) => syncs.includes(i) ? SYNC_FLAGS : NON_SYNC_FLAGS),
    descriptions: new Uint32Array(count),
    durations: column(() => 1),
    decodeTimes: column((row) => row),
    presentationTimes: Float64Array.from(times),
    byteOffsets: Float64Array.from({ length: count + 1 }, (_, i) => i),
    bytes: Uint8Array.from(times, (_, i) => i),
  };
}

Deno.test("findExpectedKeyFrames() finds one a second, with the sample at its time", () => {
  const samples = createSamples([2, 1, 3, 4, 5, 6, 7, 8], [0, 1, 3, 4, 7]);
  const frames = findExpectedKeyFrames(samples, { timescale: 3, end: 20 });
  const found = frames.map(({ time, samples: { first, durations, bytes, byteOffsets } }) => [
    time,
    first,
    durations[0]!,
    bytes[byteOffsets[0]!]!,
  ]);
  assertEquals(found, [[2, 100, 3, 0], [5, 104, 3, 4], [8, 107, 12, 7]]);
});

Deno.test("findExpectedKeyFrames() finds none beyond the segment", () => {
  const samples = createSamples([1, 30], [1]);
  assertEquals(findExpectedKeyFrames(samples, { timescale: 3, end: 20 }), []);
});
