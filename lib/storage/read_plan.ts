/** How a segment comes to be: what is known before anything is read, and what to read. */

import type { Source } from "./source.ts";

export interface ByteRange {
  readonly source: Source;
  readonly offset: number;
  readonly size: number;
}

export interface SegmentPlan {
  /** Content type. */
  readonly type: string;
  /** Known before anything is read. */
  readonly header: Uint8Array;
  /** The samples, read right behind the head into the same buffer; in the order in which they are sent. */
  readonly ranges: readonly ByteRange[];
  /** Forms whose bytes depend on the samples: protected, TS, text. */
  transform?(bytes: Uint8Array): Uint8Array;
  /** Those of them that may be large: the same in stretches of at least `least` bytes, but the last. `bytes` as for `finish`. */
  slices?(bytes: Uint8Array, minSize: number): readonly PlanSlice[];
}

/** Some of a segment's bytes, made of some of its samples, so that nobody has to hold all of it. */
export interface PlanSlice {
  readonly plan: SegmentPlan;
  /** In bytes: what the plan gives. */
  readonly size: number;
}

/** A run of ranges that are read at once, gaps and all, and then closed up. */
interface MergedRead {
  readonly source: Source;
  readonly offset: number;
  /** Gaps included. */
  size: number;
  ranges: ByteRange[];
}

/** Ranges closer than this, in bytes, are read as one. */
const SMALL_GAP = 65536;

/** Bytes of gaps, at most, that are read along in parts of the file that lie before others that were read. */
const MAX_BACKWARD_GAP = 2 ** 20;

/** Bytes of head and samples: the length of the answer where there is no `finish`. */
export function getPlanSize(plan: SegmentPlan): number {
  return plan.ranges.reduce((sum, { size }) => sum + size, plan.header.length);
}

/** Bytes that a buffer needs for `readPlan` to work in it: the plan's, and the gaps that are read along. */
export function getBufferSize(plan: SegmentPlan): number {
  return computeBufferSize(plan, mergeRanges(plan.ranges));
}

function computeBufferSize(plan: SegmentPlan, todo: readonly MergedRead[]): number {
  let at = plan.header.length;
  let needed = at;
  for (const { size, ranges } of todo) {
    needed = Math.max(needed, at + size);
    at += ranges.reduce((sum, range) => sum + range.size, 0);
  }
  return needed;
}

/** `readPlan` does its work at once, and gives no promise. */
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
 * The segment's bytes. Where all sources read at once, so does this, into the front of `buffer` or, where that
 * is too small, into a new one: use the result before anything else uses the buffer. Where one gives promises, so
 * does this, and `buffer` is left alone.
 *
 * @throws MediaError of a source
 */
export function readPlan(plan: SegmentPlan, buffer: Uint8Array): Uint8Array | Promise<Uint8Array> {
  const todo = mergeRanges(plan.ranges);
  const needed = computeBufferSize(plan, todo);
  const synchronous = todo.every(({ source }) => source.synchronous);
  const into = buffer.length >= needed && synchronous ? buffer : new Uint8Array(needed);
  into.set(plan.header);
  if (!synchronous) return readPlanAsync(plan, into, todo);
  let at = plan.header.length;
  for (const read of todo) {
    read.source.read(read.offset, into.subarray(at, at + read.size));
    at = compact(into, at, read);
  }
  return applyTransform(plan, into.subarray(0, at));
}

/** The same for sources that give promises, all or some of them. */
async function readPlanAsync(
  plan: SegmentPlan,
  into: Uint8Array,
  todo: readonly MergedRead[],
): Promise<Uint8Array> {
  let at = plan.header.length;
  for (const read of todo) {
    await read.source.read(read.offset, into.subarray(at, at + read.size));
    at = compact(into, at, read);
  }
  return applyTransform(plan, into.subarray(0, at));
}

function applyTransform(plan: SegmentPlan, bytes: Uint8Array): Uint8Array {
  return plan.transform ? plan.transform(bytes) : bytes;
}

/**
 * Runs of ranges that follow one another in the file with small gaps. Where they go back in the file, few gaps are read
 * along: else one whose samples go back and forth would be read whole for every few of them.
 */
function mergeRanges(ranges: readonly ByteRange[]): MergedRead[] {
  const runs: MergedRead[] = [];
  let last: MergedRead | undefined;
  let furthest = 0;
  let spare = MAX_BACKWARD_GAP;
  for (const range of ranges) {
    if (last && last.source !== range.source) [last, furthest] = [undefined, 0];
    const end = last ? last.offset + last.size : 0;
    const gap = last ? range.offset - end : -1;
    furthest = Math.max(furthest, end);
    if (end < furthest && gap > 0 && gap < SMALL_GAP) spare -= gap;
    if (last && gap >= 0 && gap < SMALL_GAP && (end === furthest || gap === 0 || spare >= 0)) {
      last.size += gap + range.size;
      last.ranges.push(range);
    } else {
      runs.push(last = { ...range, ranges: [range] });
    }
  }
  return runs;
}

/** Moves the ranges of a read that was made to `at` together; gives back where they end. */
function compact(buffer: Uint8Array, at: number, { offset, ranges }: MergedRead): number {
  const start = at;
  for (const range of ranges) {
    const from = start + range.offset - offset;
    if (from !== at) buffer.copyWithin(at, from, from + range.size);
    at += range.size;
  }
  return at;
}

/** Samples, in their order; those that follow one another in the file as one range. */
export function toSampleRanges(
  source: Source,
  { offsets, sizes }: { readonly offsets: Float64Array; readonly sizes: Uint32Array },
): ByteRange[] {
  const ranges: ByteRange[] = [];
  let [offset, size] = [offsets[0] ?? 0, 0];
  for (let i = 0; i < sizes.length; i++) {
    if (offsets[i] !== offset + size) {
      ranges.push({ source, offset, size });
      [offset, size] = [offsets[i]!, 0];
    }
    size += sizes[i]!;
  }
  if (sizes.length > 0) ranges.push({ source, offset, size });
  return ranges;
}
