import { assertEquals } from "@std/assert";
import { frameRate } from "../../lib/presentation/frame_rate.ts";

const cases: [frames: number, ticks: number, timescale: number, rate: string | undefined][] = [
  [250, 128000, 12800, "25"],
  [300, 300300, 30000, "30000/1001"],
  [240, 240240, 24000, "24000/1001"],
  [240, 10010, 1000, "24000/1001"], // 41.7 ms rounded to 41 and 42
  [120, 10000, 1000, "12"],
  [100, 8127, 1000, "2461/200"],
  [1, 0, 1000, undefined],
  [0, 0, 1000, undefined],
];

for (const [frames, ticks, timescale, rate] of cases) {
  Deno.test(`frameRate() of ${frames} frames in ${ticks}/${timescale} s is ${rate}`, () => {
    assertEquals(frameRate(frames, ticks, timescale), rate);
  });
}
