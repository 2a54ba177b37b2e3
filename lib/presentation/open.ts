import { MediaError } from "../errors.ts";
import { applyOptions } from "../input/apply_options.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { readSubtitleInput } from "../input/subtitle_input.ts";
import { isSubtitleTrack, readTrack } from "../input/track_input.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { TrackOptions } from "../input/track_options.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { omitUndefined } from "../omit_undefined.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import type { Source } from "../storage/source.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { buildPresentation } from "./build.ts";
import { warnHintDifferences } from "./package_hints.ts";
import type { Live, Presentation } from "./presentation.ts";
import { GrowingMedia, type StatFile } from "./growing_media.ts";
import { GrowingPresentation } from "./growing_presentation.ts";
import { createSourceFiles } from "./asset_media.ts";
import type { AssetMedia, OpenSource, SourceFiles } from "./asset_media.ts";
import { matchesTrack, TrackIndexes } from "./track_index.ts";

export type { InputOptions, OpenSource };

/** A presentation and its open files, which the caller must close. */
export interface OpenedPresentation {
  readonly presentation: Presentation;
  readonly media: AssetMedia;
  /** Set while files grow; `presentation` is the first snapshot. */
  readonly growing?: GrowingPresentation;
}

interface OpenInputsOptions {
  readonly segmentDuration: number;
  readonly open: OpenSource;
  readonly onInput?: InputListener;
  /** Segment starts per track that are probed for open GOPs; default: all. */
  readonly maxProbes?: number;
}

export type InputListener = (options: InputOptions, inputs: readonly TrackInput[]) => void;

/**
 * Opens the presentation of a package.
 *
 * @throws MediaError, with the file name, if a file is missing or broken or lacks the track; opened sources are closed
 */
export async function openPackage(pack: Package, open: OpenSource): Promise<OpenedPresentation> {
  return await withFiles(open, pack, async (files) => {
    const inputs: TrackInput[] = [];
    for (const track of pack.tracks) inputs.push(await readPackageTrack(track, files));
    const { segmentDuration } = pack;
    const presentation = await buildPresentation({
      inputs,
      segmentDuration,
      warnings: files.warnings,
    });
    return {
      ...presentation,
      warnings: [
        ...presentation.warnings,
        ...warnHintDifferences(pack, presentation),
        ...files.indexes.warnings(presentation),
      ],
    };
  });
}

/**
 * Opens the presentation of plain media files: every supported track, named as `amspackager` names them.
 *
 * @throws MediaError as `openPackage()`, and if a file has no supported track
 */
export async function openInputs(
  inputs: readonly InputOptions[],
  options: OpenInputsOptions,
): Promise<OpenedPresentation> {
  return await withFiles(options.open, NO_PACKAGE, async (files) => {
    return await buildPresentation({
      inputs: await readInputs(inputs, options, files),
      segmentDuration: options.segmentDuration,
      warnings: files.warnings,
    });
  });
}

/**
 * Opens the presentation of fragmented media files to which another process appends.
 *
 * @throws MediaError, RequestError as `GrowingPresentation.open()`
 */
export async function openGrowingInputs(
  inputs: readonly InputOptions[],
  options: OpenInputsOptions & { readonly stat: StatFile; readonly live: Live },
): Promise<OpenedPresentation & { readonly growing: GrowingPresentation }> {
  const { open, stat, segmentDuration, live } = options;
  const media = new GrowingMedia(open, stat);
  return await closeOnError(media, async () => {
    const growing = await GrowingPresentation.open(media, {
      inputs: await readInputs(inputs, options, media),
      segmentDuration,
      live,
      warnings: media.warnings,
    });
    return { presentation: growing.presentation, media, growing };
  });
}

async function readInputs(
  inputs: readonly InputOptions[],
  { onInput, maxProbes }: OpenInputsOptions,
  files: SourceFiles,
): Promise<TrackInput[]> {
  const tracks: TrackInput[] = [];
  for (const options of inputs) {
    const found = await readInput(options, maxProbes, files);
    onInput?.(options, found);
    tracks.push(...found);
  }
  return tracks;
}

const NO_PACKAGE = { tracks: [] };

async function withFiles(
  open: OpenSource,
  pack: Pick<Package, "tracks">,
  build: (files: SourceFiles) => Promise<Presentation>,
): Promise<OpenedPresentation> {
  const files = createSourceFiles(open, new TrackIndexes(pack));
  return await closeOnError(
    files,
    async () => ({ presentation: await build(files), media: files }),
  );
}

async function closeOnError<T>(files: SourceFiles, read: () => Promise<T>): Promise<T> {
  try {
    const opened = await read();
    files.releasePages();
    return opened;
  } catch (error) {
    files.close();
    throw error;
  }
}

async function withFileName<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

async function readPackageTrack(track: PackageTrack, files: SourceFiles): Promise<TrackInput> {
  const { file, type, track: id } = track;
  return await withFileName(file, async () => {
    const source = await files.source(file);
    const options: TrackOptions = { openGop: false, ...track };
    if (type === "text" && id === undefined) return await readSubtitleInput(options, source);
    const movie = await files.movie(file);
    const found = movie.tracks.find((candidate) => candidate.id === id);
    if (!found) throw new MediaError(`Cannot find track ${id}`);
    const input = await readTrack(options, { source, movie, track: found });
    if (typeof input !== "object") {
      const reason = input ?? "its handler is neither of audio, video, images nor subtitles";
      throw new MediaError(`Cannot play track ${id}: ${reason}`, "MEDIA_UNSUPPORTED");
    }
    if (input.type !== type) {
      throw new MediaError(`Cannot play track ${id} as ${type}: it is ${input.type}`);
    }
    const index = files.indexes.get(track);
    return index && input.type !== "text" && await withPages(() => matchesTrack(index, found))
      ? { ...input, index }
      : input;
  });
}

async function readInput(
  options: InputOptions,
  maxProbes: number | undefined,
  files: SourceFiles,
): Promise<TrackInput[]> {
  const { file, language } = options;
  return await withFileName(file, async () => {
    const trackOptions: TrackOptions = omitUndefined({ file, language, maxProbes });
    const found = isSubtitleFile(file)
      ? [await readSubtitleInput(trackOptions, await files.source(file))]
      : await readMovieTracks(trackOptions, files);
    const { inputs, warnings } = applyOptions(found, options);
    files.warnings.push(...warnings);
    return inputs;
  });
}

async function readMovieTracks(options: TrackOptions, files: SourceFiles): Promise<TrackInput[]> {
  const { file } = options;
  const source = await files.source(file);
  const movie = await files.movie(file);
  const inputs: TrackInput[] = [];
  const unsupported: string[] = [];
  for (const track of movie.tracks) {
    const input = await readTrackLeniently(options, { source, movie, track });
    if (typeof input === "object") inputs.push(input);
    else if (input) unsupported.push(`track ${track.id} is left out: ${input}`);
  }
  if (inputs.length === 0) {
    const reasons = unsupported.length > 0 ? `: ${unsupported.join("; ")}` : "";
    throw new MediaError(`Cannot find a track to play${reasons}`, "MEDIA_UNSUPPORTED");
  }
  files.warnings.push(...unsupported.map((sentence) => `${file}: ${sentence}`));
  return inputs;
}

/** Leaves out broken subtitles, since audio and video can be played without them. */
async function readTrackLeniently(
  options: TrackOptions,
  from: { source: Source; movie: Movie; track: Track },
): Promise<TrackInput | string | undefined> {
  try {
    return await readTrack(options, from);
  } catch (error) {
    const isMediaError = error instanceof MediaError && error.code !== "MEDIA_READ";
    if (!isMediaError || !isSubtitleTrack(from.track)) throw error;
    return error.message;
  }
}
