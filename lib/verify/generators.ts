/** Functions that build resources for players. Tests replace some of them with faulty ones. */

import { buildMpd } from "../dash/mpd.ts";
import { buildIframePlaylist } from "../hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import { MediaError } from "../errors.ts";
import { planKeyFrame } from "../cmaf/key_frame.ts";
import { planTsKeyFrame } from "../hls/ts_key_frame.ts";
import { findKeyFrame } from "../presentation/key_frames.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { MediaRendition, SubtitleRendition } from "../presentation/presentation.ts";
import { planCmafSegment } from "../cmaf/segment.ts";
import { planImage } from "../cmaf/image.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../cmaf/init.ts";
import { planTsSegment } from "../hls/mpegts_segment.ts";
import { planPackedAudio } from "../hls/packed_audio.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { planStppSegment } from "../cmaf/stpp.ts";
import { planWebvttSegment } from "../hls/webvtt_segment.ts";
import { planWvttSegment } from "../cmaf/wvtt.ts";

/** Plans the key frame that a URL names by its time. */
function planKeyFrameAt(
  plan: (rendition: MediaRendition, keyFrame: KeyFrame) => SegmentPlan,
): (rendition: MediaRendition, time: number) => SegmentPlan {
  return (rendition, time) => {
    const keyFrame = findKeyFrame(rendition, time);
    if (!keyFrame) throw new MediaError(`Cannot find a key frame at ${time}`);
    return plan(rendition, keyFrame);
  };
}

export const GENERATORS = {
  init: buildInit,
  cmafSegment: planCmafSegment,
  keyFrame: planKeyFrameAt(planKeyFrame),
  tsKeyFrame: planKeyFrameAt(planTsKeyFrame),
  mpegtsSegment: planTsSegment,
  packedAudioSegment: planPackedAudio,
  smoothFragment: planSmoothFragment,
  imageSegment: planImage,
  webvttSegment: planWebvttSegment,
  wvttInit: buildWvttInit,
  wvttSegment: planWvttSegment,
  stppInit: buildStppInit,
  stppSegment: planStppSegment,
  wholeWebvtt: ({ webvttBytes }: SubtitleRendition): Uint8Array => webvttBytes,
  mpd: buildMpd,
  multivariant: buildMultivariantPlaylist,
  mediaPlaylist: buildMediaPlaylist,
  iframePlaylist: buildIframePlaylist,
  smoothManifest: buildSmoothManifest,
};

export type Generators = typeof GENERATORS;
