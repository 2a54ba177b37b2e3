/** The open media files of an asset, each opened and parsed once. */

import type { Movie } from "../mp4/movie.ts";
import { readMovie } from "../mp4/read_movie.ts";
import type { Source } from "../storage/source.ts";
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
  movie(file: string): Promise<Movie>;
  readonly indexes: TrackIndexes;
  readonly warnings: string[];
  readonly omitted: OmittedTrack[];
  /** Releases what was needed only to open the movies. */
  release(): void;
}

export function createSourceFiles(open: OpenSource, indexes: TrackIndexes): SourceFiles {
  const sources = new Map<string, Source>();
  const movies = new Map<string, Movie>();
  const warnings: string[] = [];
  const source = async (file: string) => {
    const opened = sources.get(file) ?? await open(file);
    sources.set(file, opened);
    return opened;
  };
  return {
    source,
    warnings,
    omitted: [],
    indexes,
    async movie(file) {
      const cached = movies.get(file);
      if (cached) return cached;
      const opened = await source(file);
      const movie = await readMovie(opened, indexes.getMovie(file, opened.size));
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
