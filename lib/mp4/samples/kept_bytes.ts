/** Bytes of rows and samples that the index of a package keeps, so that opening a sealed file reads none. */

import { findMax } from "../../extremes.ts";
import type { Source } from "../../storage/source.ts";
import type { KeptBytes } from "./checkpoints.ts";

type Range = readonly [start: number, end: number];

/** In bytes. A file whose opening needs more is read when it is opened. */
export const MAX_KEPT_BYTES = 2 ** 16;

/** Ranges closer together are kept as one: bounds take as many bytes. */
const MIN_DISTANCE = 16;

/** Returns the bytes of ranges in any order, which may overlap; undefined if there are too many, or none. */
export function keepBytes(
  source: Source,
  ranges: readonly Range[],
): KeptBytes | undefined {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start - last[1] < MIN_DISTANCE) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  const size = merged.reduce((sum, [start, end]) => sum + end - start, 0);
  if (!source.synchronous || size === 0 || size > MAX_KEPT_BYTES) return undefined;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const [start, end] of merged) {
    source.read(start, bytes.subarray(at, at + end - start));
    at += end - start;
  }
  return { bounds: merged.flat(), bytes };
}

/** Returns the bytes of `[start, end)` of the file if all of them are kept. */
export function findKept(
  { bounds, bytes }: KeptBytes,
  start: number,
  end: number,
): Uint8Array | undefined {
  let at = 0;
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    const [from, to] = [bounds[i]!, bounds[i + 1]!];
    if (from <= start && end <= to) return bytes.subarray(at + start - from, at + end - from);
    at += to - from;
  }
  return undefined;
}

/** Kept ranges of the body of a moov. */
export class KeptRows {
  /** Ascending. */
  readonly #ranges: readonly Range[];

  /** Copies the bytes into the body, which is at `offset` in the file. */
  constructor({ bounds, bytes }: KeptBytes, offset: number, body: Uint8Array) {
    const ranges: Range[] = [];
    let at = 0;
    for (let i = 0; i + 1 < bounds.length; i += 2) {
      const [start, end] = [bounds[i]! - offset, bounds[i + 1]! - offset];
      const range = bytes.subarray(at, at += end - start);
      if (start < 0 || end > body.length) continue;
      body.set(range, start);
      ranges.push([start, end]);
    }
    this.#ranges = ranges;
  }

  /** Returns the kept range that contains `[start, end)`. */
  find(start: number, end: number): { start: number; end: number } | undefined {
    const found = this.#ranges.find((range) => range[0] <= start && end <= range[1]);
    return found && { start: found[0], end: found[1] };
  }
}

/** Returns false for ranges that overlap, or exceed the file or their bytes. */
export function areKept({ bounds, bytes }: KeptBytes, fileSize: number): boolean {
  const lengths = bounds.map((bound, i) => i % 2 ? bound - bounds[i - 1]! : 0);
  return bounds.length % 2 === 0 && bytes.length <= MAX_KEPT_BYTES &&
    bounds.every((bound, i) => Number.isSafeInteger(bound) && bound >= (bounds[i - 1] ?? 0)) &&
    findMax(bounds, 0) <= fileSize &&
    lengths.reduce((sum, length) => sum + length, 0) === bytes.length;
}
