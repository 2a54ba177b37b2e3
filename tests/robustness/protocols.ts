/** Reads every manifest and segment of a presentation, in all formats. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import type {
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../../lib/presentation/presentation.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { isSupportedInTs } from "../../lib/hls/mpegts_support.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { planImage } from "../../lib/cmaf/image.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { planPackedAudio } from "../../lib/hls/packed_audio.ts";
import { getPlanSize, readPlan } from "../../lib/storage/read_plan.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import { planSmoothFragment } from "../../lib/smooth/fragment.ts";
import { planStppSegment } from "../../lib/cmaf/stpp.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import { planWebvttSegment } from "../../lib/hls/webvtt_segment.ts";
import { planWvttSegment } from "../../lib/cmaf/wvtt.ts";
import { CLEAR } from "../clear_protection.ts";

const SEGMENT_FORMATS = ["fmp4", "ts"] as const;

/** @throws AssertionError when a manifest contains an invalid number */
export function readManifests(presentation: Presentation): void {
  checkManifest(buildMpd(presentation));
  checkManifest(buildMpd(presentation, "wvtt"));
  for (const format of SEGMENT_FORMATS) {
    checkSupported(() => buildMultivariantPlaylist(presentation, format));
  }
  checkSupported(() => buildSmoothManifest(presentation));
  for (const rendition of presentation.renditions.values()) {
    checkManifest(buildMediaPlaylist(presentation, rendition, "fmp4"));
    if (isSupportedInTs(rendition)) {
      checkManifest(buildMediaPlaylist(presentation, rendition, "ts"));
    }
    if (rendition.type === "video") {
      checkManifest(buildIframePlaylist(presentation, rendition, "fmp4"));
      if (isSupportedInTs(rendition)) {
        checkManifest(buildIframePlaylist(presentation, rendition, "ts"));
      }
    }
  }
}

/** Ignores a RequestError: a protocol may support none of the renditions. */
function checkSupported(build: () => string): void {
  try {
    checkManifest(build());
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}

/** A name may be `video_und=null`. @throws AssertionError for an invalid number */
export function checkManifest(manifest: string): void {
  const values = manifest.replaceAll(/\b(video|audio|text)_\w+=[\w+-]+/g, "");
  assert(!/NaN|Infinity|undefined|null|\de[+-]?\d+"/.test(values), manifest);
}

/** Limits key frames, since a file of a few bytes can declare hours of them. */
const MAX_KEY_FRAMES = 500;

/** Limits subtitle segments, since cues can last for years. */
const MAX_SUBTITLE_SEGMENTS = 500;

/** @throws MediaError when a sample cannot be represented, AssertionError when a plan declares a wrong size */
export async function readSegments(presentation: Presentation): Promise<void> {
  const buffer = new Uint8Array(65536);
  for (const rendition of presentation.renditions.values()) {
    const { times } = rendition.type === "text" ? rendition : rendition.timeline;
    if (rendition.type === "text") await readStppSegments(rendition, buffer);
    const segments = limitCount(rendition, times);
    for (let i = 0; i < segments; i++) {
      for (const plan of planSegments(presentation, rendition, i)) await read(plan, buffer);
    }
    if (rendition.type !== "video") continue;
    for (const keyFrame of listKeyFrames(rendition).slice(0, MAX_KEY_FRAMES)) {
      await read(planKeyFrame(rendition, keyFrame, CLEAR), buffer);
      if (isSupportedInTs(rendition)) {
        await read(planTsKeyFrame(rendition, keyFrame, CLEAR), buffer);
      }
    }
  }
  for (const stream of buildSmoothStreams(presentation)) {
    assert(stream.times.every((time, i) => time > (stream.times[i - 1] ?? -1)));
    for (const { rendition } of stream.levels) {
      const fragments = limitCount(rendition, stream.times);
      for (let i = 0; i < fragments; i++) {
        await readFragment(
          () => planSmoothFragment(stream, rendition, { index: i, protection: CLEAR }),
          buffer,
        );
      }
    }
  }
}

/** Returns how many of the segments with these boundaries are read. */
function limitCount({ type }: Rendition, times: ArrayLike<number>): number {
  return Math.min(times.length - 1, type === "text" ? MAX_SUBTITLE_SEGMENTS : Infinity);
}

async function readStppSegments({ stpp }: SubtitleRendition, buffer: Uint8Array): Promise<void> {
  const segments = stpp ? Math.min(stpp.timeline.times.length - 1, MAX_SUBTITLE_SEGMENTS) : 0;
  for (let i = 0; i < segments; i++) await read(planStppSegment(stpp!, i), buffer);
}

/** Ignores times that a trun of Smooth Streaming cannot represent: other protocols play the movie. */
async function readFragment(plan: () => SegmentPlan, buffer: Uint8Array): Promise<void> {
  try {
    await read(plan(), buffer);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    assertMatch(
      error.message,
      /^[^:]+: Cannot write a sample time of -?\d+ s in Smooth Streaming: expected at (most |least -)(429|215) s$/,
    );
  }
}

function planSegments(
  presentation: Presentation,
  rendition: Rendition,
  index: number,
): SegmentPlan[] {
  if (rendition.type === "text") {
    return [
      ...SEGMENT_FORMATS.map((format) => planWebvttSegment(rendition, index, format)),
      planWvttSegment(rendition, index),
    ];
  }
  if (rendition.type === "image") return [planImage(rendition, index, CLEAR)];
  const cmaf = planCmafSegment(rendition, index, CLEAR);
  if (!isSupportedInTs(rendition)) return [cmaf];
  return rendition.type === "video"
    ? [cmaf, planTsSegment(presentation, rendition, { index, protection: CLEAR })]
    : [cmaf, planPackedAudio(rendition, index, CLEAR)];
}

async function read(plan: SegmentPlan, buffer: Uint8Array): Promise<void> {
  const { length } = await readPlan(plan, buffer);
  if (!plan.transform) assertEquals(length, getPlanSize(plan));
}
