import { assertAlmostEquals, assertEquals } from "@std/assert";
import { buildInit } from "../../lib/cmaf/init.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { readBytes } from "../../lib/storage/source.ts";
import { readTracks } from "../mp4box.ts";
import { openTestdata } from "../sample_presentations.ts";
import { CLEAR } from "../clear_protection.ts";

const FILES = [
  "test-avc-frontmoov.mp4",
  "test-avc-twoentries.mp4",
  "test-avc-opengop.mp4",
  "test-hevc-opengop.mp4",
  "test-av1-main.mp4",
  "flash-avc-videodelayed.mp4",
  "frag-avc-everyframe.mp4",
];

for (const file of FILES) {
  Deno.test(`planKeyFrame() plans one sample that lasts until the next: ${file}`, async () => {
    const presentation = await openTestdata([file]);
    const [video] = [...presentation.renditions.values()] as [MediaRendition];
    const { source, track, timing: { timescale } } = video;
    for (const keyFrame of listKeyFrames(video)) {
      const plan = planKeyFrame(video, keyFrame, CLEAR);
      const bytes = await readPlan(plan, new Uint8Array(0));
      const init = buildInit(video);
      const whole = new Uint8Array(init.length + bytes.length);
      whole.set(init);
      whole.set(bytes, init.length);
      const [read] = readTracks(whole, false);
      assertEquals(read!.samples.length, 1);
      const { sync, presentationTime } = read!.samples[0]!;
      assertEquals(sync, true);
      assertAlmostEquals(presentationTime, keyFrame.time / timescale, 1e-6);
      const { sample } = keyFrame;
      const { offsets, sizes } = track.samples.readSamples(sample, sample + 1);
      const expected = await readBytes(source, offsets[0]!, sizes[0]!);
      assertEquals(bytes.subarray(plan.header.length), expected);
    }
    presentation.close();
  });
}

Deno.test("planKeyFrame() clamps a duration to 32 bits", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  const [video] = [...presentation.renditions.values()] as [MediaRendition];
  const { header } = planKeyFrame(video, { sample: 0, time: 0, end: 2 ** 33 }, CLEAR);
  presentation.close();
  const at = new TextDecoder("latin1").decode(header).indexOf("tfhd");
  assertEquals(new DataView(header.buffer, header.byteOffset + at + 12).getUint32(0), 2 ** 32 - 1);
});
