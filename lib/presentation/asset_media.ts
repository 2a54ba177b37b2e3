/** The open media files of an asset, each opened and parsed once. */

import { loadSubtitleSamples } from "../input/subtitle_samples.ts";
import { isSubtitleTrack, type TrackInput } from "../input/track_input.ts";
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

/** In bytes. Subtitles of three hours have a tenth. */
const MAX_TEXT_FILE = 2 ** 21;

interface TrackName {
  readonly file: string;
  readonly type: TrackInput["type"];
  /** Absent for a subtitle file. */
  readonly track?: number | undefined;
}

export interface SourceFiles extends AssetMedia {
  source(file: string): Promise<Source>;
  /**
   * Opens the files of tracks at the same time, and loads movies and subtitles of remote ones. Their errors are those of `source()`,
   * `movie()` and later reads.
   */
  openAll(tracks: readonly TrackName[]): Promise<void>;
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
    async openAll(tracks) {
      const names = Map.groupBy(tracks, ({ file }) => file);
      await Promise.allSettled(Array.from(names, async ([file, named]) => {
        const opened = await source(file);
        if (!opened.load) return;
        if (named.every(({ type }) => type === "text")) await loadText(opened);
        if (isSubtitleFile(file)) return;
        reading.set(file, reading.get(file) ?? readMovie(opened, indexes.getMovie(file, opened)));
        const ids = new Set(named.map(({ track }) => track));
        await loadSubtitleTracks(opened, await reading.get(file)!, ids);
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

/** Loads a file of which only subtitles are needed, which are most of it unless it is large. */
async function loadText(source: Source): Promise<void> {
  const { size } = source;
  if (size <= MAX_TEXT_FILE) await source.load?.([{ offset: 0, size }]);
}

async function loadSubtitleTracks(
  source: Source,
  { tracks }: Movie,
  ids: ReadonlySet<number | undefined>,
): Promise<void> {
  const subtitles = tracks.filter((track) => isSubtitleTrack(track) && ids.has(track.id));
  await Promise.all(subtitles.map((track) => loadSubtitleSamples(source, track)));
}
