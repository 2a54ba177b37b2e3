import { assertEquals } from "@std/assert";
import {
  computeFrameRate,
  computeFrameRates,
  computePeakFrameRate,
} from "../../lib/presentation/frame_rate.ts";

/** Frames of 41.708 ms with rounded times. */
const ROUNDED = Array.from({ length: 48 }, (_, i) => at(i + 1) - at(i));

function at(frame: number): number {
  return Math.round(frame * 1001 / 24);
}

const cases: [name: string, durations: number[], timescale: number, rate: string | undefined][] = [
  ["25 fps", [512, 512, 512], 12800, "25"],
  ["29.97 fps", [1001, 1001], 30000, "30000/1001"],
  ["23.976 fps in milliseconds", ROUNDED, 1000, "24000/1001"],
  ["12 fps", [1, 1, 1], 12, "12"],
  ["an edited movie with gaps", [512, 512, 512, 512, 700, 512, 512], 12800, "25"],
  ["variable", [40, 95, 20, 170, 80], 1000, "6173/500"],
  ["one frame in 12 s", [12], 1, "1/12"],
  ["one frame in 12.3 s", [12_300], 1000, "10/123"],
  ["no time", [0, 0], 1000, undefined],
  ["nothing", [], 1000, undefined],
];

for (const [name, durations, timescale, rate] of cases) {
  Deno.test(`computeFrameRate() of ${name} is ${rate}`, () => {
    const decodeTime = (index: number) =>
      durations.slice(0, index).reduce((sum, duration) => sum + duration, 0);
    assertEquals(
      computeFrameRate({ timescale, first: 0, end: durations.length, decodeTime }),
      rate,
    );
  });
}

const peaks: [name: string, durations: number[], rate: string | undefined][] = [
  ["a still stretch", [80, 80, 60_000, 80, 80], "25/2"],
  ["frames left out", [40, 40, 80, 40, 40], "25"],
  ["a constant rate", [40, 40, 40], undefined],
  ["rounded durations", [33, 34, 33, 33], undefined],
  ["no time", [0, 0], undefined],
  ["nothing", [], undefined],
];

for (const [name, durations, rate] of peaks) {
  Deno.test(`computePeakFrameRate() of ${name} is ${rate}`, () => {
    const decodeTime = (index: number) =>
      durations.slice(0, index).reduce((sum, duration) => sum + duration, 0);
    const timing = { timescale: 1000, first: 0, end: durations.length, decodeTime };
    assertEquals(computePeakFrameRate(timing), rate);
  });
}

Deno.test("computeFrameRates() does not count hidden samples", () => {
  const durations = [1, 1, 40, 40, 1, 1, 1, 1, 20, 40];
  const decodeTime = (index: number) =>
    durations.slice(0, index).reduce((sum, duration) => sum + duration, 0);
  const timing = { timescale: 1000, first: 0, end: 10, decodeTime };
  const hidden = Float64Array.of(0, 1, 4, 5, 6, 7, 8);
  assertEquals(computeFrameRates(timing, { count: 10, hidden }).frameRate, "25");
  assertEquals(computeFrameRates(timing, { count: 10 }).frameRate, "68493/1000");
});
