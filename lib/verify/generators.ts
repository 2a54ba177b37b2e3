/** Functions that build resources for players. Tests replace some of them with faulty ones. */

import { buildMpd } from "../dash/mpd.ts";
import { buildIframePlaylist, buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";
import { planCmafSegment } from "../cmaf/segment.ts";
import { planImage } from "../cmaf/image.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../cmaf/init.ts";
import { planTsSegment } from "../hls/mpegts_segment.ts";
import { planPackedAudio } from "../hls/packed_audio.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { planStppSegment } from "../cmaf/stpp.ts";
import { planWebvttSegment } from "../hls/webvtt_segment.ts";
import { planWvttSegment } from "../cmaf/wvtt.ts";

export const GENERATORS = {
  init: buildInit,
  cmafSegment: planCmafSegment,
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
