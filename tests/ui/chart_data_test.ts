import { assertEquals } from "@std/assert";
import { buildChartData, getSegmentValue, getVisibleTimes } from "../../lib/ui/chart_data.js";
import { rendition } from "./rendition.ts";

const VIDEO = rendition({ seconds: [0, 2, 4, 5], bytes: [1000, 2000, 500] });
const AUDIO = rendition({ seconds: [0, 2.5, 5], bytes: [100, 200] });

Deno.test("buildChartData() returns a value of each rendition at every segment start", () => {
  assertEquals(buildChartData([VIDEO, AUDIO], "bytes"), [
    [0, 2, 2.5, 4, 5],
    [1000, 2000, 2000, 500, 500],
    [100, 100, 200, 200, 200],
  ]);
});

Deno.test("buildChartData() returns null before the first and after the last segment", () => {
  const late = rendition({ seconds: [1, 2], bytes: [10] });
  assertEquals(buildChartData([VIDEO, late], "bytes")[2], [null, 10, 10, null, null]);
});

Deno.test("getSegmentValue() returns bits over seconds, or null without a duration", () => {
  assertEquals(getSegmentValue(VIDEO, 0, "bitrate"), 4000);
  assertEquals(getSegmentValue(rendition({ seconds: [1, 1], bytes: [5] }), 0, "bitrate"), null);
});

Deno.test("getVisibleTimes() returns all times in a range, or none if there are too many", () => {
  const range = { from: 2, to: 4 };
  assertEquals(getVisibleTimes([0, 2, 3, 4, 5], { ...range, max: 3 }), [2, 3, 4]);
  assertEquals(getVisibleTimes([0, 2, 3, 4, 5], { ...range, max: 2 }), []);
});
