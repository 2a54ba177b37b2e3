/** Indexes of the tracks of a package, which are parsed when their files are read, if they fit these. */

import type { FindTables, KnownMovie, TableCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { Track } from "../mp4/movie.ts";
import type { Package, PackageSource, PackageTrack } from "../package/package.ts";
import { isConsistent } from "../package/consistent_index.ts";
import {
  type IndexedMoov,
  MAX_DECOMPRESSED_BYTES,
  parseIndex,
  peekIndex,
} from "../package/index_text.ts";
import { fitsSampleCount, type TrackIndex } from "../package/track_index.ts";
import type { Source } from "../storage/source.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";

/** All indexes of a package, decompressed, in bytes. Those of a hundred renditions of ten hours are smaller. */
const MAX_PACKAGE_BYTES = 2 ** 25;

/** An index has at most so many bytes, decompressed: for each byte of the moov, whose rows it omits, and for each sample. */
const MAX_BYTES = { constant: 2 ** 16, perMoovByte: 2, perSample: 128 };

type IndexedTrack = PackageTrack & { readonly index: string };

/** What is looked up in the rows of each file, as ranges of it. */
export type RowTraces = Map<string, [start: number, end: number][]>;

export class TrackIndexes {
  #tracks: readonly IndexedTrack[];
  /** By text. */
  readonly #parsed = new Map<string, TrackIndex | undefined>();
  /** Sizes of the moov of files whose tables are read with an index. */
  readonly #moovSizes = new Map<string, number>();
  readonly #seals: ReadonlyMap<string, PackageSource>;
  readonly #traces: RowTraces | undefined;
  readonly #budget = { left: MAX_PACKAGE_BYTES };
  #tableBytes = 0;

  /** @param traces where they are collected: all files are read as if they were sealed */
  constructor({ tracks, sources = [] }: Pick<Package, "tracks" | "sources">, traces?: RowTraces) {
    this.#seals = new Map(sources.map((source) => [source.file, source]));
    this.#traces = traces;
    this.#tracks = tracks.filter((track): track is IndexedTrack => track.index !== undefined);
  }

  /** Memory of what sample tables retain of indexes. */
  get residentBytes(): number {
    return this.#tableBytes;
  }

  /** Returns whether the file is the one that the package was sealed with. */
  isSealed(file: string, { size, etag }: Pick<Source, "size" | "etag">): boolean {
    const seal = this.#seals.get(file);
    return this.#traces !== undefined ||
      etag !== undefined && seal?.etag === etag && seal.size === size;
  }

  /**
   * Returns the index of a track of a file; undefined if there is none, or it is damaged or of other sample tables.
   *
   * @throws MissingPages
   */
  get(track: PackageTrack, { id, samples }: Pick<Track, "id" | "samples">): TrackIndex | undefined {
    const { file, index } = track;
    const { count, moovDigest } = samples;
    const size = this.#moovSizes.get(file);
    if (index === undefined || moovDigest === undefined || size === undefined) return undefined;
    if (!isOf(peekIndex(index), { id, digest: moovDigest })) return undefined;
    const parsed = this.#parse(index, computeMaxBytes(size, count));
    return parsed && fitsSampleCount(parsed, count) ? parsed : undefined;
  }

  getMovie(file: string, source: Pick<Source, "size" | "etag" | "synchronous">): KnownMovie {
    const isSealed = this.isSealed(file, source);
    const tracks = this.#tracks.filter((track) => track.file === file);
    return {
      findTables: (track, moov) => this.#findTables(tracks, track, moov),
      findMoov: () => {
        if (source.synchronous && !isSealed) return undefined;
        for (const { index } of tracks) {
          const parsed = this.#parse(index, computeMaxBytes(source.size, 0));
          if (!parsed?.moov) continue;
          const { moov: stored, tables: { moovDigest: digest } } = parsed;
          return { stored, digest, isSealed, trace: this.#startTrace(file) };
        }
        return undefined;
      },
    };
  }

  #startTrace(file: string) {
    const trace: [number, number][] = [];
    return this.#traces?.set(file, trace) && trace;
  }

  #findTables(
    tracks: readonly IndexedTrack[],
    { id, samples }: Parameters<FindTables>[0],
    moov: Parameters<FindTables>[1],
  ): TableCheckpoints | undefined {
    if (!moov.usesIndex) return undefined;
    for (const { file, track, index } of tracks) {
      if (track !== id || !isOf(peekIndex(index), { id, digest: moov.digest })) continue;
      this.#moovSizes.set(file, moov.bytes.length);
      const parsed = this.#parse(index, computeMaxBytes(moov.bytes.length, samples));
      if (!parsed || !fitsSampleCount(parsed, samples)) continue;
      this.#tableBytes += computeTableBytes(parsed.tables);
      return parsed.tables;
    }
    return undefined;
  }

  #parse(text: string, maxBytes: number): TrackIndex | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    const parsed = parseIndex(text, maxBytes, this.#budget);
    const index = parsed && isConsistent(parsed) ? parsed : undefined;
    this.#parsed.set(text, index);
    return index;
  }

  warnings({ renditions }: Presentation): string[] {
    return this.#tracks.flatMap((track) => {
      const { file, name } = track;
      const rendition = renditions.get(name);
      if (!rendition || rendition.type === "text") return [];
      if (this.#fits(track, rendition)) return [];
      return [
        `${file}: the index of ${name} in the package is of another file, track or segment duration: ` +
        `first responses take longer until it is packaged again`,
      ];
    });
  }

  /** An index that is not used is not decompressed. */
  #fits(track: IndexedTrack, { track: { id, samples }, segmentationId }: MediaRendition): boolean {
    const digest = samples.moovDigest;
    const isUsed = this.#moovSizes.has(track.file);
    if (!isUsed) return digest !== undefined && isOf(peekIndex(track.index), { id, digest });
    return this.get(track, { id, samples })?.segmentationId === segmentationId;
  }

  /** Releases what sample tables do not retain. */
  release(): void {
    this.#tracks = [];
    this.#parsed.clear();
  }
}

/** Tracks of one file have the same moov, and often the same segmentation. */
function isOf(
  peeked: IndexedMoov | undefined,
  { id, digest }: { id: number; digest: string },
): boolean {
  return peeked?.moovDigest === digest && (peeked.track === undefined || peeked.track === id);
}

function computeMaxBytes(moovSize: number, samples: number): number {
  const { constant, perMoovByte, perSample } = MAX_BYTES;
  return Math.min(MAX_DECOMPRESSED_BYTES, constant + perMoovByte * moovSize + perSample * samples);
}

function computeTableBytes(tables: TableCheckpoints): number {
  const { durations, offsets, chunks, emptySamples, syncSamples } = tables;
  const { firsts, descriptions, descriptionFirsts } = chunks;
  const columns = [durations.firsts, durations.sums, offsets?.firsts, offsets?.sums, firsts];
  columns.push(emptySamples, syncSamples);
  const numbers = columns.reduce((sum, column) => sum + (column?.length ?? 0), 0);
  return 8 * (numbers + descriptions.length + descriptionFirsts.length);
}
