/** The samples of a track as stbl lists them (14496-12 §8.5): kept as the file's bytes, looked up when asked. */

import { MediaError } from "../../errors.ts";
import type { RunCheckpoints, TableCheckpoints } from "./checkpoints.ts";
import type { Chunk, Chunks } from "./chunks.ts";
import { checkClaimed, type ParseContext } from "./parse_context.ts";
import { RunLengths } from "./run_lengths.ts";
import type { SampleSizes } from "./sample_sizes.ts";
import { findUniformFields, newSamples, NON_SYNC, type UniformFields } from "./sample_table.ts";
import type { Samples, SampleTable } from "./sample_table.ts";
import type { SyncSamples } from "./sync_samples.ts";
import type { PagedTable } from "./paged_table.ts";

/** Dependency of a sample (sample_depends_on) where sdtp doesn't say: on others, on none. */
const DEPENDS = 0x01000000;
const DEPENDS_NOT = 0x02000000;
const DEPENDS_MASK = 0x03000000;

export interface ProgressiveParts {
  readonly sizes: SampleSizes;
  /** Durations. */
  readonly stts: RunLengths;
  /** Rows of ctts: count and offset. */
  readonly ctts?: PagedTable | undefined;
  /** Of ctts, where it need not be passed through. */
  readonly knownOffsets?: RunCheckpoints | undefined;
  readonly stss?: SyncSamples | undefined;
  /** No sync sample is listed twice. */
  readonly distinctSyncs: boolean;
  /** A byte a sample (14496-12 §8.6.4). */
  readonly sdtp?: PagedTable | undefined;
  readonly chunks: Chunks;
  readonly file: ParseContext;
}

export class ProgressiveTable implements SampleTable {
  readonly count: number;
  readonly allSync: boolean;
  readonly #parts: ProgressiveParts;
  #runs: RunLengths | undefined;

  constructor(parts: ProgressiveParts) {
    this.#parts = parts;
    this.count = parts.sizes.count;
    this.allSync = !parts.stss || parts.stss.length === this.count;
  }

  /**
   * Version 0 is unsigned by the standard, but QuickTime's writers put negative offsets there too, and none
   * writes offsets of over 2^31.
   */
  get leastCompositionOffset(): number {
    return this.#compositionOffsets()?.least ?? 0;
  }

  decodeTime(index: number): number {
    const { stts } = this.#parts;
    if (this.count === 0) return 0;
    const at = stts.runOf(index);
    return at.sum + (index - at.first) * stts.value(at.run);
  }

  compositionOffset(index: number): number {
    const runs = this.#compositionOffsets();
    return runs && index < runs.samples ? runs.value(runs.runOf(index).run) | 0 : 0;
  }

  indexAt(time: number): number {
    if (time < 0 || this.count === 0) return -1;
    const { stts } = this.#parts;
    const at = stts.runAtSum(time);
    const duration = stts.value(at.run);
    if (duration === 0) return this.count - 1; // the last run: others of no duration are passed
    return Math.min(this.count - 1, at.first + Math.floor((time - at.sum) / duration));
  }

  syncFrom(index: number): number {
    const { stss } = this.#parts;
    if (!stss) return Math.min(index, this.count);
    const i = stss.upTo(index - 1);
    return i < stss.length ? stss.at(i) : this.count;
  }

  syncUpTo(index: number): number {
    const { stss } = this.#parts;
    if (!stss) return Math.min(index, this.count - 1);
    const i = stss.upTo(index);
    return i > 0 ? stss.at(i - 1) : -1;
  }

  bytes(first: number, end: number): number {
    return this.#parts.sizes.sum(first, end);
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    const { sizes, file } = this.#parts;
    const bytes = sizes.sums(ascending);
    checkClaimed(bytes.reduce((sum, part) => sum + part, 0), file);
    return bytes;
  }

  uniformFields(first: number, end: number): UniformFields {
    const { stts, sdtp, distinctSyncs } = this.#parts;
    if (sdtp || !distinctSyncs) return findUniformFields(this.readSamples(first, end));
    return {
      durations: stts.alike(first, end),
      offsets: this.#offsetsAlike(first, end),
      flags: this.#flagsAlike(first, end),
    };
  }

  /** Behind the last run, offsets are 0. */
  #offsetsAlike(first: number, end: number): boolean {
    const runs = this.#compositionOffsets();
    if (!runs || first >= runs.samples) return true;
    if (!runs.alike(first, Math.min(end, runs.samples))) return false;
    return end <= runs.samples || this.compositionOffset(first) === 0;
  }

  #flagsAlike(first: number, end: number): UniformFields["flags"] {
    const { stss } = this.#parts;
    if (!stss) return "all";
    const behind = stss.upTo(first);
    const syncs = stss.upTo(end - 1) - behind; // behind the first
    const rest = end - 1 - first;
    if (syncs > 0 && syncs < rest) return "not";
    const firstIsSync = behind > 0 && stss.at(behind - 1) === first;
    return rest === 0 || firstIsSync === syncs > 0 ? "all" : "all but the first";
  }

  get headDigest(): string | undefined {
    const { head } = this.#parts.file;
    return head?.isLarge ? head.digest : undefined;
  }

  checkpoints(): TableCheckpoints | undefined {
    const { headDigest: head } = this;
    if (head === undefined) return undefined;
    const { stts, chunks } = this.#parts;
    const offsets = this.#compositionOffsets();
    return {
      head,
      durations: stts.checkpoints(),
      ...offsets && { offsets: offsets.checkpoints() },
      chunks: chunks.checkpoints(),
    };
  }

  description(index: number): number {
    return this.#parts.chunks.description(index);
  }

  descriptionEnd(index: number): number {
    return this.#parts.chunks.descriptionEnd(index);
  }

  /** @throws MediaError when one of them passes the end of the file */
  readSamples(first: number, end: number): Samples {
    if (first < end) this.#keep(first, end);
    return this.readSamplesUncached(first, end);
  }

  #keep(first: number, end: number): void {
    const { sizes, stts, sdtp, chunks } = this.#parts;
    const count = end - first;
    sizes.keep(first, count);
    stts.keep(first, count);
    sdtp?.loadRange(first, end);
    this.#compositionOffsets()?.keep(first, count);
    chunks.keep(chunks.chunkOf(first), count);
  }

  /** @throws MediaError as `samples` */
  readSamplesUncached(first: number, end: number): Samples {
    const samples = this.scanSamples(first, end);
    if (first < end) this.#fillOffsets(first, samples);
    return samples;
  }

  /** Offsets are 0. */
  scanSamples(first: number, end: number): Samples {
    const samples = newSamples(Math.max(0, end - first));
    if (first >= end) return samples;
    this.#parts.sizes.fill(first, samples.sizes);
    this.#parts.stts.fill(first, samples.durations);
    this.#compositionOffsets()?.fill(first, samples.compositionOffsets);
    this.#fillFlags(first, samples.flags);
    return samples;
  }

  #fillOffsets(first: number, { offsets, sizes }: Samples): void {
    const { chunks, sizes: table } = this.#parts;
    const end = first + sizes.length;
    const at = chunks.chunkOf(first);
    let offset = chunks.offsets.at(at.chunk) + table.sum(at.first, first);
    for (let index = first; index < end;) {
      for (; index < at.end && index < end; index++) {
        offsets[index - first] = offset;
        offset += sizes[index - first]!;
      }
      this.#checkEnd(at, offset);
      if (index === end) break;
      chunks.pass(at);
      offset = chunks.offsets.at(at.chunk);
    }
  }

  #checkEnd({ chunk }: Chunk, end: number): void {
    const { size, name } = this.#parts.file;
    if (end <= size) return;
    const why = `Cannot read chunk ${chunk + 1} up to byte ${end}: the file ends at ${size}`;
    throw new MediaError(why).in("moov/trak/mdia/minf/stbl/stco").inFile(name);
  }

  #fillFlags(first: number, flags: Uint32Array): void {
    const { stss, sdtp } = this.#parts;
    let next = stss ? stss.upTo(first - 1) : 0;
    for (let i = 0; i < flags.length; i++) {
      const sync = !stss || (next < stss.length && stss.at(next) === first + i);
      while (stss && next < stss.length && stss.at(next) === first + i) next++;
      const said = sdtp && first + i < sdtp.length ? sdtp.u8(first + i) << 20 : 0;
      const dependency = said & DEPENDS_MASK ? 0 : sync ? DEPENDS_NOT : DEPENDS;
      flags[i] = said | dependency | (sync ? 0 : NON_SYNC);
    }
  }

  /** Passed through at the first need: a 10-hour title has a million of them. */
  #compositionOffsets(): RunLengths | undefined {
    const { ctts, knownOffsets } = this.#parts;
    return ctts && (this.#runs ??= new RunLengths(ctts, 0, knownOffsets));
  }
}
