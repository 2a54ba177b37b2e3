/** The open media files of an asset to which another process appends. */

import { RequestError } from "../errors.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import { GrowingMovie } from "../mp4/read_movie.ts";
import { GrowingSource, type Growth } from "../storage/growing_source.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { OpenSource, SourceFiles } from "./asset_media.ts";
import type { OmittedTrack } from "./omitted_tracks.ts";
import { TrackIndexes } from "./track_indexes.ts";

export type StatFile = (file: string) => StoredFile | Promise<StoredFile>;

const HANDLERS = new Set(["vide", "soun"]);

interface GrowingFile {
  readonly source: GrowingSource;
  readonly growingMovie: GrowingMovie;
  /** As last read. */
  movie?: Movie;
}

export class GrowingMedia implements SourceFiles {
  readonly indexes = new TrackIndexes({ tracks: [] });
  readonly warnings: string[] = [];
  readonly omitted: OmittedTrack[] = [];
  readonly #files = new Map<string, GrowingFile>();
  readonly #open: OpenSource;
  readonly #stat: StatFile;

  constructor(open: OpenSource, stat: StatFile) {
    this.#open = open;
    this.#stat = stat;
  }

  async source(file: string): Promise<GrowingSource> {
    return (await this.#getFile(file)).source;
  }

  /**
   * Returns the movie as it was read last.
   *
   * @throws MediaError of the source and of its boxes; RequestError `NOT_FOUND` without samples
   */
  async movie(file: string): Promise<Movie> {
    const opened = await this.#getFile(file);
    if (opened.movie) return opened.movie;
    const movie = await opened.growingMovie.refresh();
    if (!movie?.tracks.some(({ samples }) => samples.count > 0)) throw notStarted(file);
    for (const warning of movie.warnings) this.warnings.push(`${file}: ${warning}`);
    return opened.movie = movie;
  }

  /**
   * Reads what was appended to the files.
   *
   * @throws MediaError of a source, and for fragments that are broken
   */
  async refresh(): Promise<Growth> {
    let result: Growth = "same";
    for (const [name, file] of this.#files) {
      const growth = await file.source.extend(await this.#stat(name));
      if (growth === "replaced") return growth;
      if (growth === "same") continue;
      file.movie = await file.growingMovie.refresh() ?? file.movie!;
      result = growth;
    }
    return result;
  }

  /**
   * Reads the rest of files that no longer grow.
   *
   * @throws MediaError as `refresh()`
   */
  async readRest(): Promise<Growth> {
    if (await this.refresh() === "replaced") return "replaced";
    for (const file of this.#files.values()) file.movie = await file.growingMovie.close();
    return "grown";
  }

  /** Returns true while an audio or video track has no sample. */
  get isAwaitingTrack(): boolean {
    const tracks = this.#movies().flatMap(({ tracks }) => tracks);
    return tracks.some(({ handler, samples }) => HANDLERS.has(handler) && samples.count === 0);
  }

  /** Returns the track as it was read last. */
  findTrack(file: string, id: number): Track | undefined {
    return this.#files.get(file)?.movie?.tracks.find((track) => track.id === id);
  }

  residentBytes(): number {
    return this.#movies().reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  }

  release(): void {
    for (const movie of this.#movies()) movie.releasePages();
  }

  close(): void {
    for (const { source } of this.#files.values()) source.close();
  }

  #movies(): Movie[] {
    return [...this.#files.values()].flatMap(({ movie }) => movie ?? []);
  }

  async #getFile(name: string): Promise<GrowingFile> {
    const known = this.#files.get(name);
    if (known) return known;
    const stored = await this.#stat(name); // before it is opened, so that another file is noticed
    const source = await GrowingSource.open(await this.#open(name), stored);
    const file = { source, growingMovie: new GrowingMovie(source) };
    this.#files.set(name, file);
    return file;
  }
}

/** The error of a file that cannot be presented before more was appended to it. */
export function notStarted(file: string): RequestError {
  return new RequestError(
    "NOT_FOUND",
    `Cannot play '${file}' yet: its first segment is incomplete`,
  );
}
