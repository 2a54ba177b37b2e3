/** Init segments of publishers in JSON, in the archive. */

import { type LiveInit, readLiveInit, type TrackNames } from "../media/live_init.ts";

export interface StoredInit {
  /** Body of the moov, in Base64. */
  readonly moov: string;
  /** By track_ID: see `LiveInit`. */
  readonly names?: Readonly<Record<string, string>>;
}

export function storeInit({ moov, names }: Pick<LiveInit, "moov" | "names">): StoredInit {
  return { moov: moov.toBase64(), ...names && { names: Object.fromEntries(names) } };
}

/**
 * Reads what `storeInit()` returned.
 *
 * @throws MediaError if the moov is broken, SyntaxError without Base64
 */
export function restoreInit({ moov, names }: StoredInit): LiveInit {
  return readLiveInit(Uint8Array.fromBase64(moov), { names: names && toTrackNames(names) });
}

function toTrackNames(names: Readonly<Record<string, string>>): TrackNames {
  return new Map(Object.entries(names).map(([id, name]) => [Number(id), name]));
}
