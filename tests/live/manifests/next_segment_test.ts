import { assertEquals } from "@std/assert";
import { predictNextSegment } from "../../../lib/live/manifests/next_segment.ts";

for (
  const [stream, last, next] of [
    ["index", "index9.m4s", "index10.m4s"],
    ["index", "seg_009.m4s", "seg_010.m4s"],
    ["index", "seg_999.m4s", "seg_1000.m4s"],
    ["out_0", "out_09.m4s", "out_010.m4s"], // of stream 0, as ffmpeg numbers
    ["out_1", "a/out_10.m4s", "a/out_11.m4s"],
    ["x", "v1/seg-2-hd.mp4", "v1/seg-3-hd.mp4"],
    ["x", "2026-11-30T04/5.mp4", "2026-11-30T04/6.mp4"],
    ["x", "1", "2"],
    ["index", "index.m4s", undefined],
    ["x", "v2/segment.mp4", undefined],
    ["x", "9".repeat(30), `1${"0".repeat(30)}`],
  ] as const
) {
  Deno.test(`predictNextSegment() returns ${next} after ${last} of ${stream}`, () => {
    assertEquals(predictNextSegment(last, stream), next);
  });
}
