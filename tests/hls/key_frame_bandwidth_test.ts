import { assert, assertEquals } from "@std/assert";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import {
  createKeyFrameMeter,
  extendKeyFrames,
  extendTsKeyFrames,
} from "../../lib/hls/key_frame_bandwidth.ts";
import { createTsKeyFrameMeter } from "../../lib/hls/mpegts_bandwidth.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { assertGrows } from "../growing_presentation.ts";
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
    Deno.test(`createKeyFrameMeter() counts the bytes of key frames of ${file}: ${format}`, async () => {
      const presentation = await openTestdata([file]);
      const [video] = [...presentation.renditions.values()] as [MediaRendition];
      const frames = listKeyFrames(video);
      const [plan, computeSize] = format === "fmp4"
        ? [planKeyFrame, createKeyFrameMeter(video)]
        : [planTsKeyFrame, createTsKeyFrameMeter(video)];
      for (const frame of frames) {
        const size = computeSize(frame);
        const { length } = await readPlan(plan(video, frame), new Uint8Array(0));
        // Parameter sets and start codes are estimated.
        if (format === "fmp4") assertEquals(size, length);
        else assert(Math.abs(size - length) <= 16 * 188, `${size} ${length}`);
      }
      presentation.close();
    });
  }
}

Deno.test("extendKeyFrames() counts key frames only", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  presentation.close();
  const [video] = [...presentation.renditions.values()] as [MediaRendition];
  const sizes = listKeyFrames(video).map(createKeyFrameMeter(video));
  const { bandwidth, averageBandwidth } = extendKeyFrames(undefined, presentation, video.name);
  assertEquals(bandwidth, Math.max(...sizes.map((bytes) => 4 * bytes))); // each is shown for 2 s
  assertEquals(averageBandwidth, Math.ceil(8 * sizes.reduce((sum, bytes) => sum + bytes) / 6));
  assert(bandwidth < video.bandwidth);
});

const GROWING = ["test-avc-frontmoov.mp4", "test-avc-scenecuts.mp4", "test-hevc-opengop.mp4"];

for (const file of GROWING) {
  for (const extend of [extendKeyFrames, extendTsKeyFrames]) {
    Deno.test(`${extend.name}() of a growing ${file} equals that of the whole`, async () => {
      const presentation = await openTestdata([file], 1);
      presentation.close();
      assertGrows(presentation, extend);
    });
  }
}
