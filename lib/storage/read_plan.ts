/** Plans of segments. Only `readPlan()` reads samples. */

import { MediaError } from "../errors.ts";
import type { Source } from "./source.ts";

export interface ByteRange {
  readonly source: Source;
  readonly offset: number;
  readonly size: number;
}

export interface SegmentPlan {
  readonly type: string;
  readonly header: Uint8Array;
  readonly ranges: readonly ByteRange[];
  /** For formats that depend on sample data: MPEG-TS, subtitles, encryption. */
  transform?(bytes: Uint8Array): Uint8Array;
  /** True if `transform` changes the bytes that it receives, and returns them or a part of them. */
  readonly inPlace?: boolean;
  /** Size of the result of `transform`, if it is known before samples are read. */
  readonly size?: number;
  /**
   * Splits a large result of `transform` into slices of at least `minSize` bytes, except the last.
   *
   * @param bytes header and samples; empty if `size` is known, since slices do not depend on them then
   */
  slices?(bytes: Uint8Array, minSize: number): readonly PlanSlice[];
}

/** Part of a large segment, which need not be in memory as a whole. */
export interface PlanSlice {
  readonly plan: SegmentPlan;
  readonly size: number;
  /** True if the slice before it must be read first. */
  readonly isChained?: boolean;
}

interface MergedRead {
  readonly source: Source;
  readonly offset: number;
  size: number;
  ranges: ByteRange[];
}

const MAX_GAP = 65536;

const NO_BUFFER = new Uint8Array(0);

/** The size of a word in memory, in bytes. */
const ALIGNMENT = 8;

/** Total bytes of gaps that are read before the furthest position so far. */
const MAX_BACKWARD_GAP = 2 ** 20;

/** Returns the size of header and samples: of the response, unless the plan has a `transform`. */
export function getPlanSize(plan: SegmentPlan): number {
  return plan.ranges.reduce((sum, { size }) => sum + size, plan.header.length);
}

/** Plans the bytes `[start, end)` of a plan without `transform`. */
export function slicePlan(plan: SegmentPlan, start: number, end: number): SegmentPlan {
  let position = plan.header.length;
  const ranges: ByteRange[] = [];
  for (const { source, offset, size } of plan.ranges) {
    const from = Math.max(start, position);
    const to = Math.min(end, position + size);
    if (from < to) ranges.push({ source, offset: offset + from - position, size: to - from });
    position += size;
  }
  return { type: plan.type, header: plan.header.subarray(start, end), ranges };
}

export function getBufferSize(plan: SegmentPlan): number {
  return computeBufferSize(plan, mergeRanges(plan.ranges));
}

function computeBufferSize(plan: SegmentPlan, reads: readonly MergedRead[]): number {
  let at = plan.header.length;
  let needed = at;
  for (const { size, ranges } of reads) {
    needed = Math.max(needed, at + size);
    at += ranges.reduce((sum, range) => sum + range.size, 0);
  }
  return needed;
}

export function isSynchronous({ ranges }: SegmentPlan): boolean {
  let last: Source | undefined;
  for (const { source } of ranges) {
    if (source === last) continue;
    if (!source.synchronous) return false;
    last = source;
  }
  return true;
}

/**
 * Reads a segment without waiting, into `buffer` unless it is too small: the bytes are valid until `buffer` is used again. Returns
 * undefined if a source is not synchronous and has not all of them in memory; `buffer` is undefined then.
 *
 * @throws MediaError of a source
 */
export function readPlanNow(plan: SegmentPlan, buffer: Uint8Array): Uint8Array | undefined {
  const reads = mergeRanges(plan.ranges);
  if (!reads.every(({ source }) => source.synchronous || source.readNow)) return undefined;
  const start = getAlignedStart(plan, reads);
  const needed = start + computeBufferSize(plan, reads);
  if (buffer.length < needed && !reads.every(mayBeReadNow)) return undefined;
  const into = (buffer.length >= needed ? buffer : new Uint8Array(needed)).subarray(start);
  into.set(plan.header);
  let at = plan.header.length;
  for (const read of reads) {
    const { source, offset, size } = read;
    const part = into.subarray(at, at + size);
    if (source.synchronous) source.read(offset, part);
    else if (!source.readNow?.(offset, part)) return undefined;
    at = compact(into, at, read);
  }
  return applyTransform(plan, into.subarray(0, at));
}

/** Looks at the first and the last byte, before memory is allocated for all of them. */
function mayBeReadNow({ source, offset, size }: MergedRead): boolean {
  if (source.synchronous || size === 0) return true;
  const byte = new Uint8Array(1);
  return source.readNow!(offset, byte) && source.readNow!(offset + size - 1, byte);
}

/** Returns where a buffer is filled from, so that a first read from memory has the alignment that `readNow()` prefers. */
function getAlignedStart({ header }: SegmentPlan, [first]: readonly MergedRead[]): number {
  if (!first || first.source.synchronous) return 0;
  return (ALIGNMENT + first.offset % ALIGNMENT - header.length % ALIGNMENT) % ALIGNMENT;
}

/**
 * Reads a segment. If all sources are synchronous, returns bytes, in `buffer` unless it is too small, that are
 * valid until `buffer` is used again. Otherwise returns a promise and does not use `buffer`.
 *
 * @param signal aborts when the bytes are no longer needed
 * @throws MediaError of a source; the reason of the signal
 */
export function readPlan(
  plan: SegmentPlan,
  buffer: Uint8Array,
  signal?: AbortSignal,
): Uint8Array | Promise<Uint8Array> {
  return isSynchronous(plan) ? readPlanNow(plan, buffer)! : readPlanAsync(plan, signal);
}

async function readPlanAsync(plan: SegmentPlan, signal?: AbortSignal): Promise<Uint8Array> {
  const reads = mergeRanges(plan.ranges);
  if (reads.some(({ source }) => source.load)) {
    await loadReads(reads, signal);
    const loaded = readPlanNow(plan, NO_BUFFER);
    if (loaded) return loaded;
  }
  const into = new Uint8Array(computeBufferSize(plan, reads));
  into.set(plan.header);
  let at = plan.header.length;
  for (const read of reads) {
    await read.source.read(read.offset, into.subarray(at, at + read.size), signal);
    at = compact(into, at, read);
  }
  return applyTransform(plan, into.subarray(0, at));
}

/**
 * Loads ranges at the same time where sources can.
 *
 * @throws as `readPlan()`
 */
export function loadRanges(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<void> {
  return loadReads(mergeRanges(ranges), signal);
}

async function loadReads(reads: readonly MergedRead[], signal?: AbortSignal): Promise<void> {
  const bySource = Map.groupBy(reads, ({ source }) => source);
  await Promise.all(Array.from(bySource, ([source, reads]) => source.load?.(reads, signal)));
}

function applyTransform(plan: SegmentPlan, bytes: Uint8Array): Uint8Array {
  return plan.transform ? plan.transform(bytes) : bytes;
}

/**
 * Merges ranges with small gaps. A limit applies after a backward jump, since samples that alternate between
 * positions would be read many times over.
 */
function mergeRanges(ranges: readonly ByteRange[]): MergedRead[] {
  const merged: MergedRead[] = [];
  let last: MergedRead | undefined;
  let furthest = 0;
  let gapBudget = MAX_BACKWARD_GAP;
  for (const range of ranges) {
    if (last && last.source !== range.source) [last, furthest] = [undefined, 0];
    const end = last ? last.offset + last.size : 0;
    const gap = last ? range.offset - end : -1;
    furthest = Math.max(furthest, end);
    if (end < furthest && gap > 0 && gap < MAX_GAP) gapBudget -= gap;
    if (last && gap >= 0 && gap < MAX_GAP && (end === furthest || gap === 0 || gapBudget >= 0)) {
      last.size += gap + range.size;
      last.ranges.push(range);
    } else {
      merged.push(last = { ...range, ranges: [range] });
    }
  }
  return merged;
}

/** Removes the gaps of a read at `at`, and returns the end of its ranges. */
function compact(buffer: Uint8Array, at: number, { offset, ranges }: MergedRead): number {
  const start = at;
  for (const range of ranges) {
    const from = start + range.offset - offset;
    if (from !== at) buffer.copyWithin(at, from, from + range.size);
    at += range.size;
  }
  return at;
}

/** As many as frames of 60 per second in an hour that alternate with audio. Each may be a read of its own. */
const MAX_RANGES = 2 ** 18;

/**
 * Converts samples to ranges in the same order, contiguous samples to one range.
 *
 * @throws MediaError `MEDIA_UNSUPPORTED` if there are too many ranges
 */
export function toSampleRanges(
  source: Source,
  { offsets, sizes }: { readonly offsets: Float64Array; readonly sizes: Uint32Array },
): ByteRange[] {
  const ranges: ByteRange[] = [];
  let [offset, size] = [offsets[0] ?? 0, 0];
  for (let i = 0; i < sizes.length; i++) {
    if (offsets[i] !== offset + size) {
      if (ranges.push({ source, offset, size }) >= MAX_RANGES) throw createScatteredError(source);
      [offset, size] = [offsets[i]!, 0];
    }
    size += sizes[i]!;
  }
  if (sizes.length > 0) ranges.push({ source, offset, size });
  return ranges;
}

function createScatteredError(source: Source): MediaError {
  const reason = `Cannot read a segment of more than ${MAX_RANGES} separate parts of the file`;
  return new MediaError(reason, "MEDIA_UNSUPPORTED").inFile(source.name);
}
