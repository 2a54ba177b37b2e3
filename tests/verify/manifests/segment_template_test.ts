import { assertEquals } from "@std/assert";
import { fillTemplate, readTimeline } from "../../../lib/verify/manifests/segment_template.ts";

const TEMPLATE = {
  "@media": "v1/$RepresentationID$/$$/$Time$.m4s",
  SegmentTimeline: {
    S: [{ "@t": "5", "@d": "10", "@r": "1" }, { "@d": "3" }, { "@t": "40", "@d": "1" }],
  },
};

Deno.test("readTimeline() expands repeats and missing times", () => {
  assertEquals(readTimeline(TEMPLATE), [
    { time: 5, duration: 10 },
    { time: 15, duration: 10 },
    { time: 25, duration: 3 },
    { time: 40, duration: 1 },
  ]);
});

Deno.test("fillTemplate() replaces identifiers", () => {
  assertEquals(fillTemplate(TEMPLATE, "media", { id: "a", time: 5 }), "v1/a/$/5.m4s");
  assertEquals(fillTemplate(TEMPLATE, "initialization", { id: "a" }), "");
});
