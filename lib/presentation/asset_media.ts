/** The open media files of an asset, each opened and parsed once. */

import type { Movie } from "../mp4/movie.ts";
import { withKeptSamples } from "../mp4/samples/kept_source.ts";
import { readMovie } from "../mp4/read_movie.ts";
import type { Source } from "../storage/source.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import type { OmittedTrack } from "./omitted_tracks.ts";
import type { TrackIndexes } from "./track_indexes.ts";

export type OpenSource = (file: string) => Source | Promise<Source>;

/** The **media** of an asset: its open files. Sample tables are read on demand and cached; samples are not cached. */
export interface AssetMedia {
  /** Memory of the sample tables. Segment requests may add to it. */
  residentBytes(): number;
  close(): void;
}

export interface SourceFiles extends AssetMedia {
  source(file: string): Promise<Source>;
  /** Opens files at the same time, and reads movies of remote ones. Their errors are those of `source()` and `movie()`. */
  openAll(files: readonly string[]): Promise<void>;
  movie(file: string): Promise<Movie>;
  readonly indexes: TrackIndexes;
  readonly warnings: string[];
  readonly omitted: OmittedTrack[];
  /** Releases what was needed only to open the movies. */
  release(): void;
}

export function createSourceFiles(open: OpenSource, indexes: TrackIndexes): SourceFiles {
  const opening = new Map<string, Promise<Source>>();
  const sources = new Map<string, Source>();
  const movies = new Map<string, Movie>();
  const reading = new Map<string, Promise<Movie>>();
  const warnings: string[] = [];
  const openOnce = async (file: string) => {
    const opened = await open(file);
    const moov = indexes.isSealed(file, opened) && indexes.getMovie(file, opened).findMoov();
    const source = moov ? withKeptSamples(opened, moov.stored) : opened;
    sources.set(file, source);
    return source;
  };
  const source = (file: string) => {
    const opened = opening.get(file) ?? openOnce(file);
    opening.set(file, opened);
    return opened;
  };
  return {
    source,
    async openAll(files) {
      await Promise.allSettled(files.map(async (file) => {
        const opened = await source(file);
        if (!opened.load || isSubtitleFile(file)) return;
        reading.set(file, reading.get(file) ?? readMovie(opened, indexes.getMovie(file, opened)));
        await reading.get(file);
      }));
    },
    warnings,
    omitted: [],
    indexes,
    async movie(file) {
      const cached = movies.get(file);
      if (cached) return cached;
      const opened = await source(file);
      const movie = await (reading.get(file) ?? readMovie(opened, indexes.getMovie(file, opened)));
      movies.set(file, movie);
      for (const warning of movie.warnings) warnings.push(`${file}: ${warning}`);
      return movie;
    },
    residentBytes() {
      let sum = indexes.residentBytes;
      for (const { residentBytes } of movies.values()) sum += residentBytes;
      return sum;
    },
    release() {
      movies.forEach((movie) => movie.releasePages());
      indexes.release();
    },
    close: () => sources.forEach((opened) => opened.close()),
  };
}
