/** Compares the moov of a package's index with the file, in few reads (docs/design/caching.md). */

import { createHash } from "node:crypto";
import { readBytes, type Source } from "../../storage/source.ts";
import type { StoredMoov } from "./checkpoints.ts";
import { PAGE_SIZE } from "./pages.ts";

type Range = readonly [start: number, end: number];

/** Least bytes of each table that are compared at its start and at its end: whole pages are. */
const EDGE_SIZE = 1024;

/** More ranges are joined through the shortest tables, which are thereby compared completely. */
const MAX_READS = 5;
const MAX_JOINED_BYTES = 3 * 2 ** 18;

/** Reading through a shorter table takes less time than another read. */
const MIN_DISTANCE = 2 ** 14;

/** A moov with more long tables is not stored. */
const MAX_RANGES = 64;

/** The index of a malicious package can have rows so short that all of a large moov is between them. */
const MAX_CHECKED_BYTES = 2 ** 24;

/** Bytes before the body that are compared: the header of moov, which they may exceed. */
const HEADER_SIZE = 16;

/** Returns the ranges outside of rows. */
export function toGaps(rows: readonly number[], size: number): Range[] {
  const bounds = [0, ...rows, size];
  return Array.from({ length: bounds.length / 2 }, (_, i) => [bounds[2 * i]!, bounds[2 * i + 1]!]);
}

/** Returns the pages of the body to compare: all bytes outside of rows, and parts of all rows. Undefined: there are too many. */
export function planChecks(rows: readonly number[], size: number): readonly Range[] | undefined {
  const edges = toGaps(rows, size).map(([start, end]): Range => [
    PAGE_SIZE * Math.floor(Math.max(0, start - EDGE_SIZE) / PAGE_SIZE),
    Math.min(size, PAGE_SIZE * Math.ceil((end + EDGE_SIZE) / PAGE_SIZE)),
  ]);
  const joints = pickJoints(edges);
  const joined: Range[] = [];
  for (const [i, [start, end]] of edges.entries()) {
    const last = joined.at(-1);
    if (last && joints.has(i)) joined[joined.length - 1] = [last[0], Math.max(last[1], end)];
    else joined.push([start, end]);
  }
  const bytes = joined.reduce((sum, [start, end]) => sum + end - start, 0);
  return joined.length > MAX_RANGES || bytes > MAX_CHECKED_BYTES ? undefined : joined;
}

/** Returns the indexes of the ranges that are read together with the range before. */
function pickJoints(ranges: readonly Range[]): Set<number> {
  const distances = ranges.map(([start], i) => i === 0 ? Infinity : start - ranges[i - 1]![1]);
  const ascending = [...distances.keys()].sort((a, b) => distances[a]! - distances[b]!);
  const joints = new Set<number>();
  let bytes = 0;
  for (const i of ascending) {
    const distance = distances[i]!;
    if (distance > MIN_DISTANCE) {
      bytes += distance;
      if (ranges.length - joints.size <= MAX_READS || bytes > MAX_JOINED_BYTES) break;
    }
    joints.add(i);
  }
  return joints;
}

/** Whole pages of the body. */
export interface CheckedPart {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * Computes the digest of what `readChecked()` compares; undefined if the source is not synchronous.
 *
 * @throws MediaError of the source
 */
export function computeChecks(
  source: Source,
  stored: Omit<StoredMoov, "checks" | "bytes">,
): string | undefined {
  const ranges = toFileRanges(stored);
  if (!source.synchronous || !ranges) return undefined;
  return computeDigest(ranges.map(([start, end]) => {
    const bytes = new Uint8Array(end - start);
    source.read(start, bytes);
    return bytes;
  }));
}

/**
 * Reads and compares all bytes outside of rows, and parts of all rows, which indexes of older packages do not have. Returns
 * undefined if any differ.
 *
 * @throws MediaError of the source
 */
export async function readChecked(
  source: Source,
  stored: StoredMoov,
): Promise<CheckedPart[] | undefined> {
  const ranges = source.size === stored.fileSize ? toFileRanges(stored) : undefined;
  if (!ranges) return undefined;
  const read = await Promise.all(
    ranges.map(([start, end]) => readBytes(source, start, end - start)),
  );
  if (stored.checks !== undefined && computeDigest(read) !== stored.checks) return undefined;
  const parts = read.map((bytes, i): CheckedPart => {
    const start = Math.max(0, ranges[i]![0] - stored.offset);
    return { start, bytes: bytes.subarray(start + stored.offset - ranges[i]![0]) };
  });
  return matchesGaps(parts, stored) ? parts : undefined;
}

function matchesGaps(parts: readonly CheckedPart[], { rows, size, bytes }: StoredMoov): boolean {
  let position = 0;
  return toGaps(rows, size).every(([start, end]) => {
    const part = parts.findLast((part) => part.start <= start)!;
    const expected = bytes.subarray(position, position += end - start);
    return expected.every((byte, i) => byte === part.bytes[start - part.start + i]);
  });
}

function toFileRanges({ offset, rows, size }: Omit<StoredMoov, "bytes">): Range[] | undefined {
  return planChecks(rows, size)?.map(([start, end]): Range => [
    start === 0 ? Math.max(0, offset - HEADER_SIZE) : offset + start,
    offset + end,
  ]);
}

function computeDigest(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 32);
}
