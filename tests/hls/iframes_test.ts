import { assert, assertEquals } from "@std/assert";
import { computeIframeBandwidths, computeKeyFrameSizes } from "../../lib/hls/iframes.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { getPlanSize } from "../../lib/storage/read_plan.ts";
import { openTestdata } from "../sample_presentations.ts";

for (const file of ["test-avc-frontmoov.mp4", "test-avc-twoentries.mp4", "flash-avc-trimmed.mp4"]) {
  Deno.test(`computeKeyFrameSizes() counts the header and the first sample of each segment of ${file}`, async () => {
    const presentation = await openTestdata([file]);
    presentation.close();
    const [video] = [...presentation.renditions.values()] as [MediaRendition];
    const frames = computeKeyFrameSizes(video);
    const { samples } = video.timeline;
    assertEquals(frames.length, samples.length - 1);
    for (const [i, { bytes }] of frames.entries()) {
      const plan = planCmafSegment(video, i);
      const first = video.track.samples.bytes(samples[i]!, samples[i]! + 1);
      assertEquals(bytes, plan.header.length + first);
      assert(bytes < getPlanSize(plan));
    }
  });
}

Deno.test("computeIframeBandwidths() counts key frames only", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  presentation.close();
  const [video] = [...presentation.renditions.values()] as [MediaRendition];
  const frames = computeKeyFrameSizes(video);
  const { bandwidth, averageBandwidth } = computeIframeBandwidths(video, 2);
  assertEquals(frames.map(({ seconds }) => seconds), [2, 2, 2]);
  assertEquals(bandwidth, Math.max(...frames.map(({ bytes }) => 4 * bytes)));
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
  assertEquals(averageBandwidth, Math.ceil(8 * bytes / 6));
  assert(bandwidth < video.bandwidth);
});
