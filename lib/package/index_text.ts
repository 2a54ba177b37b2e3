/** The text of an index in a package: a digest, and a packed index in base64. */

import { createHash } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { restoreIndex, serializeIndex } from "./index_columns.ts";
import { OLDER_REVISION, upgradeIndex } from "./older_index.ts";
import { packJson, unpackJson } from "./packed_json.ts";
import { INDEX_REVISION, isSerializedIndex } from "./serialized_index.ts";
import type { TrackIndex } from "./track_index.ts";

/** Bounds the memory for decompression of older indexes; 100 hours take less. */
export const MAX_DECOMPRESSED_BYTES = 2 ** 24;

/** Bounds the decompression of indexes whose columns are packed, of which each byte may become a number of eight. */
const MAX_PACKED_BYTES = 2 ** 22;

/** The first byte where columns are packed. No deflated data starts with it, so that earlier versions of AMS ignore the index. */
const PACKED = 0x07 | INDEX_REVISION << 3;

export function formatIndex(index: TrackIndex): string {
  const deflated = deflateRawSync(packJson(serializeIndex(index)), { level: 9, memLevel: 9 });
  const packed = new Uint8Array(1 + deflated.length);
  packed[0] = PACKED;
  packed.set(deflated, 1);
  return `${computeDigest(packed)}${packed.toBase64()}`;
}

/** What an index was made from. */
export interface IndexedMoov {
  readonly track?: number | undefined;
  readonly moovDigest: string;
}

/** Base64 of the start of an index; its first properties take less than half. */
const PEEKED_LENGTH = 680;
const MAX_PEEKED_BYTES = 2 ** 19;

/** Reads the start of an index, without a check of its digest. Returns undefined if it is of another version. */
export function peekIndex(text: string): IndexedMoov | undefined {
  const packed = Uint8Array.fromBase64(text.slice(DIGEST_LENGTH, DIGEST_LENGTH + PEEKED_LENGTH));
  const { deflated, revision } = split(packed);
  const start = decompress(deflated, MAX_PEEKED_BYTES);
  const [, found, track, moovDigest] = (start && decode(start).match(PEEKED)) ?? [];
  if (moovDigest === undefined || Number(found) !== revision) return undefined;
  return { ...track !== undefined && { track: Number(track) }, moovDigest };
}

const PEEKED =
  /^\{"revision":(\d{1,9}),(?:"track":([0-9]{1,10}),)?"cut":"[^"]{0,64}","head":"([^"]{0,64})"/;

/** Bytes that may be decompressed, of all indexes of a package. */
export interface IndexBudget {
  left: number;
}

/**
 * Returns undefined if the index is of another version of AMS, was changed, or exceeds `maxBytes` or the budget, from which its size
 * is taken.
 */
export function parseIndex(
  text: string,
  maxBytes = MAX_DECOMPRESSED_BYTES,
  budget: IndexBudget = { left: maxBytes },
): TrackIndex | undefined {
  const packed = Uint8Array.fromBase64(text.slice(DIGEST_LENGTH));
  if (computeDigest(packed) !== text.slice(0, DIGEST_LENGTH)) return undefined;
  const { deflated, revision } = split(packed);
  const limit = revision === OLDER_REVISION ? MAX_DECOMPRESSED_BYTES : MAX_PACKED_BYTES;
  const max = Math.min(maxBytes, budget.left, limit);
  const bytes = decompress(deflated, max);
  budget.left -= bytes?.length ?? max;
  if (!bytes) return undefined;
  const serialized = revision === OLDER_REVISION
    ? upgradeIndex(parseJson(decode(bytes)))
    : unpackJson(bytes);
  return isSerializedIndex(serialized) ? restoreIndex(serialized) : undefined;
}

function split(packed: Uint8Array): { readonly deflated: Uint8Array; readonly revision: number } {
  return packed[0] === PACKED
    ? { deflated: packed.subarray(1), revision: INDEX_REVISION }
    : { deflated: packed, revision: OLDER_REVISION };
}

/** Returns undefined if there would be more than `maxBytes`. The data may be truncated. */
function decompress(deflated: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    const inflated = inflateRawSync(deflated, { maxOutputLength: maxBytes, finishFlush });
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.length);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const DIGEST_LENGTH = 16;

function computeDigest(packed: Uint8Array): string {
  return createHash("sha256").update(packed).digest("hex").slice(0, DIGEST_LENGTH);
}
