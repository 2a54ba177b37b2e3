/** What the samples of a track are like, as far as its init segment tells. */

import type { Codec } from "../codecs/codec.ts";
import { findCodec } from "../codecs/mod.ts";
import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { readArchivedInit } from "./segment_fragments.ts";

export interface InitTraits {
  /** Returns true for a sync sample that starts an open GOP, by its first bytes; absent: none does. */
  readonly isOpenGop?: OpenGopCheck;
  /** True if decoders need samples before the first one that they present (14496-12 §10.1). */
  readonly hasPreRoll: boolean;
  /** True if the codec is described by a sample, since the init segment lacks parameter sets. */
  readonly needsSample: boolean;
}

export type OpenGopCheck = (sample: Uint8Array) => boolean;

/** Bytes of a sample that are read. */
const MAX_PROBE_SIZE = 4096;

const NONE: InitTraits = { hasPreRoll: false, needsSample: false };

/** An init segment that is broken has none. */
export function readInitTraits(init: Uint8Array): InitTraits {
  const track = ignoreBroken(() => readArchivedInit(init, "").track);
  const entry = track?.entries[0];
  const codec = entry && findCodec(entry);
  if (!track || !entry || !codec) return NONE;
  return {
    hasPreRoll: track.rollDistance !== undefined,
    needsSample: ignoreBroken(() => codec.needsSample?.(entry)) ?? false,
    ...codec.randomAccess && { isOpenGop: createOpenGopCheck(codec, entry) },
  };
}

function createOpenGopCheck(codec: Codec, entry: SampleEntry): OpenGopCheck {
  return (sample) =>
    ignoreBroken(() => codec.randomAccess!(entry, sample.subarray(0, MAX_PROBE_SIZE))) === "open";
}

/** Bytes from the start of a segment that contain the first bytes of a sample, mostly. */
export const MAX_SEGMENT_PROBE_SIZE = 2 ** 17;

/** Returns the first bytes of the first sample of a segment; undefined if they are further back. */
export function findFirstSample(segment: Uint8Array): Uint8Array | undefined {
  const r = new ByteReader(segment);
  return ignoreBroken(() => {
    while (r.left >= 8) {
      const size = r.u32();
      const isMdat = r.ascii(4) === "mdat";
      const body = size === 1 ? r.u64() - 16 : size - 8;
      if (isMdat) return r.take(Math.min(body, r.left, MAX_PROBE_SIZE)).bytes;
      r.take(body);
    }
    return undefined;
  });
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
