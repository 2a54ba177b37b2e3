/** How a segment comes to be: what is known before anything is read, and what to read. */

import type { Source } from "../source/source.ts";

export interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

export interface SegmentPlan {
  /** Content type. */
  readonly type: string;
  /** Known before anything is read. */
  readonly head: Uint8Array;
  /** The samples, read right behind the head into the same buffer. */
  readonly ranges: readonly ByteRange[];
  /** Forms whose bytes depend on the samples: protected, TS, text. */
  finish?(bytes: Uint8Array): Uint8Array;
}

/** Ranges closer than this are read as one. In bytes. */
const SMALL_GAP = 65536;

/** Bytes of head and samples: the length of the answer where there is no `finish`. */
export function planSize(plan: SegmentPlan): number {
  return plan.ranges.reduce((sum, { size }) => sum + size, plan.head.length);
}

/**
 * The segment's bytes. Where the source reads at once, so does this, into the front of `buffer` or, where that
 * is too small, into a new one: use the result before anything else uses the buffer. Where the source gives
 * promises, so does this, and `buffer` is left alone.
 *
 * @throws MediaError of the source
 */
export function execute(
  plan: SegmentPlan,
  source: Source,
  buffer: Uint8Array,
): Uint8Array | Promise<Uint8Array> {
  throw new Error(`not yet ${plan} ${source} ${buffer} ${SMALL_GAP}`);
}
