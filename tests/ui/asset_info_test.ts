import { assertEquals } from "@std/assert";
import {
  type AssetInfo,
  findSegmentIndex,
  getAspectRatio,
  getSegmentDuration,
  getSegmentUrl,
} from "../../lib/ui/asset_info.js";
import { rendition } from "./rendition.ts";

const VIDEO = rendition({ seconds: [0, 2, 4, 5], bytes: [1000, 2000, 500] });

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
  Deno.test(`findSegment() finds segment ${segment} at ${time} s`, () => {
    assertEquals(findSegmentIndex(VIDEO, time), segment);
  });
}

Deno.test("getSegmentUrl() inserts the time of the segment", () => {
  assertEquals(getSegmentUrl(VIDEO, 1), "v1/video/2000.m4s");
});

Deno.test("getSegmentDuration() extends to the next segment or the end", () => {
  assertEquals([0, 2].map((i) => getSegmentDuration(VIDEO, i)), [2, 1]);
});

Deno.test("getAspectRatio() returns that of the largest video, and of a bar for audio", () => {
  const sizes = [[426, 240], [1280, 720], [640, 360]].map(([width, height]) => ({
    ...VIDEO,
    width: width!,
    height: height!,
  }));
  const audio = { ...VIDEO, type: "audio" } as const;
  const read = (renditions: AssetInfo["renditions"]) => getAspectRatio({ renditions } as AssetInfo);
  assertEquals(read([audio, ...sizes]), "1280 / 720");
  assertEquals(read([audio]), "16 / 4");
});
