/** Checks media whose segments are encrypted as a whole, with AES-128 (RFC 8216 §4.3.2.4). */

import { Buffer } from "node:buffer";
import type { ContentKey } from "../../drm/content_key.ts";
import { getSourceSample, type SourceSamples } from "../expected/source_track.ts";
import type { Report } from "../findings.ts";
import { decryptWholeSegment } from "../readers/decryption.ts";
import { readCharacters } from "../readers/boxes.ts";
import { tryRead } from "../build.ts";
import type { MediaDecryption, WholeSegment } from "./media_decryption.ts";

/** Few enough to be in one packet of MPEG-TS, and too many to occur by chance. */
const PROBE_BYTES = 16;

export class SegmentDecryption implements MediaDecryption {
  readonly #key: Uint8Array;

  constructor({ key }: Pick<ContentKey, "key">) {
    this.#key = key.reveal();
  }

  /** Init segments are sent in the clear. */
  init(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  segment(
    bytes: Uint8Array,
    { sequence, samples }: WholeSegment,
    report: Report,
  ): Uint8Array | undefined {
    if (hasClearBytes(bytes, samples)) {
      report("in the clear", "bytes of the source are in the encrypted segment");
    }
    const read = () => decryptWholeSegment(bytes, this.#key, sequence);
    const clear = tryRead(read, report, "protection");
    if (clear && !isFirstBlockWhole(clear)) {
      report("protection", `its first block is damaged by IV ${sequence}, that of its number`);
    }
    return clear;
  }

  samples(): number {
    return 0;
  }
}

/**
 * A wrong IV changes the last bytes of the first block alone: the brand and the version of styp, the first packet of MPEG-TS with its
 * checksum, the size in an ID3 tag, of which other rules report the latter two.
 */
function isFirstBlockWhole(clear: Uint8Array): boolean {
  const type = readCharacters(clear, 4, 8);
  return type !== "styp" || readCharacters(clear, 8, 16) === "msdh\0\0\0\0";
}

/** Searches for bytes of the first sample near the start of the segment, and for those of the last sample near its end. */
function hasClearBytes(bytes: Uint8Array, samples: SourceSamples): boolean {
  const sent = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const has = (part: Buffer, row: number) =>
    listProbes(getSourceSample(samples, row)).some((probe) => part.includes(probe));
  return has(sent.subarray(0, SEARCHED_BYTES), 0) ||
    has(sent.subarray(-SEARCHED_BYTES), samples.count - 1);
}

/** Headers and the audio between video take less. */
const SEARCHED_BYTES = 2 ** 18;

/** Returns bytes from the start and the end of a sample, of which packets of MPEG-TS may split one. */
function listProbes(sample: Uint8Array): Buffer[] {
  if (sample.length < 4 * PROBE_BYTES) return [];
  return [PROBE_BYTES, 2 * PROBE_BYTES, sample.length - PROBE_BYTES]
    .map((at) => Buffer.from(sample.subarray(at, at + PROBE_BYTES)))
    .filter((probe) => new Set(probe).size > 4); // silence and padding occur in any segment
}
