/** What is verified: every function that makes bytes for players. Tests put others in their place, which make mistakes. */

import { mpd } from "../dash/mpd.ts";
import { iframePlaylist, mediaPlaylist } from "../hls/media_playlist.ts";
import { multivariant } from "../hls/multivariant_playlist.ts";
import { smoothManifest } from "../smooth/manifest.ts";
import type { TextRendition } from "../presentation/presentation.ts";
import { cmafSegment } from "../cmaf/segment.ts";
import { imageSegment } from "../cmaf/image.ts";
import { init, stppInit, wvttInit } from "../cmaf/init.ts";
import { mpegtsSegment } from "../hls/mpegts_segment.ts";
import { packedAudioSegment } from "../hls/packed_audio.ts";
import { smoothFragment } from "../smooth/fragment.ts";
import { stppSegment } from "../cmaf/stpp.ts";
import { webvttSegment } from "../hls/webvtt_segment.ts";
import { wvttSegment } from "../cmaf/wvtt.ts";

/** The same that `ams` answers with. */
export const WRITERS = {
  init,
  cmafSegment,
  mpegtsSegment,
  packedAudioSegment,
  smoothFragment,
  imageSegment,
  webvttSegment,
  wvttInit,
  wvttSegment,
  stppInit,
  stppSegment,
  wholeText: ({ webvtt }: TextRendition): Uint8Array => webvtt,
  mpd,
  multivariant,
  mediaPlaylist,
  iframePlaylist,
  smoothManifest,
};

export type Writers = typeof WRITERS;
