import { assertEquals } from "@std/assert";
import { segmentAt, segmentDuration, segmentUrl } from "../../lib/ui/asset_info.js";
import { chartData, segmentValue, visibleTimes } from "../../lib/ui/chart_data.js";
import { rendition } from "./rendition.ts";

const VIDEO = rendition({ seconds: [0, 2, 4, 5], bytes: [1000, 2000, 500] });
const AUDIO = rendition({ seconds: [0, 2.5, 5], bytes: [100, 200] });

const times: [time: number, segment: number][] = [
  [-1, 0],
  [0, 0],
  [1.999, 0],
  [2, 1],
  [4.5, 2],
  [5, 2],
  [99, 2],
];

for (const [time, segment] of times) {
  Deno.test(`segmentAt() finds segment ${segment} at ${time} s`, () => {
    assertEquals(segmentAt(VIDEO, time), segment);
  });
}

Deno.test("segmentUrl() puts the time of a segment in its place", () => {
  assertEquals(segmentUrl(VIDEO, 1), "v1/video/2000.m4s");
});

Deno.test("segmentDuration() reaches to the next one, or the end", () => {
  assertEquals([0, 2].map((i) => segmentDuration(VIDEO, i)), [2, 1]);
});

Deno.test("chartData() has a value of each rendition at each time at which any starts", () => {
  assertEquals(chartData([VIDEO, AUDIO], "bytes"), [
    [0, 2, 2.5, 4, 5],
    [1000, 2000, 2000, 500, 500],
    [100, 100, 200, 200, 200],
  ]);
});

Deno.test("chartData() has none before the first and after the last segment", () => {
  const late = rendition({ seconds: [1, 2], bytes: [10] });
  assertEquals(chartData([VIDEO, late], "bytes")[2], [null, 10, 10, null, null]);
});

Deno.test("segmentValue() is bits over seconds, and none without seconds", () => {
  assertEquals(segmentValue(VIDEO, 0, "bitrate"), 4000);
  assertEquals(segmentValue(rendition({ seconds: [1, 1], bytes: [5] }), 0, "bitrate"), null);
});

Deno.test("visibleTimes() shows all in a range, or none of too many", () => {
  const range = { from: 2, to: 4 };
  assertEquals(visibleTimes([0, 2, 3, 4, 5], { ...range, most: 3 }), [2, 3, 4]);
  assertEquals(visibleTimes([0, 2, 3, 4, 5], { ...range, most: 2 }), []);
});
