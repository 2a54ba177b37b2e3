/** From a package, or from files that none names, to the presentation; and back to the package. */

import { MediaError } from "../errors.ts";
import { toIso6392 } from "../language.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import { readMovie } from "../mp4/read_movie.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import type { Source } from "../storage/source.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { buildPresentation } from "./build.ts";
import { isSubtitleTrack, readTrack } from "../input/track_input.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { TrackOptions } from "../input/track_options.ts";
import { getRotatedCodedSize } from "./video_size.ts";
import type { OpenFiles, Presentation, Rendition } from "./presentation.ts";
import { readSubtitleInput } from "../input/subtitle_input.ts";
import { formatTrackIndex, matchesTrack, TrackIndexes } from "./track_index.ts";
import { applyOptions } from "../input/apply_options.ts";
import type { InputOptions } from "../input/apply_options.ts";

export type { InputOptions };

/** Opens a file that a package names, relative to the package. */
export type OpenSource = (file: string) => Source | Promise<Source>;

/** Called when an input has been read, before anything is cut. */
export type InputListener = (input: InputOptions, pieces: readonly TrackInput[]) => void;

/**
 * The presentation of a package.
 *
 * @throws MediaError of the file that is missing, broken or holds no such track; sources opened so far are closed
 */
export async function openPackage(pack: Package, open: OpenSource): Promise<Presentation> {
  return await opening(open, pack, async (files) => {
    const pieces: TrackInput[] = [];
    for (const track of pack.tracks) pieces.push(await pieceOfTrack(track, files));
    const presentation = await buildPresentation({
      inputs: pieces,
      segmentDuration: pack.segmentDuration,
      warnings: files.warnings,
      files,
    });
    return {
      ...presentation,
      warnings: [
        ...presentation.warnings,
        ...differences(pack, presentation),
        ...files.indexes.warnings(presentation),
      ],
    };
  });
}

/**
 * The presentation of files that no package names: every track that AMS knows, named as `amspackager` names them. A
 * file whose name ends as those of subtitles do is text.
 *
 * @param segmentDuration in seconds
 * @throws MediaError as `openPackage`, and when no file holds a track that AMS knows
 */
export async function openInputs(
  inputs: readonly InputOptions[],
  { segmentDuration, open, onInput, maxProbes }: {
    segmentDuration: number;
    open: OpenSource;
    onInput?: InputListener;
    /** At how many segment starts of a track to look for open GOPs; left out: at all. */
    maxProbes?: number;
  },
): Promise<Presentation> {
  return await opening(open, NO_PACKAGE, async (files) => {
    const pieces: TrackInput[] = [];
    for (const input of inputs) {
      const found = await piecesOfInput(input, maxProbes, files);
      onInput?.(input, found);
      pieces.push(...found);
    }
    return await buildPresentation({
      inputs: pieces,
      segmentDuration,
      warnings: files.warnings,
      files,
    });
  });
}

/** The files of one presentation: each is opened once, read once, and closed with the others. */
interface Files extends OpenFiles {
  source(file: string): Promise<Source>;
  movie(file: string): Promise<Movie>;
  /** What the package says of their tables. */
  readonly indexes: TrackIndexes;
  /** Sentences for the operator. */
  readonly warnings: string[];
}

function filesOf(open: OpenSource, indexes: TrackIndexes): Files {
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
    indexes,
    async movie(file) {
      const known = movies.get(file);
      if (known) return known;
      const movie = await readMovie(await source(file), indexes.getTables(file));
      movies.set(file, movie);
      warnings.push(...movie.warnings.map((warning) => `${file}: ${warning}`));
      return movie;
    },
    residentBytes: () => [...movies.values()].reduce((sum, movie) => sum + movie.residentBytes, 0),
    load() {
      let loading: Promise<void>[] | undefined; // every request asks: nothing is made where there is nothing to do
      for (const movie of movies.values()) {
        const rest = movie.loadTables();
        if (rest) (loading ??= []).push(rest);
      }
      return loading && Promise.all(loading);
    },
    close: () => sources.forEach((opened) => opened.close()),
  };
}

/** Of files that no package names, none says anything. */
const NO_PACKAGE = { tracks: [] };

async function opening(
  open: OpenSource,
  pack: Pick<Package, "tracks">,
  make: (files: Files) => Promise<Presentation>,
): Promise<Presentation> {
  const files = filesOf(open, new TrackIndexes(pack));
  try {
    return await make(files);
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Runs `read`, and names the file in what it throws. */
async function of<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

async function pieceOfTrack(track: PackageTrack, files: Files): Promise<TrackInput> {
  const { file, type, track: id } = track;
  return await of(file, async () => {
    const source = await files.source(file);
    const wishes: TrackOptions = { openGop: false, ...track };
    if (type === "text" && id === undefined) return await readSubtitleInput(wishes, source);
    const movie = await files.movie(file);
    const found = movie.tracks.find((candidate) => candidate.id === id);
    if (!found) throw new MediaError(`Cannot find track ${id}`);
    const piece = await readTrack(wishes, { source, movie, track: found });
    if (typeof piece !== "object") {
      const why = piece ?? "nobody would see or hear it";
      throw new MediaError(`Cannot play track ${id}: ${why}`, "MEDIA_UNSUPPORTED");
    }
    if (piece.type !== type) {
      throw new MediaError(`Cannot play track ${id} as ${type}: it is ${piece.type}`);
    }
    const index = files.indexes.get(track);
    return index && piece.type !== "text" && matchesTrack(index, found)
      ? { ...piece, index }
      : piece;
  });
}

async function piecesOfInput(
  input: InputOptions,
  looks: number | undefined,
  files: Files,
): Promise<TrackInput[]> {
  const { file, language } = input;
  return await of(file, async () => {
    const wishes: TrackOptions = {
      file,
      ...language === undefined ? {} : { language },
      ...looks === undefined ? {} : { maxProbes: looks },
    };
    const found = isSubtitleFile(file)
      ? [await readSubtitleInput(wishes, await files.source(file))]
      : await piecesOfMovie(wishes, files);
    const { pieces, warnings } = applyOptions(found, input);
    files.warnings.push(...warnings);
    return pieces;
  });
}

async function piecesOfMovie(wishes: TrackOptions, files: Files): Promise<TrackInput[]> {
  const { file } = wishes;
  const source = await files.source(file);
  const movie = await files.movie(file);
  const pieces: TrackInput[] = [];
  const left: string[] = [];
  for (const track of movie.tracks) {
    const piece = await trackOfInput(wishes, { source, movie, track });
    if (typeof piece === "object") pieces.push(piece);
    else if (piece) left.push(`track ${track.id} is left out: ${piece}`);
  }
  if (pieces.length === 0) {
    const why = left.length > 0 ? `: ${left.join("; ")}` : "";
    throw new MediaError(`Cannot find a track to play${why}`, "MEDIA_UNSUPPORTED");
  }
  files.warnings.push(...left.map((sentence) => `${file}: ${sentence}`));
  return pieces;
}

/** A text that is broken is left out, with a warning: the film plays without it. */
async function trackOfInput(
  wishes: TrackOptions,
  from: { source: Source; movie: Movie; track: Track },
): Promise<TrackInput | string | undefined> {
  try {
    return await readTrack(wishes, from);
  } catch (error) {
    const isText = isSubtitleTrack(from.track);
    if (!isText || !(error instanceof MediaError) || error.code === "MEDIA_READ") throw error;
    return error.message;
  }
}

/** The package that says of a presentation what `amspackager` writes. */
export function toPackage({ segmentDuration, renditions }: Presentation): Package {
  return { segmentDuration, tracks: [...renditions.values()].map(packageTrack) };
}

function packageTrack(rendition: Rendition): PackageTrack {
  const { file, type, language, name } = rendition;
  const named = { type, language: toIso6392(language), name, ...wordsOf(rendition) };
  if (rendition.type === "text") {
    const { trackId: track } = rendition;
    return { file, ...track === undefined ? {} : { track }, ...named };
  }
  const index = formatTrackIndex(rendition);
  return {
    ...{ file, track: rendition.track.id, ...named, ...hints(rendition) },
    ...index === undefined ? {} : { index },
  };
}

/** What the operator may have said. */
function wordsOf(rendition: Rendition): Partial<PackageTrack> {
  const { label, role, isDefault } = rendition;
  return {
    ...label === undefined ? {} : { label },
    ...role === undefined ? {} : { role },
    ...isDefault ? { default: true } : {},
    ...rendition.type === "video" && rendition.captions ? { captions: rendition.captions } : {},
  };
}

type MediaRendition = Exclude<Rendition, { type: "text" }>;

/** What the file says of itself: for listings. */
function hints(rendition: MediaRendition): Partial<PackageTrack> {
  const { description, bandwidth, averageBandwidth, openGop } = rendition;
  const { codec } = description;
  if (description.type === "audio") {
    const { channels, sampleRate } = description;
    return { codec, bandwidth, averageBandwidth, channels, sampleRate };
  }
  const { width, height } = getRotatedCodedSize(rendition);
  const rate = rendition.frameRate === undefined ? {} : { frameRate: rendition.frameRate };
  return {
    codec,
    bandwidth,
    averageBandwidth,
    width,
    height,
    ...rate,
    ...openGop ? { openGop } : {},
  };
}

/** A sentence for each key in which the package and the file differ: the file is the truth. */
function differences({ tracks }: Package, { renditions }: Presentation): string[] {
  return tracks.flatMap((track) => {
    const rendition = renditions.get(track.name);
    if (!rendition || rendition.type === "text") return [];
    return Object.entries(hints(rendition)).flatMap(([key, value]) => {
      const said = track[key as keyof PackageTrack];
      return said === undefined || said === value ? [] : [
        `${track.file}: the package says ${key} ${
          JSON.stringify(said)
        } of ${track.name}, the file ${JSON.stringify(value)}`,
      ];
    });
  });
}
