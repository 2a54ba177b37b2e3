/** What is verified: every function that makes bytes for players. Tests put others in their place, which make mistakes. */

import { mpd } from "../../manifest/dash.ts";
import { iframePlaylist, mediaPlaylist } from "../../manifest/hls_media.ts";
import { multivariant } from "../../manifest/hls_multivariant.ts";
import { smoothManifest } from "../../manifest/smooth.ts";
import type { TextRendition } from "../../presentation/presentation.ts";
import { cmafSegment } from "../../segment/cmaf.ts";
import { imageSegment } from "../../segment/image.ts";
import { init, stppInit, wvttInit } from "../../segment/init.ts";
import { mpegtsSegment } from "../../segment/mpegts.ts";
import { packedAudioSegment } from "../../segment/packed_audio.ts";
import { smoothFragment } from "../../segment/smooth.ts";
import { stppSegment } from "../../segment/stpp.ts";
import { webvttSegment } from "../../segment/webvtt.ts";
import { wvttSegment } from "../../segment/wvtt.ts";

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
