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
