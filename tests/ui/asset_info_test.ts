import { assertEquals } from "@std/assert";
import { findSegment, getSegmentDuration, getSegmentUrl } from "../../lib/ui/asset_info.js";
import { buildChartData, getSegmentValue, getVisibleTimes } from "../../lib/ui/chart_data.js";
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
    assertEquals(findSegment(VIDEO, time), segment);
  });
}

Deno.test("segmentUrl() puts the time of a segment in its place", () => {
  assertEquals(getSegmentUrl(VIDEO, 1), "v1/video/2000.m4s");
});

Deno.test("segmentDuration() reaches to the next one, or the end", () => {
  assertEquals([0, 2].map((i) => getSegmentDuration(VIDEO, i)), [2, 1]);
});

Deno.test("buildChartData() has a value of each rendition at each time at which any starts", () => {
  assertEquals(buildChartData([VIDEO, AUDIO], "bytes"), [
    [0, 2, 2.5, 4, 5],
    [1000, 2000, 2000, 500, 500],
    [100, 100, 200, 200, 200],
  ]);
});

Deno.test("buildChartData() has none before the first and after the last segment", () => {
  const late = rendition({ seconds: [1, 2], bytes: [10] });
  assertEquals(buildChartData([VIDEO, late], "bytes")[2], [null, 10, 10, null, null]);
});

Deno.test("getSegmentValue() is bits over seconds, and none without seconds", () => {
  assertEquals(getSegmentValue(VIDEO, 0, "bitrate"), 4000);
  assertEquals(getSegmentValue(rendition({ seconds: [1, 1], bytes: [5] }), 0, "bitrate"), null);
});

Deno.test("getVisibleTimes() shows all in a range, or none of too many", () => {
  const range = { from: 2, to: 4 };
  assertEquals(getVisibleTimes([0, 2, 3, 4, 5], { ...range, max: 3 }), [2, 3, 4]);
  assertEquals(getVisibleTimes([0, 2, 3, 4, 5], { ...range, max: 2 }), []);
});
