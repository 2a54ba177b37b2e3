import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FrameRateMeter } from "../../../lib/verify/expected/frame_rate_meter.ts";

Deno.test("FrameRateMeter accepts the mean, in spite of inexact timescales", () => {
  const meter = new FrameRateMeter(1000);
  meter.add([33, 34, 33, 33, 34, 33]);
  meter.add([33, 34, 33]);
  assertAlmostEquals(meter.mean, 30);
  assert(meter.accepts(30.01) && !meter.accepts(29.97));
});

Deno.test("FrameRateMeter accepts the median of a movie with a gap", () => {
  const meter = new FrameRateMeter(25);
  meter.add([1, 1, 1, 1, 96]);
  assertEquals([meter.mean, meter.median], [1.25, 25]);
  assert(meter.accepts(25) && meter.accepts(1.25) && !meter.accepts(24));
});

Deno.test("FrameRateMeter takes the longer one of two frames in the middle", () => {
  const meter = new FrameRateMeter(100);
  meter.add([1, 2, 4, 93]);
  assertEquals(meter.median, 25);
});

Deno.test("FrameRateMeter accepts a peak between the mean and the rate of the shortest frame", () => {
  const meter = new FrameRateMeter(100);
  meter.add([4, 4, 8, 8, 8, 8, 8]);
  const rates = [25, 20, 12.5, 12, 30];
  assertEquals(rates.map((rate) => meter.acceptsPeak(rate)), [true, true, true, false, false]);
});

Deno.test("FrameRateMeter accepts a peak that is rounded to three decimals", () => {
  const meter = new FrameRateMeter(1);
  meter.add([12]);
  assert(meter.acceptsPeak(0.083) && !meter.acceptsPeak(0.082) && !meter.accepts(0.083));
});

Deno.test("FrameRateMeter accepts no rate without frames", () => {
  assert(!new FrameRateMeter(25).accepts(25));
});

Deno.test("FrameRateMeter expects no rate of no frames", () => {
  const meter = new FrameRateMeter(1000);
  assertEquals([NaN, 25].map((rate) => meter.accepts(rate)), [true, false]);
  assertEquals([NaN, 25].map((rate) => meter.acceptsPeak(rate)), [true, false]);
});
