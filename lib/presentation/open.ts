import { MediaError, withFileName } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { readTrack } from "../input/track_input.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { TrackOptions } from "../input/track_options.ts";
import type { Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { WorkPauses } from "../work_pauses.ts";
import { type BuildInput, buildPresentation } from "./build.ts";
import { warnHintDifferences } from "./package_hints.ts";
import { readMediaChapters, readPackageMetadata } from "./metadata.ts";
import { readInput, readSubtitles } from "./read_input.ts";
import { explainLeftOut, formatLeftOut, readOptional } from "./read_sidecar.ts";
import type { Presentation } from "./presentation.ts";
import { type KeyAccess, requestKeys } from "./protection.ts";
import { InputLimits } from "./input_limits.ts";
import { createSourceFiles } from "./asset_media.ts";
import type { AssetMedia, OpenSource, SourceFiles } from "./asset_media.ts";
import { type RowTraces, TrackIndexes } from "./track_indexes.ts";

export type { InputOptions, OpenSource };

/** A presentation and its open files, which the caller must close. */
export interface OpenedPresentation {
  readonly presentation: Presentation;
  readonly media: AssetMedia;
}

/** The presentation of a package. */
export interface OpenedPackage extends OpenedPresentation {
  /** What the package says of its files that is not so; also in the warnings. */
  readonly differences: readonly string[];
}

interface OpenInputsOptions {
  readonly segmentDuration: number;
  readonly open: OpenSource;
  readonly onInput?: InputListener;
  /** Returns what becomes of each track that was read: itself with other options, or nothing. */
  readonly amend?: (input: TrackInput) => readonly TrackInput[];
  /** Called with the error of each optional file that is left out. */
  readonly onLeftOut?: (error: unknown) => void;
  /** Segment starts per track that are probed for open GOPs; default: all. */
  readonly maxProbes?: number;
  readonly languageRemedy?: BuildInput["languageRemedy"];
  /** Whether the presentation has the chapters of the first file that has some; default: it does. */
  readonly hasChapters?: boolean;
}

/** Called with each file that was read, and its inputs: none if it is left out. */
export type InputListener = (
  options: InputOptions,
  inputs: readonly TrackInput[],
) => void | Promise<void>;

/**
 * Opens the presentation of a package.
 *
 * @param keys absent if there is no key file
 * @throws MediaError, with the file name, if a file is missing or broken or lacks the track; opened sources are closed
 * @throws KeysError if the package is protected and its keys cannot be had
 */
export async function openPackage(
  pack: Package,
  open: OpenSource,
  keys?: KeyAccess,
): Promise<OpenedPackage> {
  let differences: string[] = [];
  const opened = await withFiles(open, new TrackIndexes(pack), async (files) => {
    const presentation = await buildPackaged(pack, { open, files, keys });
    differences = [
      ...warnHintDifferences(pack, presentation),
      ...files.indexes.warnings(presentation),
    ];
    return { ...presentation, warnings: [...presentation.warnings, ...differences] };
  });
  return { ...opened, differences };
}

/**
 * Returns what is looked up in the rows of each file that has an index, as ranges of it, if the package is opened with sealed files.
 *
 * @param open opens synchronous sources
 * @throws as `openPackage()`
 */
export async function traceRows(
  pack: Omit<Package, "protection">,
  open: OpenSource,
): Promise<RowTraces> {
  const traces: RowTraces = new Map();
  const indexes = new TrackIndexes(pack, traces);
  const { media } = await withFiles(open, indexes, (files) => buildPackaged(pack, { open, files }));
  media.close();
  return traces;
}

async function buildPackaged(
  pack: Package,
  { open, files, keys }: {
    readonly open: OpenSource;
    readonly files: SourceFiles;
    readonly keys?: KeyAccess | undefined;
  },
): Promise<Presentation> {
  const inputs: TrackInput[] = [];
  const known: KnownInputs = { tracks: new Map(), subtitles: new Map() };
  const pauses = new WorkPauses();
  const limits = new InputLimits();
  await files.openAll(pack.tracks);
  for (const track of pack.tracks) {
    await pauses.check();
    for (const input of await readPackageTrack(track, files, known)) {
      withFileName(track.file, () => limits.add(input));
      inputs.push(input);
    }
  }
  const { segmentDuration, revision, sources = [], protection } = pack;
  const metadata = await readPackageMetadata(pack, { open, files });
  const digests = new Map(
    sources.flatMap(({ file, content }) => content === undefined ? [] : [[file, content]]),
  );
  return await buildPresentation({
    inputs,
    segmentDuration,
    declared: { revision, digests },
    metadata,
    warnings: files.warnings,
    omitted: files.omitted,
    requestKeys: protection && ((renditions) => requestKeys(protection, renditions, keys)),
  });
}

/**
 * Opens the presentation of plain media files: every supported track, named as `amspackager` names them. Optional files that cannot be
 * used are left out.
 *
 * @throws MediaError as `openPackage()`, and if a file has no supported track
 */
export async function openInputs(
  inputs: readonly InputOptions[],
  options: OpenInputsOptions,
  leftOut: readonly string[] = [],
): Promise<OpenedPresentation> {
  let read = false;
  try {
    return await withFiles(options.open, new TrackIndexes(NO_PACKAGE), async (files) => {
      for (const warning of leftOut) files.warnings.push(warning);
      const tracks = await readInputs(inputs, options, files);
      read = true;
      return await buildFromInputs(inputs, tracks, { ...options, files });
    });
  } catch (error) {
    const rest = read ? inputs.filter((input) => !isToBlame(input, error)) : inputs;
    if (rest.length === inputs.length || rest.length === 0) throw error;
    const reason = explainLeftOut(error);
    options.onLeftOut?.(error);
    const warnings = inputs.filter((input) => !rest.includes(input))
      .map(({ file }) => formatLeftOut(file, reason));
    return await openInputs(rest, options, [...leftOut, ...warnings]);
  }
}

async function buildFromInputs(
  inputs: readonly InputOptions[],
  tracks: readonly TrackInput[],
  { hasChapters = true, segmentDuration, languageRemedy, files }: OpenInputsOptions & {
    readonly files: SourceFiles;
  },
): Promise<Presentation> {
  const { warnings, omitted } = files;
  const read = new Set(tracks.map(({ options: { file } }) => file));
  const names = [...read].filter((file) => !isSubtitleFile(file));
  const presentation = await buildPresentation({
    inputs: tracks,
    metadata: { inMedia: hasChapters ? await readMediaChapters(names, files) : [] },
    segmentDuration,
    warnings,
    omitted,
    languageRemedy,
  });
  const owner = inputs.find(({ sidecar }) => sidecar)?.sidecar?.owner;
  return owner === undefined ? presentation : { ...presentation, ownFile: owner };
}

/** An error that names no file may be the fault of any optional one. */
function isToBlame({ file, optional }: InputOptions, error: unknown): boolean {
  const named = error instanceof MediaError ? error.file : "";
  return optional === true && (named === "" || named === file);
}

async function readInputs(
  inputs: readonly InputOptions[],
  { onInput, amend, onLeftOut, maxProbes, segmentDuration }: OpenInputsOptions,
  files: SourceFiles,
): Promise<TrackInput[]> {
  const tracks: TrackInput[] = [];
  const films = new Map<string, TrackInput[]>();
  const context = { maxProbes, segmentDuration, files, limits: new InputLimits() };
  const pauses = new WorkPauses();
  for (const options of inputs) {
    await pauses.check();
    const { file, optional, sidecar } = options;
    const film = films.get(sidecar?.owner ?? file) ?? [];
    const found = optional
      ? await readOptional(options, { ...context, onLeftOut }, film)
      : await readInput(options, context);
    await onInput?.(options, found);
    for (const track of found) {
      for (const amended of amend?.(track) ?? [track]) tracks.push(amended);
      film.push(track);
    }
    films.set(sidecar?.owner ?? file, film);
  }
  const [first] = inputs;
  if (tracks.length > 0 || !first) return tracks;
  if (first.optional) await readInput(first, context); // throws why it was left out
  const error = new MediaError("Cannot find audio, video or subtitles", "MEDIA_UNSUPPORTED");
  throw error.inFile(first.file);
}

const NO_PACKAGE = { tracks: [] };

async function withFiles(
  open: OpenSource,
  indexes: TrackIndexes,
  build: (files: SourceFiles) => Promise<Presentation>,
): Promise<OpenedPresentation> {
  const files = createSourceFiles(open, indexes);
  return await closeOnError(
    files,
    async () => ({ presentation: await build(files), media: files }),
  );
}

async function closeOnError<T>(files: SourceFiles, read: () => Promise<T>): Promise<T> {
  try {
    const opened = await read();
    files.release();
    return opened;
  } catch (error) {
    files.close();
    throw error;
  }
}

/** What was read of a package so far: it can name a track, or a subtitle file in a language, several times. */
interface KnownInputs {
  readonly tracks: Map<Track, TrackInput>;
  readonly subtitles: Map<string, readonly TrackInput[]>;
}

/** Returns nothing for a file of thumbnails, which packages of earlier versions list as subtitles. */
async function readPackageTrack(
  track: PackageTrack,
  files: SourceFiles,
  known: KnownInputs,
): Promise<TrackInput[]> {
  const { file, type, track: id } = track;
  return await withFileName(file, async () => {
    const source = await files.source(file);
    const options: TrackOptions = { openGop: false, ...track };
    if (type === "text" && id === undefined) {
      const key = `${track.language} ${file}`;
      const inputs = known.subtitles.get(key) ?? await readSubtitles(options, files);
      known.subtitles.set(key, inputs);
      return inputs.map((input) => ({ ...input, options }));
    }
    const movie = await files.movie(file);
    const found = movie.tracks.find((candidate) => candidate.id === id);
    if (!found) throw new MediaError(`Cannot find track ${id}`);
    const read = known.tracks.get(found);
    const input = read
      ? { ...read, options }
      : await readTrack(options, { source, movie, track: found });
    if (typeof input !== "object") {
      const reason = input ?? "its handler is neither of audio, video, images nor subtitles";
      throw new MediaError(`Cannot play track ${id}: ${reason}`, "MEDIA_UNSUPPORTED");
    }
    if (input.type !== type) {
      throw new MediaError(`Cannot play track ${id} as ${type}: it is ${input.type}`);
    }
    known.tracks.set(found, input);
    if (input.type === "text") return [input];
    const index = await withPages(() => files.indexes.get(track, input.track));
    const isSealed = files.indexes.isSealed(file, source);
    return index ? [{ ...input, index: { ...index, isSealed } }] : [input];
  });
}
