import { binarySearchLessOrEqual } from "../binary_search.ts";
import {
  createSamples,
  findUniformFields,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "../mp4/samples/sample_table.ts";
import type { SegmentFragments } from "./segment_fragments.ts";
import { type ArchivedTimeline, locateSegment } from "./timeline_history.ts";

/** Samples of one segment, with the indices of their segment. */
interface SegmentSamples {
  readonly table: SampleTable;
  readonly first: number;
  readonly end: number;
}

/**
 * Samples of the segments of a timeline, of which moofs are read when they are needed. Indices are those of the timeline; those
 * below its first sample are not there. Methods throw as `SegmentFragments.read()`.
 */
export class SegmentTable implements SampleTable {
  readonly allSync: boolean;
  readonly minCompositionOffset = 0;
  readonly maxCompositionOffset = 2 ** 31 - 1;
  readonly #timeline: ArchivedTimeline;
  readonly #fragments: SegmentFragments;

  constructor(
    timeline: ArchivedTimeline,
    fragments: SegmentFragments,
    { allSync }: { readonly allSync: boolean },
  ) {
    this.#timeline = timeline;
    this.#fragments = fragments;
    this.allSync = allSync;
  }

  get count(): number {
    return this.#timeline.samples.at(-1)!;
  }

  decodeTime(index: number): number {
    const { samples, decodeTimes } = this.#timeline;
    const segment = binarySearchLessOrEqual(samples, index);
    if (samples[segment] === index) return decodeTimes[segment]!;
    const { table, first } = this.#getSegment(segment);
    return table.decodeTime(index - first);
  }

  compositionOffset(index: number): number {
    const { table, first } = this.#find(index);
    return table.compositionOffset(index - first);
  }

  indexAt(time: number): number {
    const { decodeTimes, samples } = this.#timeline;
    const segment = binarySearchLessOrEqual(decodeTimes, time);
    if (segment < 0) return samples[0]! - 1;
    if (segment >= samples.length - 1) return this.count - 1;
    const { table, first } = this.#getSegment(segment);
    return first + table.indexAt(time);
  }

  findSyncAtOrAfter(index: number): number {
    if (this.allSync) return Math.min(index, this.count);
    for (let next = index; next < this.count;) {
      const { table, first, end } = this.#find(next);
      const sync = first + table.findSyncAtOrAfter(next - first);
      if (sync < end) return sync;
      next = end;
    }
    return this.count;
  }

  findSyncAtOrBefore(index: number): number {
    if (this.allSync) return Math.min(index, this.count - 1);
    for (let last = Math.min(index, this.count - 1); last >= this.#timeline.samples[0]!;) {
      const { table, first } = this.#find(last);
      const sync = table.findSyncAtOrBefore(last - first);
      if (sync >= 0) return first + sync;
      last = first - 1;
    }
    return -1;
  }

  bytes(first: number, end: number): number {
    const { samples, bytes, headers } = this.#timeline;
    let sum = 0;
    for (let next = first; next < end;) {
      const segment = binarySearchLessOrEqual(samples, next);
      const stop = Math.min(end, samples[segment + 1]!);
      if (next === samples[segment] && stop === samples[segment + 1]) {
        sum += bytes[segment]! - headers[segment]!;
      } else {
        const { table, first } = this.#getSegment(segment);
        sum += table.bytes(next - first, stop - first);
      }
      next = stop;
    }
    return sum;
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    return ascending.subarray(1).map((end, i) => this.bytes(ascending[i]!, end));
  }

  uniformFields(first: number, end: number): UniformFields {
    const segment = this.#find(first);
    if (end > segment.end) return findUniformFields(this.readSamples(first, end));
    return segment.table.uniformFields(first - segment.first, end - segment.first);
  }

  description(index: number): number {
    const { table, first } = this.#find(Math.min(index, this.count - 1));
    return table.description(index - first);
  }

  /** The end of a segment ends the sequence, too. */
  descriptionEnd(index: number): number {
    const { table, first, end } = this.#find(index);
    return Math.min(end, first + table.descriptionEnd(index - first));
  }

  readSamples(first: number, end: number): Samples {
    const segment = this.#find(first);
    if (end <= segment.end) {
      return segment.table.readSamples(first - segment.first, end - segment.first);
    }
    const all = createSamples(end - first);
    for (let next = first; next < end;) {
      const { table, first: start, end: stop } = this.#find(next);
      const last = Math.min(end, stop);
      copySamples(table.readSamples(next - start, last - start), all, next - first);
      next = last;
    }
    return all;
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  scanSamples(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  #find(index: number): SegmentSamples {
    return this.#getSegment(binarySearchLessOrEqual(this.#timeline.samples, index));
  }

  #getSegment(index: number): SegmentSamples {
    const { samples } = this.#timeline;
    const segment = Math.max(0, Math.min(index, samples.length - 2));
    const table = this.#fragments.read(locateSegment(this.#timeline, segment));
    return { table, first: samples[segment]!, end: samples[segment + 1]! };
  }
}

function copySamples(from: Samples, to: Samples, at: number): void {
  to.offsets.set(from.offsets, at);
  to.sizes.set(from.sizes, at);
  to.durations.set(from.durations, at);
  to.compositionOffsets.set(from.compositionOffsets, at);
  to.flags.set(from.flags, at);
}
