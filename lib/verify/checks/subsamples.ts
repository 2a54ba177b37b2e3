/** Checks the clear and encrypted bytes of a sample against its headers and slices (23001-7 §9.5). */

import type { CommonEncryptionScheme } from "../../mp4/protection.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { CodedUnit, UnitSplitter } from "../readers/coded_units.ts";
import type { Subsample } from "../readers/fragment_encryption.ts";

const BLOCK = 16;

/** Subsamples for which the 8 bits of saiz suffice. */
const MAX_SUBSAMPLES: Readonly<Record<CommonEncryptionScheme, number>> = { cenc: 40, cbcs: 42 };

/** A header may have as many bytes in a small unit, and in any: tables of weights and entry points are long. */
const SMALL_HEADER = 64;
const MAX_HEADER = 1024;

/** Units of fewer bytes may consist of a header. */
export const MIN_PROTECTED_UNIT = SMALL_HEADER + BLOCK;

interface Range {
  readonly start: number;
  readonly end: number;
}

export interface SampleLayout {
  readonly rendition: Pick<MediaRendition, "type">;
  readonly scheme: CommonEncryptionScheme;
  readonly splitter: UnitSplitter | undefined;
  /** Units of video; undefined if they cannot be read. */
  readonly units: readonly CodedUnit[] | undefined;
}

type ReportMessage = (message: string) => void;

export function checkSubsamples(
  { sample, subsamples }: {
    /** In the clear. */
    readonly sample: Uint8Array;
    readonly subsamples: readonly Subsample[] | undefined;
  },
  { rendition, scheme, splitter, units }: SampleLayout,
  report: ReportMessage,
): void {
  const isVideo = rendition.type === "video";
  if (!subsamples) {
    if (isVideo) report("the whole sample is encrypted, with its headers");
    return;
  }
  if (!isVideo) return report("audio has subsamples, expected whole samples");
  const sum = subsamples.reduce((sum, { clear, encrypted }) => sum + clear + encrypted, 0);
  if (sum !== sample.length) {
    return report(`the sum is ${sum} bytes, expected ${sample.length}`);
  }
  if (subsamples.length > MAX_SUBSAMPLES[scheme]) {
    report(`got ${subsamples.length}, expected at most ${MAX_SUBSAMPLES[scheme]}`);
  }
  if (!splitter || !units) return;
  const ranges = toRanges(subsamples);
  const isAligned = scheme === "cenc" || splitter.isAligned;
  const odd = ranges.find(({ start, end }) => isAligned && (end - start) % BLOCK > 0);
  if (odd) report(`${odd.end - odd.start} bytes are encrypted, expected whole blocks`);
  for (const range of ranges) checkRange(range, { units, splitter }, report);
  if (subsamples.length >= MAX_SUBSAMPLES[scheme] - 1) return; // the smallest slices stay clear
  for (const unit of units) {
    checkUnit(unit, { ranges, isAligned }, report);
    if (splitter.hasTiles) checkTiles(unit, { sample, ranges, isAligned }, report);
  }
}

function toRanges(subsamples: readonly Subsample[]): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  for (const { clear, encrypted } of subsamples) {
    at += clear;
    if (encrypted > 0) ranges.push({ start: at, end: at + encrypted });
    at += encrypted;
  }
  return ranges;
}

/** An encrypted range is behind the header of a slice, and reaches to its end. */
function checkRange(
  { start, end }: Range,
  { units, splitter: { hasTiles } }: {
    readonly units: readonly CodedUnit[];
    readonly splitter: UnitSplitter;
  },
  report: ReportMessage,
): void {
  const unit = units.find((one) => one.start <= start && start < one.end);
  const bytes = `bytes ${start} to ${end}`;
  if (!unit || unit.minHeader === undefined || start < unit.start + unit.minHeader) {
    return report(`${bytes} are encrypted, but begin with a header`);
  }
  const isEnd = hasTiles ? end <= unit.end : end === unit.end;
  if (!isEnd) report(`${bytes} are encrypted, expected up to the end of the unit at ${unit.end}`);
}

/** Bytes of the size of a tile (AV1 specification §5.9.15), little-endian, which all tiles of a group but the last have. */
const TILE_SIZE_BYTES = [1, 2, 3, 4];

/** A tile starts behind its size; the last one has none, and starts behind the tile before it. */
function checkTiles(
  { start, end }: CodedUnit,
  { sample, ranges, isAligned }: {
    readonly sample: Uint8Array;
    readonly ranges: readonly Range[];
    readonly isAligned: boolean;
  },
  report: ReportMessage,
): void {
  const own = ranges.filter((range) => range.start >= start && range.end <= end);
  const maxPartial = isAligned ? BLOCK - 1 : 0;
  for (const [i, range] of own.entries()) {
    const previous = own[i - 1];
    const isTile = range.end < end
      ? hasTileSize(range, sample, maxPartial)
      : isAligned || !previous || previous.end === range.start;
    if (!isTile) report(`bytes ${range.start} to ${range.end} are encrypted, but are no tile`);
  }
}

/** @param maxPartial bytes of a tile before its encrypted blocks */
function hasTileSize({ start, end }: Range, sample: Uint8Array, maxPartial: number): boolean {
  for (let tile = start; tile >= start - maxPartial; tile--) {
    for (const bytes of TILE_SIZE_BYTES) {
      const field = sample.subarray(Math.max(0, tile - bytes), tile);
      const size = field.reduceRight((sum, byte) => 256 * sum + byte, 0) + 1;
      if (size === end - tile) return true;
    }
  }
  return false;
}

function checkUnit(
  { start, end, minHeader, header: exact }: CodedUnit,
  { ranges, isAligned }: { readonly ranges: readonly Range[]; readonly isAligned: boolean },
  report: ReportMessage,
): void {
  if (minHeader === undefined) return;
  const own = ranges.filter((range) => range.start >= start && range.end <= end);
  const encrypted = own.reduce((sum, range) => sum + range.end - range.start, 0);
  const size = end - start;
  if (exact !== undefined) {
    const behind = Math.max(0, size - exact);
    const expected = isAligned ? behind - behind % BLOCK : behind;
    if (encrypted === expected) return;
    return report(
      `${encrypted} bytes of the slice at byte ${start} are encrypted, expected ${expected}: ` +
        `its headers have ${exact} of ${size} bytes`,
    );
  }
  const header = Math.max(SMALL_HEADER, Math.min(MAX_HEADER, size / 2));
  const tiles = Math.max(1, own.length); // each may have a size and a partial block
  if (size - encrypted < header + tiles * BLOCK + (tiles - 1) * 4) return;
  report(`${size - encrypted} of ${size} bytes of the slice at byte ${start} are clear`);
}
