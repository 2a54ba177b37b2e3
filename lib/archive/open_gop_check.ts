import { findCodec } from "../codecs/mod.ts";
import { MediaError } from "../errors.ts";
import { readArchivedInit } from "./segment_fragments.ts";

/** Returns true for a sync sample that starts an open GOP, by its first bytes. */
export type OpenGopCheck = (sample: Uint8Array) => boolean;

/** Bytes of a sample that are read. */
const MAX_PROBE_SIZE = 4096;

/** Returns undefined if no sync sample of the track can start an open GOP, as far as its init segment can be read. */
export function createOpenGopCheck(init: Uint8Array): OpenGopCheck | undefined {
  const entry = ignoreBroken(() => readArchivedInit(init, "").track.entries[0]);
  const codec = entry && findCodec(entry);
  if (!entry || !codec?.randomAccess) return undefined;
  return (sample) =>
    ignoreBroken(() => codec.randomAccess!(entry, sample.subarray(0, MAX_PROBE_SIZE))) === "open";
}

/** What is broken is stored as it is. */
function ignoreBroken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}
