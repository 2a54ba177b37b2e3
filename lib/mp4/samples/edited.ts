/** The samples that an edit list with several entries presents, as a table (docs/design/timing.md). */

import { binarySearchLessOrEqual } from "../../binary_search.ts";
import { MediaError } from "../../errors.ts";
import {
  createSamples,
  findDecodedBy,
  findUniformFields,
  IS_NON_SYNC,
  NON_SYNC_FLAGS,
  type SampleFields,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "./sample_table.ts";
import { EditedParts, type EditedPiece, type EditedSamples } from "./edited_parts.ts";

/**
 * A table of the samples of several edits, in which one sample of the file may be several. Decode times start at 0, where
 * `origin` is the presentation time of composition time 0.
 */
export class EditedTable implements SampleTable {
  readonly count: number;
  readonly minCompositionOffset: number;
  readonly maxCompositionOffset: number;
  readonly origin: number;
  readonly #table: SampleTable;
  readonly #samples: EditedSamples;
  readonly #parts: EditedParts;

  constructor(table: SampleTable, samples: EditedSamples) {
    this.#table = table;
    this.#samples = samples;
    this.#parts = new EditedParts(samples.parts);
    this.count = this.#parts.count;
    this.origin = this.#getTime(0);
    const { factor, movedDecodeTimes, movedPresentationTimes } = samples;
    let [least, most] = [table.minCompositionOffset * factor, table.maxCompositionOffset * factor];
    for (let i = 0; i < movedDecodeTimes.length; i++) {
      const offset = movedPresentationTimes[i]! - movedDecodeTimes[i]!;
      [least, most] = [Math.min(least, offset), Math.max(most, offset)];
    }
    this.minCompositionOffset = least;
    this.maxCompositionOffset = most;
  }

  get allSync(): boolean {
    return this.#table.allSync;
  }

  get sampleSize(): number | undefined {
    return this.#table.sampleSize;
  }

  /** Corrections of the file, and what the edits present of it. */
  get corrections(): readonly Float64Array[] {
    const { parts, moved, movedDecodeTimes, movedPresentationTimes } = this.#samples;
    const edits = parts.flatMap(({ first, end, start, time, syncFrom }) => [
      ...[first, end, start, time, syncFrom],
    ]);
    return [
      ...this.#table.corrections ?? [],
      Float64Array.from(edits),
      ...[moved, movedDecodeTimes, movedPresentationTimes],
    ];
  }

  get hidden(): Float64Array {
    return this.#samples.hidden;
  }

  get covered(): Float64Array {
    return this.#samples.covered;
  }

  get lastEdit(): number {
    return this.#parts.start(this.#samples.parts.length - 1);
  }

  decodeTime(index: number): number {
    return this.#getTime(index) - this.origin;
  }

  compositionOffset(index: number): number {
    const moved = this.#findMoved(index);
    if (moved >= 0) {
      const { movedDecodeTimes, movedPresentationTimes } = this.#samples;
      return movedPresentationTimes[moved]! - movedDecodeTimes[moved]!;
    }
    return this.#table.compositionOffset(this.#parts.toFile(index)) * this.#samples.factor;
  }

  indexAt(time: number): number {
    let [low, high] = [0, this.#samples.parts.length];
    while (high - low > 1) { // in the part first: a table reads the rows of other parts slowly
      const middle = (low + high) >>> 1;
      if (this.decodeTime(this.#parts.start(middle)) <= time) low = middle;
      else high = middle;
    }
    const [first, end] = [this.#parts.start(low), this.#parts.start(high)];
    return findDecodedBy(this, time, { first, end });
  }

  findSyncAtOrAfter(index: number): number {
    if (this.allSync || index >= this.count) return Math.min(index, this.count);
    const { parts } = this.#samples;
    for (let i = this.#parts.find(index); i < parts.length; i++) {
      const { first, end, syncFrom } = parts[i]!;
      const from = Math.max(first, first + index - this.#parts.start(i));
      if (from === first && this.#isSync(first)) return this.#parts.start(i);
      const sync = this.#table.findSyncAtOrAfter(Math.max(from, syncFrom));
      if (sync < end) return this.#parts.start(i) + sync - first;
    }
    return this.count;
  }

  findSyncAtOrBefore(index: number): number {
    if (this.allSync || index < 0) return Math.min(index, this.count - 1);
    for (let i = this.#parts.find(Math.min(index, this.count - 1)); i >= 0; i--) {
      const { first, end, syncFrom } = this.#samples.parts[i]!;
      const sync = this.#table.findSyncAtOrBefore(
        Math.min(end - 1, first + index - this.#parts.start(i)),
      );
      if (sync >= Math.max(first, syncFrom)) return this.#parts.start(i) + sync - first;
      if (sync >= first && this.#isSync(first)) return this.#parts.start(i);
    }
    return -1;
  }

  bytes(first: number, end: number): number {
    let sum = 0;
    for (const { from, first: start, end: stop } of this.#parts.pieces(first, end)) {
      sum += this.#table.bytes(from, from + stop - start);
    }
    return sum;
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    const sums = new Float64Array(Math.max(0, ascending.length - 1));
    if (sums.length === 0) return sums;
    let next = 0;
    for (const { from, first, end } of this.#parts.pieces(ascending[0]!, ascending.at(-1)!)) {
      const bounds = [first];
      while (ascending[next]! <= first) next++;
      const interval = next - 1;
      for (; ascending[next]! < end; next++) bounds.push(ascending[next]!);
      bounds.push(end);
      const bytes = this.#table.bytesBetween(Float64Array.from(bounds, (at) => from + at - first));
      bytes.forEach((size, i) => sums[interval + i]! += size);
    }
    return sums;
  }

  uniformFields(first: number, end: number): UniformFields {
    const { part, from, end: stop } = this.#parts.getPiece(first, end + 1);
    const isOfFile = end < stop && from >= part.syncFrom &&
      binarySearchLessOrEqual(this.#samples.moved, end) ===
        binarySearchLessOrEqual(this.#samples.moved, first - 1);
    return isOfFile
      ? this.#table.uniformFields(from, from + end - first)
      : findUniformFields(this.scanSamples(first, end));
  }

  description(index: number): number {
    return this.#table.description(this.#parts.toFile(index));
  }

  descriptionEnd(index: number): number {
    const description = this.description(index);
    for (let at = index;;) {
      const { part, from, first, end } = this.#parts.getPiece(at, this.count);
      const last = this.#table.descriptionEnd(from);
      if (last < part.end) return first + last - from;
      at = end;
      if (at >= this.count || this.description(at) !== description) return end;
    }
  }

  readSamples(first: number, end: number): Samples {
    return this.#read(first, end, (from, to) => this.#table.readSamples(from, to));
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.#read(first, end, (from, to) => this.#table.readSamplesUncached(from, to));
  }

  scanSamples(first: number, end: number): SampleFields {
    const { offsets: _, ...fields } = this.#read(first, end, (from, to) => ({
      offsets: new Float64Array(to - from),
      ...this.#table.scanSamples(from, to),
    }));
    return fields;
  }

  #read(first: number, end: number, read: (from: number, to: number) => Samples): Samples {
    const samples = createSamples(Math.max(0, end - first));
    for (const piece of this.#parts.pieces(first, end)) {
      const own = read(piece.from, piece.from + piece.end - piece.first);
      const at = piece.first - first;
      samples.offsets.set(own.offsets, at);
      samples.sizes.set(own.sizes, at);
      samples.flags.set(own.flags, at);
      for (let i = 0; i < own.sizes.length; i++) {
        samples.durations[at + i] = checkDuration(own.durations[i]! * this.#samples.factor);
        samples.compositionOffsets[at + i] = own.compositionOffsets[i]! * this.#samples.factor;
      }
      this.#clearFlags(samples.flags.subarray(at, at + own.sizes.length), piece);
      this.#setDuration(samples, first, piece.end - 1); // to the next part
    }
    this.#setMoved(samples, first, end);
    return samples;
  }

  /** Sync samples that are hidden at the start of a part begin no segment. */
  #clearFlags(flags: Uint32Array, { part, from }: EditedPiece): void {
    if (this.allSync) return;
    const start = from === part.first ? 1 : 0;
    const end = Math.min(flags.length, part.syncFrom - from);
    for (let i = start; i < end; i++) {
      if ((flags[i]! & IS_NON_SYNC) === 0) flags[i] = NON_SYNC_FLAGS;
    }
  }

  #setMoved(samples: Samples, first: number, end: number): void {
    const { moved, movedDecodeTimes, movedPresentationTimes } = this.#samples;
    for (let i = binarySearchLessOrEqual(moved, first - 1) + 1; moved[i]! <= end; i++) {
      const index = moved[i]!;
      if (index > first) this.#setDuration(samples, first, index - 1);
      if (index === end) break;
      samples.compositionOffsets[index - first] = movedPresentationTimes[i]! - movedDecodeTimes[i]!;
      this.#setDuration(samples, first, index);
    }
  }

  /** @throws MediaError if the sample lasts longer than 32 bits */
  #setDuration({ durations }: Samples, first: number, index: number): void {
    durations[index - first] = checkDuration(this.#getTime(index + 1) - this.#getTime(index));
  }

  #getTime(index: number): number {
    const moved = this.#findMoved(index);
    if (moved >= 0) return this.#samples.movedDecodeTimes[moved]!;
    if (index >= this.count) return this.#samples.decodeEnd;
    const { part: { start, time }, from } = this.#parts.getPiece(index, index + 1);
    return (this.#table.decodeTime(from) - start) * this.#samples.factor + time;
  }

  /** Returns the position of a sample among the moved ones, or -1. */
  #findMoved(index: number): number {
    const { moved } = this.#samples;
    const position = binarySearchLessOrEqual(moved, index);
    return moved[position] === index ? position : -1;
  }

  #isSync(sample: number): boolean {
    return this.#table.findSyncAtOrAfter(sample) === sample;
  }
}

function checkDuration(ticks: number): number {
  if (ticks < 2 ** 32) return ticks;
  const message = `Cannot read a sample of ${ticks} ticks in an edit, expected 32 bits`;
  throw new MediaError(message, "MEDIA_UNSUPPORTED");
}
