/** Opens subtitles in memory, for tests of this directory. */

import type { OpenPresentation } from "../open_presentation.ts";
import { openInputs } from "../open_presentation.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { type SubtitleMovie, tx3gEntry, tx3gSample } from "../subtitle_movie.ts";

/** Encodes UTF-8. */
export const encode = (text: string) => new TextEncoder().encode(text);

/** Opens files in memory, with the operator's languages of some. */
export function openFiles(
  files: Record<string, Uint8Array>,
  languages: Record<string, string> = {},
): Promise<OpenPresentation> {
  const inputs = Object.keys(files).map((file) => ({
    file,
    ...languages[file] ? { language: languages[file] } : {},
  }));
  return openInputs(inputs, {
    segmentDuration: 2,
    open: (file) => memorySource(files[file]!, file).source,
  });
}

/** Opens a file in memory and returns its first rendition. */
export async function openSubtitles(
  file: string,
  bytes: Uint8Array,
  language?: string,
): Promise<SubtitleRendition> {
  const { renditions } = await openFiles({ [file]: bytes }, language ? { [file]: language } : {});
  return [...renditions.values()][0] as SubtitleRendition;
}

/** A subtitle movie with `text` in its second sample, [1 s, 2 s). */
export const buildSecondSample = (
  text: string,
  movie: Partial<SubtitleMovie> = {},
): SubtitleMovie => ({
  handler: "sbtl",
  entry: tx3gEntry(),
  samples: [{ duration: 1000, bytes: tx3gSample("") }, { duration: 1000, bytes: tx3gSample(text) }],
  ...movie,
});
