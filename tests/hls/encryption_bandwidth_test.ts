import { assert, assertEquals } from "@std/assert";
import { computeAes128Size } from "../../lib/drm/aes128.ts";
import { computeKeyFrameExcess, computeSegmentExcess } from "../../lib/hls/encryption_bandwidth.ts";
import { createKeyFrameMeter } from "../../lib/hls/key_frame_bandwidth.ts";
import { createTsKeyFrameMeter } from "../../lib/hls/mpegts_bandwidth.ts";
import { getPlaylistBandwidths } from "../../lib/hls/stored_bandwidths.ts";
import { type Bandwidths, computeBandwidths } from "../../lib/presentation/bandwidth.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

async function open(file: string, options: ProtectionOptions) {
  const presentation = await openProtected([file], options);
  presentation.close();
  const [rendition] = presentation.renditions.values() as Iterable<MediaRendition>;
  return { presentation, rendition: rendition! };
}

function declare(
  kind: Parameters<typeof getPlaylistBandwidths>[0],
  presentation: Presentation,
  rendition: MediaRendition,
): Bandwidths {
  const derived = new DerivedValues(presentation);
  return getPlaylistBandwidths(kind, rendition, { presentation, derived });
}

const FRAMES = [["iframes", createKeyFrameMeter], ["tsIframes", createTsKeyFrameMeter]] as const;

for (const [kind, createMeter] of FRAMES) {
  Deno.test(`getPlaylistBandwidths() of ${kind} in aes-128 is at most slightly too high`, async () => {
    const { presentation, rendition } = await open("ladder-avc-240p.mp4", { scheme: "aes-128" });
    const measure = createMeter(rendition);
    const sizes = listKeyFrames(rendition).map((frame) => ({
      bytes: computeAes128Size(measure(frame)),
      seconds: (frame.end - frame.time) / rendition.timing.timescale,
    }));
    const exact = computeBandwidths(sizes, presentation.targetDuration);
    const declared = declare(kind, presentation, rendition);
    for (const name of ["bandwidth", "averageBandwidth"] as const) {
      const excess = declared[name] - exact[name];
      assert(excess >= 0 && excess <= 8 * 16 * 1.5, `${name}: ${excess} bit/s`);
    }
  });
}

Deno.test("computeSegmentExcess() has a block for each segment, of 2 s here", async () => {
  for (const file of ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"]) {
    const { presentation, rendition } = await open(file, { scheme: "aes-128" });
    const { averageBandwidth } = computeSegmentExcess(presentation, rendition.name);
    assertEquals(averageBandwidth, 64);
  }
});

Deno.test("computeKeyFrameExcess() has the boxes of a sample for a key frame a second, and one for each segment", async () => {
  for (const [scheme, ivSize] of [["cenc", 8], ["cbcs", 0]] as const) {
    const { rendition } = await open("ladder-avc-240p.mp4", { scheme });
    const [senc, saiz, saio] = [16 + ivSize + 2 + 4 * 6, 17, 20];
    assertEquals(computeKeyFrameExcess(rendition), 8 * (senc + saiz + saio) * 1.5);
  }
});

Deno.test("getPlaylistBandwidths() of video without key frames remains 0", async () => {
  const { presentation, rendition } = await open("ladder-avc-240p.mp4", { scheme: "cenc" });
  const stored = { target: presentation.targetDuration, muxedAudio: "" };
  const none = { ...rendition, storedBandwidths: { ...stored, iframes: NONE } };
  const renditions = new Map([[rendition.name, none]]);
  assertEquals(declare("iframes", { ...presentation, renditions }, none), NONE);
});

const NONE: Bandwidths = { bandwidth: 0, averageBandwidth: 0 };
