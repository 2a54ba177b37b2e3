/** Reads the inputs of a file: what amspackager packages, and what plays without a package. */

import { MediaError, withFileName } from "../errors.ts";
import { applyOptions, type InputOptions } from "../input/apply_options.ts";
import { readSubtitleInputs } from "../input/subtitle_input.ts";
import { isSubtitleTrack, readTrack, type TrackInput } from "../input/track_input.ts";
import type { TrackOptions } from "../input/track_options.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import { omitUndefined } from "../omit_undefined.ts";
import type { Source } from "../storage/source.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { WorkPauses } from "../work_pauses.ts";
import type { SourceFiles } from "./asset_media.ts";
import type { InputLimits } from "./input_limits.ts";
import {
  createNothingPlayableError,
  describeOmission,
  type OmittedTrack,
} from "./omitted_tracks.ts";

export interface ReadInputOptions {
  readonly maxProbes: number | undefined;
  readonly segmentDuration: number;
  readonly files: SourceFiles;
  readonly limits: InputLimits;
}

/**
 * Reads every supported track of a file, and applies the options to them.
 *
 * @throws MediaError, with the file name, if the file is broken or has no supported track
 */
export async function readInput(
  options: InputOptions,
  { maxProbes, segmentDuration, files, limits }: ReadInputOptions,
): Promise<TrackInput[]> {
  const { file, language } = options;
  return await withFileName(file, async () => {
    const trackOptions: TrackOptions = omitUndefined({ file, language, maxProbes });
    const found = isSubtitleFile(file)
      ? await readSubtitles(trackOptions, files)
      : await readMovieTracks(trackOptions, { segmentDuration, files, limits });
    if (isSubtitleFile(file)) found.forEach((input) => limits.add(input));
    const { inputs, warnings } = applyOptions(found, options);
    for (const warning of warnings) files.warnings.push(warning);
    return inputs;
  });
}

/** Reads a subtitle file. Returns none, with a warning, for a file of thumbnails. */
export async function readSubtitles(
  options: TrackOptions,
  files: SourceFiles,
): Promise<TrackInput[]> {
  const { file } = options;
  const inputs = await readSubtitleInputs(options, await files.source(file));
  if (typeof inputs !== "string") return inputs;
  files.warnings.push(`${file}: is left out: ${inputs}`);
  return [];
}

async function readMovieTracks(
  options: TrackOptions,
  { segmentDuration, files, limits }: Omit<ReadInputOptions, "maxProbes">,
): Promise<TrackInput[]> {
  const { file } = options;
  const source = await files.source(file);
  const movie = await files.movie(file);
  const inputs: TrackInput[] = [];
  const omitted: OmittedTrack[] = [];
  const errors: MediaError[] = [];
  const pauses = new WorkPauses();
  for (const track of movie.tracks) {
    await pauses.check();
    const input = await readTrackLeniently(options, { source, movie, track });
    if (input instanceof MediaError && !isSubtitleTrack(track)) errors.push(input);
    if (input instanceof MediaError || typeof input === "string") {
      omitted.push({ file, source, track, ...describeOmission(movie, track, input) });
    } else if (input) {
      limits.add(input);
      inputs.push(input);
    }
  }
  for (const track of omitted) files.omitted.push(track);
  if (inputs.length > 0) return inputs;
  throw omitted.length === 1 && errors[0] ||
    createNothingPlayableError(omitted, { segmentDuration });
}

/** Returns the error of a track that cannot be described, since the others can be played without it. */
async function readTrackLeniently(
  options: TrackOptions,
  from: { source: Source; movie: Movie; track: Track },
): Promise<TrackInput | string | MediaError | undefined> {
  try {
    return await readTrack(options, from);
  } catch (error) {
    if (error instanceof MediaError && error.code !== "MEDIA_READ") return error;
    throw error;
  }
}
