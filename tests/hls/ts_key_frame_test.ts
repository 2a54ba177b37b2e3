/** Key frames in MPEG-TS contain one sample of video, at its time, and nothing else. */

import { assertEquals } from "@std/assert";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { type ElementaryStream, TsDemuxer } from "../mpegts.ts";
import { openTestdata } from "../sample_presentations.ts";
import { checkVideo, sourceSamples } from "./ts_samples.ts";
import { CLEAR } from "../clear_protection.ts";

const FILES = [
  "pair-avc-aac.mp4",
  "test-avc-opengop.mp4",
  "test-avc-twoentries.mp4",
  "test-avc-avc3.mp4",
  "test-hevc-hvc1.mp4",
  "test-hevc-opengop.mp4",
  "flash-avc-trimmed.mp4",
  "flash-avc-videodelayed.mp4",
];

for (const file of FILES) {
  Deno.test(`planTsKeyFrame() plans one sample of video: ${file}`, async () => {
    const presentation = await openTestdata([file]);
    const video = [...presentation.renditions.values()].find(({ type }) => type === "video");
    const source = await sourceSamples(video as MediaRendition);
    for (const keyFrame of listKeyFrames(video as MediaRendition)) {
      const plan = planTsKeyFrame(video as MediaRendition, keyFrame, CLEAR);
      const bytes = await readPlan(plan, new Uint8Array(0));
      assertEquals([plan.type, bytes.length % 188], ["video/mp2t", 0]);
      const demuxer = new TsDemuxer();
      demuxer.read(bytes);
      const [stream, ...others] = [...demuxer.streams.values()] as [ElementaryStream];
      assertEquals(others, []);
      const { packets } = stream;
      assertEquals(packets.length, 1);
      assertEquals(packets[0]!.dts, packets[0]!.pts);
      const row = keyFrame.sample - (video as MediaRendition).timing.first;
      checkVideo(stream, { ...source, samples: source.samples.slice(row, row + 1) });
    }
    presentation.close();
  });
}
