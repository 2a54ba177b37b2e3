import { assertEquals } from "@std/assert";
import { computeDecodeTimes } from "../../../lib/verify/expected/decode_times.ts";
import { buildTable } from "../../presentation/synthetic_track.ts";

/** I-frames and P-frames with one B-frame before each P-frame, 10 ticks per frame. */
function buildPairs(frames: number) {
  const compositionOffsets: number[] = Array.from(
    { length: frames },
    (_, i) => i === 0 ? 10 : i % 2 ? 20 : 0,
  );
  return { durations: Array<number>(frames).fill(10), compositionOffsets };
}

Deno.test("computeDecodeTimes() returns those of the file if they are usable", () => {
  const times = computeDecodeTimes(buildTable(buildPairs(21)), 100);
  assertEquals([...times], Array.from({ length: 22 }, (_, i) => 10 * i));
});

Deno.test("computeDecodeTimes() delays frames until a frame is due", () => {
  const { durations, compositionOffsets } = buildPairs(21);
  durations[19] = 510; // the last B-frame is decoded in time, but its P-frame 500 ticks too early
  compositionOffsets[19] = 520;
  compositionOffsets[20] = 0;
  const times = computeDecodeTimes(buildTable({ durations, compositionOffsets }), 100);
  assertEquals([...times.slice(17)], [170, 180, 690, 700, 710]);
});

Deno.test("computeDecodeTimes() compares offsets with the median duration", () => {
  const durations = Array.from({ length: 255 }, (_, i) => i < 128 ? 10 : 30);
  const compositionOffsets = durations.map((_, i) => i === 254 ? 300 : 0); // more than 16 frames of 10 ticks, less than of 30
  const times = computeDecodeTimes(buildTable({ durations, compositionOffsets }), 100);
  const last = 128 * 10 + 126 * 30;
  assertEquals([...times.slice(-3)], [last - 30, last + 300, last + 330]);
});
