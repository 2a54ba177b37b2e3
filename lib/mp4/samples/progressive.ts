import { MediaError } from "../../errors.ts";
import type { RunCheckpoints, StoredMoov, TableCheckpoints } from "./checkpoints.ts";
import type { Chunk, Chunks } from "./chunks.ts";
import { checkDeclaredBytes, type ParseContext } from "./parse_context.ts";
import { RunLengths } from "./run_lengths.ts";
import type { SampleSizes } from "./sample_sizes.ts";
import {
  createSampleFields,
  createSamples,
  DEPENDS_ON_MASK,
  DEPENDS_ON_NONE,
  DEPENDS_ON_OTHERS,
  findUniformFields,
  IS_NON_SYNC,
  SINGLE_SAMPLE,
  type UniformFields,
} from "./sample_table.ts";
import type { SampleFields, Samples, SampleTable } from "./sample_table.ts";
import type { SyncSamples } from "./sync_samples.ts";
import type { RowRange } from "./moov_buffer.ts";
import type { PagedTable } from "./paged_table.ts";

export interface ProgressiveTables {
  readonly sizes: SampleSizes;
  readonly stts: RunLengths;
  readonly ctts?: PagedTable | undefined;
  readonly knownOffsets?: RunCheckpoints | undefined;
  readonly knownSyncs?: Float64Array | undefined;
  readonly stss?: SyncSamples | undefined;
  readonly hasDistinctSyncs: boolean;
  readonly sdtp?: PagedTable | undefined;
  readonly chunks: Chunks;
  readonly context: ParseContext;
}

export class ProgressiveTable implements SampleTable {
  readonly count: number;
  readonly allSync: boolean;
  readonly #tables: ProgressiveTables;
  #offsetRuns: RunLengths | undefined;

  constructor(tables: ProgressiveTables) {
    this.#tables = tables;
    this.count = tables.sizes.count;
    this.allSync = !tables.stss || tables.stss.length === this.count;
  }

  get sampleSize(): number | undefined {
    return this.#tables.sizes.constant || undefined;
  }

  /** Offsets are signed in version 0 too: QuickTime writes negative ones, and no encoder writes one above 2^31. */
  get minCompositionOffset(): number {
    return this.#getOffsetRuns()?.min ?? 0;
  }

  get maxCompositionOffset(): number {
    return this.#getOffsetRuns()?.greatest ?? 0;
  }

  decodeTime(index: number): number {
    const { stts } = this.#tables;
    if (this.count === 0) return 0;
    const { run, first, sum } = stts.findRun(index);
    return sum + (index - first) * stts.value(run);
  }

  compositionOffset(index: number): number {
    const runs = this.#getOffsetRuns();
    return runs && index < runs.samples ? runs.value(runs.findRun(index).run) | 0 : 0;
  }

  indexAt(time: number): number {
    if (time < 0 || this.count === 0) return -1;
    const { stts } = this.#tables;
    const { run, first, sum } = stts.findRunAtSum(time);
    const duration = stts.value(run);
    if (duration === 0) return this.count - 1; // the last run: others of duration 0 are skipped
    return Math.min(this.count - 1, first + Math.floor((time - sum) / duration));
  }

  findSyncAtOrAfter(index: number): number {
    const { stss } = this.#tables;
    if (!stss) return Math.min(index, this.count);
    const i = stss.countUpTo(index - 1);
    return i < stss.length ? stss.at(i) : this.count;
  }

  findSyncAtOrBefore(index: number): number {
    const { stss } = this.#tables;
    if (!stss) return Math.min(index, this.count - 1);
    const i = stss.countUpTo(index);
    return i > 0 ? stss.at(i - 1) : -1;
  }

  bytes(first: number, end: number): number {
    return this.#tables.sizes.sum(first, end);
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    const { sizes, context } = this.#tables;
    const bytes = sizes.sums(ascending);
    checkDeclaredBytes(bytes.reduce((sum, part) => sum + part, 0), context);
    return bytes;
  }

  uniformFields(first: number, end: number): UniformFields {
    if (end - first === 1) return SINGLE_SAMPLE;
    const { stts, sdtp, hasDistinctSyncs } = this.#tables;
    if (sdtp || !hasDistinctSyncs) return findUniformFields(this.readSamples(first, end));
    return {
      durations: stts.isUniform(first, end),
      offsets: this.#areOffsetsUniform(first, end),
      flags: this.#getUniformFlags(first, end),
    };
  }

  /** Offsets after the last run are 0. */
  #areOffsetsUniform(first: number, end: number): boolean {
    const runs = this.#getOffsetRuns();
    if (!runs || first >= runs.samples) return true;
    if (!runs.isUniform(first, Math.min(end, runs.samples))) return false;
    return end <= runs.samples || this.compositionOffset(first) === 0;
  }

  #getUniformFlags(first: number, end: number): UniformFields["flags"] {
    const { stss } = this.#tables;
    if (!stss) return "all";
    const syncsToFirst = stss.countUpTo(first);
    const syncsAfterFirst = stss.countUpTo(end - 1) - syncsToFirst;
    const rest = end - 1 - first;
    if (syncsAfterFirst > 0 && syncsAfterFirst < rest) return "mixed";
    const firstIsSync = syncsToFirst > 0 && stss.at(syncsToFirst - 1) === first;
    return rest === 0 || firstIsSync === syncsAfterFirst > 0 ? "all" : "all but first";
  }

  get knownSyncs(): Float64Array | undefined {
    return this.#tables.knownSyncs;
  }

  get moovDigest(): string | undefined {
    return this.#tables.context.moov?.digest;
  }

  checkpoints(): TableCheckpoints | undefined {
    const { moovDigest } = this;
    if (moovDigest === undefined) return undefined;
    const { stts, chunks, stss, hasDistinctSyncs } = this.#tables;
    const offsets = this.#getOffsetRuns();
    return {
      moovDigest,
      durations: stts.checkpoints(),
      ...offsets && { offsets: offsets.checkpoints() },
      chunks: chunks.checkpoints(),
      ...stss && { distinctSyncs: hasDistinctSyncs },
    };
  }

  storeMoov(): StoredMoov | undefined {
    return this.#tables.context.moov?.store();
  }

  description(index: number): number {
    return this.#tables.chunks.description(index);
  }

  descriptionEnd(index: number): number {
    return this.#tables.chunks.descriptionEnd(index);
  }

  /** @throws MediaError if a sample exceeds the file */
  readSamples(first: number, end: number): Samples {
    if (first < end) this.#load(first, end);
    return this.readSamplesUncached(first, end);
  }

  #load(first: number, end: number): void {
    const { sizes, stts, sdtp, chunks, context: { moov } } = this.#tables;
    const count = end - first;
    if (moov?.isPaged) moov.requireRows(this.#toRowRanges(first, end));
    sizes.load(first, count);
    stts.load(first, count);
    sdtp?.load(first, end);
    this.#getOffsetRuns()?.load(first, count);
    chunks.load(chunks.findChunk(first), count);
  }

  /** Returns where the rows of samples are, without a look-up in the tables. */
  #toRowRanges(first: number, end: number): RowRange[] {
    const { sizes, stts, stss, sdtp, chunks } = this.#tables;
    return [
      ...sizes.toRowRanges(first, end),
      ...stts.toRowRanges(first, end),
      ...this.#getOffsetRuns()?.toRowRanges(first, end) ?? [],
      ...stss?.toRowRanges(first, end, this.count) ?? [],
      ...sdtp?.toRowRanges(first, end) ?? [],
      ...chunks.toRowRanges(first, end),
    ];
  }

  readSamplesUncached(first: number, end: number): Samples {
    const samples = createSamples(Math.max(0, end - first));
    if (first >= end) return samples;
    this.#fillFields(first, samples);
    this.#fillOffsets(first, samples);
    return samples;
  }

  scanSamples(first: number, end: number, reused?: SampleFields): SampleFields {
    const count = Math.max(0, end - first);
    const samples = reused?.sizes.length === count ? reused : createSampleFields(count);
    if (first < end) this.#fillFields(first, samples);
    return samples;
  }

  #fillFields(first: number, samples: SampleFields): void {
    this.#tables.sizes.fill(first, samples.sizes);
    this.#tables.stts.fill(first, samples.durations);
    samples.compositionOffsets.fill(0); // columns may be reused
    this.#getOffsetRuns()?.fill(first, samples.compositionOffsets);
    this.#fillFlags(first, samples.flags);
  }

  #fillOffsets(first: number, { offsets, sizes }: Samples): void {
    const { chunks, sizes: sizeTable } = this.#tables;
    const end = first + sizes.length;
    const chunk = chunks.findChunk(first);
    let offset = chunks.offsets.at(chunk.chunk) + sizeTable.sum(chunk.first, first);
    for (let index = first; index < end;) {
      for (; index < chunk.end && index < end; index++) {
        offsets[index - first] = offset;
        offset += sizes[index - first]!;
      }
      this.#checkEnd(chunk, offset);
      if (index === end) break;
      chunks.advance(chunk);
      offset = chunks.offsets.at(chunk.chunk);
    }
  }

  #checkEnd({ chunk }: Chunk, end: number): void {
    const { size, name } = this.#tables.context;
    if (end <= size) return;
    const why = `Cannot read chunk ${chunk + 1} up to byte ${end}: the file ends at ${size}`;
    throw new MediaError(why).in("moov/trak/mdia/minf/stbl/stco").inFile(name);
  }

  #fillFlags(first: number, flags: Uint32Array): void {
    const { stss, sdtp } = this.#tables;
    flags.fill(stss ? DEPENDS_ON_OTHERS | IS_NON_SYNC : DEPENDS_ON_NONE);
    for (let i = stss?.countUpTo(first - 1) ?? 0; stss && i < stss.length; i++) {
      const sync = stss.at(i);
      if (sync >= first + flags.length) break;
      flags[sync - first] = DEPENDS_ON_NONE;
    }
    const declaredEnd = sdtp ? Math.min(sdtp.byteLength - first, flags.length) : 0;
    for (let i = 0; i < declaredEnd; i++) {
      const declared = sdtp!.u8(first + i) << 20;
      flags[i] = declared | (declared & DEPENDS_ON_MASK ? flags[i]! & IS_NON_SYNC : flags[i]!);
    }
  }

  /** Scanned lazily: 10 hours of video have a million rows. */
  #getOffsetRuns(): RunLengths | undefined {
    const { ctts, knownOffsets } = this.#tables;
    return ctts && (this.#offsetRuns ??= new RunLengths(ctts, 0, { known: knownOffsets }));
  }
}
