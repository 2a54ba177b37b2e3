/** Indexes of tracks, and their documents, which tests change. */

import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { packJson, unpackJson } from "../../lib/package/packed_json.ts";
import { getPoint, HASHED_POINTS, serializeRows } from "../../lib/package/stored_points.ts";
import type { TrackIndex } from "../../lib/package/track_index.ts";

/** Returns points of the samples `[first, end)`, as the version hashes them. */
export function buildPoints(first: number, end: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end: rowsEnd } = getPoint(point, { first, end });
    const samples = Array.from({ length: rowsEnd - index }, (_, i) => index + i);
    parts.push(serializeRows({
      offsets: samples.map((sample) => 2 ** 33 + 100 * sample),
      sizes: samples.map((sample) => 40 + sample % 61),
      durations: samples.map(() => 512),
      compositionOffsets: samples.map((sample) => 512 * (sample % 4 - 1)),
      flags: samples.map((sample) => sample % 50 ? 0x01010000 : 0x02000000),
    }));
    parts.push(new Uint8Array(Math.min(64, 40 + index % 61)).fill(point));
  }
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

export const INDEX: TrackIndex = {
  segmentationId: "c".repeat(32),
  tables: {
    moovDigest: "a".repeat(32),
    durations: {
      firsts: Float64Array.of(0, 5000),
      sums: Float64Array.of(0, 2 ** 40 + 1),
      samples: 9000,
      sum: 2 ** 41,
      min: 0,
    },
    offsets: {
      firsts: Float64Array.of(0, 1024, 2050),
      sums: Float64Array.of(0, 7, 2 ** 32),
      samples: 2100,
      sum: 2 ** 33,
      min: -512,
    },
    chunks: {
      firsts: Float64Array.of(0, 4096),
      descriptions: [0, 1],
      descriptionFirsts: [0, 4100],
    },
  },
  times: Float64Array.of(0, 2 ** 35, 2 ** 36),
  samples: Float64Array.of(1, 200, 9000),
  firstSampleTimes: Float64Array.of(-512, 2 ** 35 + 512),
  totals: Float64Array.of(400_000, 1),
  headers: Float64Array.of(900, 800),
};

export const WITH_MOOV: TrackIndex = {
  ...INDEX,
  track: 2,
  decodeTimes: Float64Array.of(0, 2 ** 34, 2 ** 35),
  points: buildPoints(1, 9000),
  moov: {
    fileSize: 2 ** 33,
    offset: 2 ** 32,
    size: 1000,
    rows: [100, 400, 400, 990],
    bytes: new Uint8Array(110).fill(9),
    checks: "d".repeat(32),
  },
  syncs: {
    samples: Uint32Array.of(1, 50, 2 ** 31),
    step: 512,
    offsets: Int32Array.of(-512, 2 ** 31 - 1, 0),
  },
  bandwidths: {
    target: 8,
    muxedAudio: "e",
    iframes: { bandwidth: 9000, averageBandwidth: 0 },
    ts: { bandwidth: 90000, averageBandwidth: 80000 },
    tsIframes: { bandwidth: 1, averageBandwidth: 1 },
  },
};

/** Length of the digest at the start of an index. */
const DIGEST_LENGTH = 16;

/** First byte of an index whose columns are packed. */
const PACKED = 0x17;

/** Adds the digest as `formatIndex()` does. */
export function addDigest(packed: Uint8Array<ArrayBuffer>): string {
  const digest = createHash("sha256").update(packed).digest("hex").slice(0, DIGEST_LENGTH);
  return digest + packed.toBase64();
}

/** Returns an index of which `bytes` are decompressed. */
export function sealPacked(bytes: Uint8Array | string): string {
  return addDigest(Uint8Array.of(PACKED, ...deflateRawSync(bytes)));
}

export function sealDocument(document: unknown): string {
  return sealPacked(packJson(document));
}

/** Returns an index of revision 1. */
export function sealOlder(json: string): string {
  return addDigest(new Uint8Array(deflateRawSync(json)));
}

export function decompressIndex(index: string): Uint8Array {
  return new Uint8Array(
    inflateRawSync(Uint8Array.fromBase64(index.slice(DIGEST_LENGTH)).subarray(1)),
  );
}

// deno-lint-ignore no-explicit-any -- tests change any of its values
export function unpackIndex(index: string): any {
  return unpackJson(decompressIndex(index));
}
