/** Init segments of what is pushed by RTMP, which has none: AMS builds them from sequence headers. */

import { ByteWriter } from "../../bytes.ts";
import { UPRIGHT } from "../../mp4/matrix.ts";
import { initMoov } from "../../mp4/moov.ts";
import type { InitTrack } from "../../mp4/trak.ts";
import { type LiveInit, readLiveInit } from "../media/live_init.ts";
import type { TrackConfiguration } from "./track_configuration.ts";

const MOVIE_TIMESCALE = 1000;
const BOX_HEADER_SIZE = 8;

/** A track of a connection. */
export interface RtmpTrack {
  /** track_ID. */
  readonly id: number;
  /** What follows the name of the stream in that of the rendition. */
  readonly name: string;
  readonly configuration: TrackConfiguration;
}

/**
 * Builds an init segment.
 *
 * @param tracks in the order of the init segment
 * @param warnings sentences about tracks that are left out
 * @throws MediaError if no codec is supported
 */
export function buildRtmpInit(tracks: readonly RtmpTrack[], warnings: readonly string[]): LiveInit {
  const w = new ByteWriter(1024);
  initMoov(w, { timescale: MOVIE_TIMESCALE, tracks: tracks.map(toInitTrack) });
  const names = new Map(tracks.map(({ id, name }) => [id, name]));
  const init = readLiveInit(w.finish().subarray(BOX_HEADER_SIZE), { names });
  return { ...init, warnings: [...warnings, ...init.warnings] };
}

function toInitTrack({ id, configuration }: RtmpTrack): InitTrack {
  const { type, entry, timescale, width, height } = configuration;
  return {
    ...{ id, type, timescale, width, height, entries: [entry] },
    ...{ language: "und", extendedLanguage: "", mediaTime: 0, orientation: UPRIGHT },
    hasNonSyncSamples: type === "video",
  };
}
