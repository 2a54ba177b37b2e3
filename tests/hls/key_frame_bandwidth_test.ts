import { assert, assertEquals } from "@std/assert";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import {
  computeKeyFrameBandwidths,
  computeKeyFrameSizes,
} from "../../lib/hls/key_frame_bandwidth.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { openTestdata } from "../sample_presentations.ts";

const FILES = [
  "test-avc-frontmoov.mp4",
  "test-avc-twoentries.mp4",
  "test-avc-scenecuts.mp4",
  "test-avc-vfr.mp4",
  "test-hevc-opengop.mp4",
  "flash-avc-trimmed.mp4",
];

for (const file of FILES) {
  for (const format of ["fmp4", "ts"] as const) {
    Deno.test(`computeKeyFrameSizes() counts the bytes of key frames of ${file}: ${format}`, async () => {
      const presentation = await openTestdata([file]);
      const [video] = [...presentation.renditions.values()] as [MediaRendition];
      const frames = listKeyFrames(video);
      const sizes = computeKeyFrameSizes(video, format);
      assertEquals(sizes.length, frames.length);
      const plan = format === "fmp4" ? planKeyFrame : planTsKeyFrame;
      for (const [i, frame] of frames.entries()) {
        const { length } = await readPlan(plan(video, frame), new Uint8Array(0));
        // Parameter sets and start codes are estimated.
        if (format === "fmp4") assertEquals(sizes[i]!.bytes, length);
        else assert(Math.abs(sizes[i]!.bytes - length) <= 16 * 188, `${sizes[i]!.bytes} ${length}`);
      }
      presentation.close();
    });
  }
}

Deno.test("computeKeyFrameBandwidths() counts key frames only", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  presentation.close();
  const [video] = [...presentation.renditions.values()] as [MediaRendition];
  const frames = computeKeyFrameSizes(video, "fmp4");
  const { bandwidth, averageBandwidth } = computeKeyFrameBandwidths(video, {
    format: "fmp4",
    targetSeconds: 2,
  });
  assertEquals(frames.map(({ seconds }) => seconds), [2, 2, 2]);
  assertEquals(bandwidth, Math.max(...frames.map(({ bytes }) => 4 * bytes)));
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
  assertEquals(averageBandwidth, Math.ceil(8 * bytes / 6));
  assert(bandwidth < video.bandwidth);
});
