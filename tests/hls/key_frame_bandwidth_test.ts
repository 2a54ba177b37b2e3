import { assert, assertEquals } from "@std/assert";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { computeAverageBandwidth, computePeakBandwidth } from "../../lib/presentation/bandwidth.ts";
import { findAttributes, getDurations, readStrictPlaylist } from "../m3u8.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import {
  computeKeyFrameBandwidths,
  createKeyFrameMeter,
} from "../../lib/hls/key_frame_bandwidth.ts";
import { createTsKeyFrameMeter } from "../../lib/hls/mpegts_bandwidth.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
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
        const { length } = await readPlan(plan(video, frame, CLEAR), new Uint8Array(0));
        // Parameter sets and start codes are estimated.
        if (format === "fmp4") assertEquals(size, length);
        else assert(Math.abs(size - length) <= 16 * 188, `${size} ${length}`);
      }
      presentation.close();
    });
  }
}

Deno.test("computeKeyFrameBandwidths() counts key frames only", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  presentation.close();
  const [video] = [...presentation.renditions.values()] as [MediaRendition];
  const sizes = listKeyFrames(video).map(createKeyFrameMeter(video));
  const { bandwidth, averageBandwidth } = computeKeyFrameBandwidths(presentation, video.name);
  assertEquals(bandwidth, Math.max(...sizes.map((bytes) => 4 * bytes))); // each is shown for 2 s
  assertEquals(averageBandwidth, Math.ceil(8 * sizes.reduce((sum, bytes) => sum + bytes) / 6));
  assert(bandwidth < video.bandwidth);
});

const OPEN_GOPS = ["test-avc-opengop.mp4", "test-hevc-opengop.mp4", "flash-avc-trimmed.mp4"];

for (const file of OPEN_GOPS) {
  for (const format of ["fmp4", "ts"] as const) {
    Deno.test(`EXT-X-I-FRAME-STREAM-INF of ${file} counts the durations that its playlist states: ${format}`, async () => {
      const presentation = await openTestdata([file]);
      const [video] = [...presentation.renditions.values()] as [MediaRendition];
      const multivariant = readStrictPlaylist(buildMultivariantPlaylist(presentation, format));
      const [tag] = findAttributes(multivariant, "EXT-X-I-FRAME-STREAM-INF");
      const text = buildIframePlaylist(presentation, video, format);
      const seconds = getDurations(readStrictPlaylist(text));
      const plan = format === "fmp4" ? planKeyFrame : planTsKeyFrame;
      const frames = await Promise.all(
        listKeyFrames(video).map(async (frame, i) => {
          const { length } = await readPlan(plan(video, frame, CLEAR), new Uint8Array(0));
          return { bytes: length, seconds: seconds[i]! };
        }),
      );
      presentation.close();
      const target = Number(/TARGETDURATION:(\d+)/.exec(text)![1]);
      assertEquals(frames.length, seconds.length);
      assert(Number(tag!.BANDWIDTH) >= computePeakBandwidth(frames, target) - 1);
      assert(Number(tag!["AVERAGE-BANDWIDTH"]) >= computeAverageBandwidth(frames) - 1);
    });
  }
}
