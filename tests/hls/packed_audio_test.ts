import { assert, assertEquals } from "@std/assert";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planPackedAudio } from "../../lib/hls/packed_audio.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { readAdtsFrames, readId3Timestamp } from "../mpegts.ts";
import { openTestdata } from "../sample_presentations.ts";
import { assertTime, checkFrames, sourceSamples } from "./ts_samples.ts";
import { CLEAR } from "../clear_protection.ts";

const cases: [file: string, type: string][] = [
  ["tone-aac-mono.m4a", "audio/aac"],
  ["tone-aac-surround.mp4", "audio/aac"],
  ["tone-aac-pce.mp4", "audio/aac"],
  ["tone-aac-24khz.mp4", "audio/aac"],
  ["tone-aac-silent.mp4", "audio/aac"],
  ["tone-aac-mpeg2.mp4", "audio/aac"],
  ["tone-heaac-explicit.mp4", "audio/aac"],
  ["tone-heaac-compatible.mp4", "audio/aac"],
  ["tone-heaac-implicit.mp4", "audio/aac"],
  ["tone-heaacv2-explicit.mp4", "audio/aac"],
  ["frag-aac-dash.mp4", "audio/aac"],
  ["tone-ac3-surround.mp4", "audio/ac3"],
  ["tone-eac3-stereo.mp4", "audio/eac3"],
  ["tone-eac3-surround.mp4", "audio/eac3"],
  ["tone-mp3-stereo.mp4", "audio/mpeg"],
  ["flash-avc-audiodelayed.mp4", "audio/aac"],
  ["flash-avc-trimmed.mp4", "audio/aac"],
];

/** The audio of a file, and its segments as served. */
async function open(file: string) {
  const presentation = await openTestdata([file]);
  const rendition = [...presentation.renditions.values()]
    .find(({ type }) => type === "audio") as MediaRendition;
  const segment = async (index: number) =>
    await readPlan(planPackedAudio(rendition, index, CLEAR), new Uint8Array(0));
  const count = countSegments(rendition.timeline);
  return { rendition, segment, count, close: presentation.close };
}

for (const [file, type] of cases) {
  Deno.test(`planPackedAudio() contains the frames of ${file} at their times`, async () => {
    const { rendition, segment, count, close } = await open(file);
    try {
      const source = await sourceSamples(rendition);
      assert(count > 1);
      let next = 0;
      for (let i = 0; i < count; i++) {
        assertEquals(planPackedAudio(rendition, i, CLEAR).type, type);
        const { time, rest } = readId3Timestamp(await segment(i));
        assertTime(time, source.samples[next]!.time.presentationTime, `segment ${i}`);
        next = checkFrames(rest, source, next);
      }
      assertEquals(next, source.samples.length);
    } finally {
      close();
    }
  });
}

Deno.test("planPackedAudio() presents frames after a gap on time", async () => {
  const { rendition, segment, close } = await open("frag-avcaac-absolute.mp4");
  const { samples } = await sourceSamples(rendition);
  const { time, rest } = readId3Timestamp(await segment(0));
  close();
  const frame = 90000 * 1024 / 48000;
  for (let i = 1; i < readAdtsFrames(rest).length; i++) {
    assertTime(time + i * frame, samples[i]!.time.presentationTime, `frame ${i}`);
  }
});

const headers: [file: string, rateIndex: number, channels: number][] = [
  ["tone-aac-mono.m4a", 4, 1],
  ["tone-aac-surround.mp4", 3, 6],
  ["tone-aac-pce.mp4", 3, 0],
  ["tone-aac-24khz.mp4", 6, 2],
  ["tone-heaac-explicit.mp4", 6, 2], // of the core; SBR doubles it
  ["tone-heaacv2-compatible.mp4", 6, 1], // mono core; PS produces stereo
];

for (const [file, rateIndex, channels] of headers) {
  Deno.test(`planPackedAudio() writes rate and channels of ${file} in each ADTS header`, async () => {
    const { segment, close } = await open(file);
    const frames = readAdtsFrames(readId3Timestamp(await segment(0)).rest);
    close();
    for (const frame of frames) {
      assertEquals([frame.rateIndex, frame.channels], [rateIndex, channels]);
    }
  });
}

Deno.test("planPackedAudio() builds the same bytes in any order of requests", async () => {
  const [one, other] = [await open("tone-aac-mono.m4a"), await open("tone-aac-mono.m4a")];
  const forwards = [];
  for (let i = 0; i < one.count; i++) forwards.push(await one.segment(i));
  for (let i = one.count - 1; i >= 0; i--) assertEquals(await other.segment(i), forwards[i]);
  one.close();
  other.close();
});
