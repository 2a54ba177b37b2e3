/** Functions that build resources for players. Tests replace some of them with faulty ones. */

import { buildMpd } from "../dash/mpd.ts";
import { buildIframePlaylist } from "../hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildChaptersJson } from "../hls/session_data.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import { MediaError } from "../errors.ts";
import { planKeyFrame } from "../cmaf/key_frame.ts";
import { planTsKeyFrame } from "../hls/ts_key_frame.ts";
import { findKeyFrame, listKeyFrames } from "../presentation/key_frames.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import { type MediaFormat, SegmentProtection } from "../presentation/segment_protection.ts";
import { planCmafSegment } from "../cmaf/segment.ts";
import { planImage } from "../cmaf/image.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../cmaf/init.ts";
import { planTsSegment } from "../hls/mpegts_segment.ts";
import { planPackedAudio } from "../hls/packed_audio.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import type { SmoothStream } from "../smooth/streams.ts";
import { planStppSegment } from "../cmaf/stpp.ts";
import { planWebvttSegment } from "../hls/webvtt_segment.ts";
import { planWvttSegment } from "../cmaf/wvtt.ts";

/** Formats that the protection of a presentation does not support are not verified. */
function protect(rendition: Rendition, format: MediaFormat): SegmentProtection {
  return SegmentProtection.decide({}, rendition, format)!;
}

const keyFrameTimes = new WeakMap<MediaRendition, number[]>();

function getKeyFrameTimes(rendition: MediaRendition): number[] {
  const times = keyFrameTimes.get(rendition) ?? listKeyFrames(rendition).map(({ time }) => time);
  keyFrameTimes.set(rendition, times);
  return times;
}

/** Plans the key frame that a URL names by its time. */
function planKeyFrameAt(
  format: MediaFormat,
  plan: (
    rendition: MediaRendition,
    keyFrame: KeyFrame,
    protection: SegmentProtection,
  ) => SegmentPlan,
): (rendition: MediaRendition, time: number) => SegmentPlan {
  return (rendition, time) => {
    const keyFrame = findKeyFrame(rendition, time);
    if (!keyFrame) throw new MediaError(`Cannot find a key frame at ${time}`);
    const protection = protect(rendition, format);
    const number = protection.segment && getKeyFrameTimes(rendition).indexOf(time);
    return plan(rendition, number === undefined ? keyFrame : { ...keyFrame, number }, protection);
  };
}

export const GENERATORS = {
  init: (rendition: MediaRendition): Uint8Array => buildInit(rendition),
  cmafSegment: (rendition: MediaRendition, index: number): SegmentPlan =>
    planCmafSegment(rendition, index, protect(rendition, "cmaf")),
  keyFrame: planKeyFrameAt("cmaf", planKeyFrame),
  tsKeyFrame: planKeyFrameAt("mpegts", planTsKeyFrame),
  mpegtsSegment: (presentation: Presentation, video: MediaRendition, index: number): SegmentPlan =>
    planTsSegment(presentation, video, { index, protection: protect(video, "mpegts") }),
  packedAudioSegment: (rendition: MediaRendition, index: number): SegmentPlan =>
    planPackedAudio(rendition, index, protect(rendition, "mpegts")),
  smoothFragment: (
    stream: SmoothStream,
    rendition: MediaRendition | SubtitleRendition,
    index: number,
  ): SegmentPlan =>
    planSmoothFragment(stream, rendition, { index, protection: protect(rendition, "smooth") }),
  imageSegment: (rendition: MediaRendition, index: number): SegmentPlan =>
    planImage(rendition, index, protect(rendition, "image")),
  webvttSegment: planWebvttSegment,
  wvttInit: buildWvttInit,
  wvttSegment: planWvttSegment,
  stppInit: buildStppInit,
  stppSegment: planStppSegment,
  wholeWebvtt: ({ webvttBytes }: SubtitleRendition): Uint8Array => webvttBytes,
  mpd: buildMpd,
  multivariant: buildMultivariantPlaylist,
  chaptersJson: buildChaptersJson,
  mediaPlaylist: buildMediaPlaylist,
  iframePlaylist: buildIframePlaylist,
  smoothManifest: buildSmoothManifest,
};

export type Generators = typeof GENERATORS;
