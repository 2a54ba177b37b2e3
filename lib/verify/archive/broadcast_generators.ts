/** Functions that build manifests of channels. Tests replace some of them with faulty ones. */

import { buildBroadcastMpd } from "../../dash/live.ts";
import { buildBroadcastIframePlaylist, buildBroadcastPlaylist } from "../../hls/live.ts";
import { buildBroadcastMultivariantPlaylist } from "../../hls/live_variants.ts";
import { buildBroadcastSmoothManifest } from "../../smooth/live.ts";

export const BROADCAST_GENERATORS = {
  mpd: buildBroadcastMpd,
  multivariant: buildBroadcastMultivariantPlaylist,
  playlist: buildBroadcastPlaylist,
  iframes: buildBroadcastIframePlaylist,
  smooth: buildBroadcastSmoothManifest,
};

export type BroadcastGenerators = typeof BROADCAST_GENERATORS;
