/** What encoders push over RTMP is in the archive and in the segments: once, unchanged, at its time. */

import { assertEquals, assertGreater } from "@std/assert";
import type { ChunkOptions } from "./chunk_encoder.ts";
import { readSource } from "./media_source.ts";
import { multitrackPush } from "./multitrack_push.ts";
import {
  checkStored,
  endSource,
  type PushedMessage,
  pushSource,
  type SourcePush,
} from "./pushed_source.ts";
import type { TagFormat } from "./pushed_tags.ts";
import type { RtmpEncoder } from "./rtmp_encoder.ts";
import { RtmpServer } from "./rtmp_server.ts";

const BOTH = ["feed-video", "feed-audio"];
const LADDER = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];

/** Frames of AC-3 have one size and one duration: headers of type 3 suffice. */
const UNIFORM = ["test-avc-baseline.mp4", "tone-ac3-surround.mp4"];

/** Pushes files, and checks renditions of these names. Returns how often each type of message header was sent. */
async function pushAndCheck(
  files: readonly string[],
  names: readonly string[],
  { chunks = { chunkSize: 4096 }, ...push }:
    & Omit<SourcePush, "tracks">
    & { readonly chunks?: Partial<ChunkOptions> },
): Promise<readonly number[]> {
  const tracks = (await Promise.all(files.map((file) => readSource(file)))).flat();
  await using server = new RtmpServer();
  const publishing = await server.publishRtmp({ chunks });
  await pushSource(server, publishing, { tracks, ...push });
  await endSource(server, publishing);
  const named = names.map((name, i) => [name, tracks[i]!] as const);
  await checkStored(server, Object.fromEntries(named));
  return publishing.encoder.chunks.headers;
}

for (const maxHeaderType of [0, 1, 2, 3] as const) {
  for (const chunkSize of [1, 128, 4096, 65536]) {
    Deno.test(`frames arrive in chunks of ${chunkSize} bytes with message headers of types up to ${maxHeaderType}`, async () => {
      const chunks = { chunkSize, maxHeaderType };
      const headers = await pushAndCheck(UNIFORM, BOTH, { format: "enhanced", chunks });
      assertGreater(headers[maxHeaderType]!, 100);
      assertEquals(headers.slice(maxHeaderType + 1).some(Boolean), false);
    });
  }
}

/** Sends a chunk of audio and one of video in turn. */
function interleave(messages: readonly PushedMessage[], encoder: RtmpEncoder): Uint8Array {
  return encoder.chunks.interleave(
    ...messages.map(({ type, time, payload }) => encoder.message(type, time, payload)),
  );
}

for (const chunkSize of [1, 128, 4096]) {
  Deno.test(`frames arrive whose chunks of ${chunkSize} bytes are interleaved`, async () => {
    const chunks = { chunkSize };
    await pushAndCheck(LADDER, BOTH, { format: "legacy", chunks, write: interleave });
  });
}

const CODECS: readonly [format: TagFormat, video: string, audio: string][] = [
  ["legacy", "ladder-avc-240p.mp4", "ladder-aac-eng.mp4"],
  ["legacy", "test-avc-opengop.mp4", "tone-aac-mono.m4a"],
  ["legacy", "test-avc-baseline.mp4", "tone-heaac-explicit.mp4"],
  ["enhanced", "test-avc-opengop.mp4", "tone-heaac-implicit.mp4"],
  ["enhanced", "test-hevc-hvc1.mp4", "ladder-aac-eng.mp4"],
  ["enhanced", "test-hevc-opengop.mp4", "tone-eac3-stereo.mp4"],
  ["enhanced", "test-av1-main.mp4", "tone-opus-stereo.mp4"],
  ["enhanced", "test-vp9-profile0.mp4", "tone-flac-stereo.mp4"],
];

for (const [format, video, audio] of CODECS) {
  Deno.test(`frames of ${video} and ${audio} arrive in ${format} tags`, async () => {
    await pushAndCheck([video, audio], BOTH, { format });
  });
}

const AUDIO: readonly [format: TagFormat, file: string][] = [
  ["legacy", "ladder-aac-eng.mp4"],
  ["legacy", "tone-mp3-stereo.mp4"],
  ["enhanced", "tone-opus-oddsizes.mp4"],
  ["enhanced", "tone-ac3-surround.mp4"],
];

for (const [format, file] of AUDIO) {
  Deno.test(`frames of ${file} arrive without video, in ${format} tags`, async () => {
    await pushAndCheck([file], ["feed-audio"], { format });
  });
}

for (const form of ["one track", "many tracks", "many tracks, many codecs"] as const) {
  Deno.test(`frames of four tracks arrive in multitrack messages of the form ${form}`, async () => {
    await pushAndCheck(
      ["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-aac-eng.mp4", "ladder-aac-fra.mp4"],
      ["feed-video", "feed-video-1", "feed-audio", "feed-audio-1"],
      { format: "enhanced", ...multitrackPush(form) },
    );
  });
}

Deno.test("frames of two codecs arrive in one multitrack message", async () => {
  await pushAndCheck(
    [
      "test-avc-opengop.mp4",
      "test-hevc-opengop.mp4",
      "tone-opus-stereo.mp4",
      "tone-ac3-surround.mp4",
    ],
    ["feed-video", "feed-video-1", "feed-audio", "feed-audio-1"],
    { format: "enhanced", ...multitrackPush("many tracks, many codecs") },
  );
});

/** Of message times, in bits. */
for (const bits of [24, 31, 32]) {
  for (const repeatsExtended of [true, false]) {
    const repeated = repeatsExtended ? "repeated" : "not repeated";
    Deno.test(`times go past 2^${bits} ms, with extended timestamps that are ${repeated}`, async () => {
      const chunks = { chunkSize: 128, repeatsExtended };
      await pushAndCheck(LADDER, BOTH, { format: "legacy", chunks, start: 2 ** bits - 5000 });
      const whole = { ...chunks, maxHeaderType: 0 } as const;
      await pushAndCheck(LADDER, BOTH, {
        format: "legacy",
        chunks: whole,
        start: 2 ** bits - 5000,
      });
    });
  }
}

Deno.test("times begin below 0, which are sent modulo 2^32", async () => {
  await pushAndCheck(LADDER, BOTH, { format: "legacy", start: 0 });
});
