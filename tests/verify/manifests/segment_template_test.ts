import { assertEquals } from "@std/assert";
import {
  fillTemplate,
  readSegments,
  readTimeline,
} from "../../../lib/verify/manifests/segment_template.ts";

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

Deno.test("readSegments() numbers segments of equal duration", () => {
  const template = { "@timescale": "10", "@duration": "20", "@presentationTimeOffset": "40" };
  assertEquals(readSegments({ ...template, "@startNumber": "2" }, 3.5), [
    { number: 2, time: 40, duration: 20 },
    { number: 3, time: 60, duration: 20 },
  ]);
  assertEquals(readSegments(template, 2), [{ number: 1, time: 40, duration: 20 }]);
});

Deno.test("fillTemplate() replaces identifiers", () => {
  assertEquals(fillTemplate(TEMPLATE, "media", { id: "a", time: 5 }), "v1/a/$/5.m4s");
  assertEquals(fillTemplate(TEMPLATE, "initialization", { id: "a" }), "");
  const numbered = { "@media": "20x$Number$.jpg" };
  assertEquals(fillTemplate(numbered, "media", { id: "a", number: 2 }), "20x2.jpg");
});
