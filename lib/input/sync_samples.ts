/** Sync samples of tracks whose own flags cannot be true (docs/design/timing.md). */

import type { Codec, FrameClassifier, FrameType } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { withPages } from "../mp4/samples/pages.ts";
import {
  DEPENDS_ON_MASK,
  DEPENDS_ON_NONE,
  DEPENDS_ON_OTHERS,
  type Samples,
  type SampleTable,
} from "../mp4/samples/sample_table.ts";
import { SyncTable } from "../mp4/samples/sync_table.ts";
import { readBytes, type Source } from "../storage/source.ts";
import { WorkPauses } from "../work_pauses.ts";

export interface SyncCorrection {
  readonly track: Track;
  /** A sentence without its subject, the track; "" if nothing has to be corrected in the file. */
  readonly warning: string;
}

const BATCH_SAMPLES = 1024;

/** In bytes. Most samples start with a slice; the first ones with parameter sets and messages before it. */
const MAX_PROBE_SIZE = 4096;
const PROBE_SIZES = [128, MAX_PROBE_SIZE];

/** Samples that are probed to find out whether a track consists of key frames. */
const MAX_PROBES = 16;

/** On a source that is not synchronous. A longer track has to be packaged. */
const MAX_REMOTE_SAMPLES = 4096;
const MAX_CONCURRENT_READS = 32;

/**
 * Returns a track with the sync samples that it has. Every sample of most audio codecs is one. Video of which all samples are
 * flagged as sync samples, or none, is searched: by sample_depends_on (14496-12 §8.6.4.3), else by the first bytes of the samples.
 *
 * @throws MediaError of the source
 */
export async function correctSyncSamples(
  track: Track,
  codec: Codec,
  source: Source,
): Promise<SyncCorrection> {
  const { samples } = track;
  const unchanged = { track, warning: "" };
  if (isAllSync(track, codec)) return samples.allSync ? unchanged : correct(track, undefined, "");
  if (!codec.createFrameClassifier || samples.count < 2) return unchanged;
  const first = await withPages(() => samples.findSyncAtOrAfter(0));
  const flagged = samples.allSync
    ? "all samples are"
    : first >= samples.count
    ? "no sample is"
    : "";
  if (!flagged) return unchanged;
  const found = samples.knownSyncs ?? await findByDependency(samples) ??
    await findByContent(track, codec.createFrameClassifier, source);
  if (found === "trusted") return unchanged;
  const sentence = `${flagged} flagged as ${samples.allSync ? "key frames" : "a key frame"}`;
  if (found === "too long") {
    return {
      track,
      warning: `${sentence}: package it with amspackager, which finds the key frames`,
    };
  }
  if (found.length === 0) return useFirstSample(track, `${sentence}, and none was found`);
  return correct(
    track,
    found,
    `${sentence}; AMS found and uses ${found.length}: ${describeCure(codec)}`,
  );
}

/** Entries of other codecs in the track are ignored. */
function isAllSync({ entries }: Track, codec: Codec): boolean {
  const own = entries.filter(({ type }) => codec.entries.includes(type));
  return codec.isAllSync !== undefined && own.every((entry) => codec.isAllSync!(entry));
}

/** ffmpeg finds the key frames of MPEG-TS and IVF, not those of MP4. Its MPEG-TS carries VVC, too. */
function describeCure({ family, mpegTs }: Codec): string {
  const file = mpegTs || family === "vvc" ? "out.ts" : "out.ivf";
  return `\`ffmpeg -i in.mp4 -c copy ${file}\` and \`ffmpeg -i ${file} -c copy out.mp4\` correct the file`;
}

function correct(track: Track, syncs: Float64Array | undefined, warning: string): SyncCorrection {
  return { track: { ...track, samples: new SyncTable(track.samples, syncs) }, warning };
}

/** Players start at a key frame only, so that none at all would never play. */
function useFirstSample(track: Track, sentence: string): SyncCorrection {
  const warning = `${sentence}: seeking needs key frames; encode it with -g 50`;
  if (track.samples.allSync) return { track, warning };
  return correct(track, Float64Array.of(0), warning);
}

/** Returns undefined unless some samples depend on others, and some do not. */
async function findByDependency(table: SampleTable): Promise<Float64Array | undefined> {
  let leading = 0; // independent samples before the first one that depends on others: all of them in most files
  const later: number[] = [];
  const pauses = new WorkPauses();
  for (let first = 0; first < table.count; first += BATCH_SAMPLES) {
    const end = Math.min(table.count, first + BATCH_SAMPLES);
    const { flags } = await withPages(() => table.scanSamples(first, end));
    for (let i = 0; i < flags.length; i++) {
      if (!isIndependent(flags[i]!, table.allSync)) continue;
      if (first + i === leading) leading++;
      else later.push(first + i);
    }
    await pauses.check();
  }
  const count = leading + later.length;
  if (count === 0 || count === table.count) return undefined;
  const found = new Float64Array(count).map((_, i) => i);
  found.set(later, leading);
  return found;
}

/** A flag of a sync sample without sample_depends_on counts only where others have it. */
function isIndependent(flags: number, isSync: boolean): boolean {
  const dependsOn = flags & DEPENDS_ON_MASK;
  return isSync ? dependsOn !== DEPENDS_ON_OTHERS : dependsOn === DEPENDS_ON_NONE;
}

async function findByContent(
  track: Track,
  create: NonNullable<Codec["createFrameClassifier"]>,
  source: Source,
): Promise<Float64Array | "trusted" | "too long"> {
  const { samples: table } = track;
  const reader = new FrameReader(track, create, source);
  if (table.allSync && !await hasInterFrame(table, reader)) return "trusted";
  if (!source.synchronous && table.count > MAX_REMOTE_SAMPLES) return "too long";
  const found: number[] = [];
  for (let first = 0; first < table.count; first += BATCH_SAMPLES) {
    const types = await reader.read(first, Math.min(table.count, first + BATCH_SAMPLES));
    types.forEach((type, i) => type === "key" && found.push(first + i));
    await new Promise((resolve) => setTimeout(resolve, 0)); // a movie takes seconds: serve other requests meanwhile
  }
  return Float64Array.from(found);
}

/** Probes the samples after the first, then others of the whole track. */
async function hasInterFrame({ count }: SampleTable, reader: FrameReader): Promise<boolean> {
  const next = Math.min(count, 1 + MAX_PROBES / 2);
  if ((await reader.read(1, next)).includes("inter")) return true;
  for (let i = 1; i <= MAX_PROBES / 2; i++) {
    const index = Math.floor(i * (count - 1) / (MAX_PROBES / 2));
    if ((await reader.read(index, index + 1)).includes("inter")) return true;
  }
  return false;
}

/** Reads the types of frames from the first bytes of samples. */
class FrameReader {
  readonly #track: Track;
  readonly #source: Source;
  readonly #create: (entry: SampleEntry) => FrameClassifier;
  /** By sample entry, when first used: others may be of another codec. */
  readonly #classifiers: FrameClassifier[] = [];
  /** Reused while reads are synchronous. */
  readonly #buffer = new Uint8Array(MAX_PROBE_SIZE);

  constructor(track: Track, create: NonNullable<Codec["createFrameClassifier"]>, source: Source) {
    this.#track = track;
    this.#source = source;
    this.#create = create;
  }

  async read(first: number, end: number): Promise<(FrameType | undefined)[]> {
    const { samples: table } = this.#track;
    const samples = await withPages(() => table.readSamplesUncached(first, end));
    const types: (FrameType | undefined)[] = [];
    for (let i = 0; i < samples.sizes.length; i += MAX_CONCURRENT_READS) {
      const rows = Array.from(samples.sizes.subarray(i, i + MAX_CONCURRENT_READS).keys());
      const classified = this.#source.synchronous
        ? rows.map((row) => this.#classifyNow(samples, first, i + row))
        : await Promise.all(rows.map((row) => this.#classify(samples, first, i + row)));
      for (const type of classified) types.push(type);
    }
    return types;
  }

  #classifyNow(samples: Samples, first: number, row: number): FrameType | undefined {
    const { size, offset, classify } = this.#locate(samples, first, row);
    for (const limit of PROBE_SIZES) {
      const bytes = this.#buffer.subarray(0, Math.min(limit, size));
      this.#source.read(offset, bytes);
      const type = classify(bytes);
      if (type || bytes.length === size) return type;
    }
    return undefined;
  }

  async #classify(samples: Samples, first: number, row: number): Promise<FrameType | undefined> {
    const { size, offset, classify } = this.#locate(samples, first, row);
    for (const limit of PROBE_SIZES) {
      const bytes = await readBytes(this.#source, offset, Math.min(limit, size));
      const type = classify(bytes);
      if (type || bytes.length === size) return type;
    }
    return undefined;
  }

  #locate({ offsets, sizes }: Samples, first: number, row: number) {
    const description = this.#track.samples.description(first + row);
    const classify = this.#classifiers[description] ??= this.#createClassifier(description);
    return { size: sizes[row]!, offset: offsets[row]!, classify };
  }

  #createClassifier(description: number): FrameClassifier {
    const entry = this.#track.entries[description];
    return entry ? this.#create(entry) : () => undefined;
  }
}
