/** Reads files that a presentation can do without. */

import { MediaError, RequestError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import type { Sidecar } from "../input/stems.ts";
import type { TrackInput } from "../input/track_input.ts";
import { lastAsLong, measureSeconds } from "./durations.ts";
import { readInput, type ReadInputOptions } from "./read_input.ts";
import { getLanguage } from "./rendition_language.ts";

/**
 * Reads a file, of a sidecar the tracks that its film lacks. Returns none, with a warning, if the file cannot be used.
 *
 * @param film tracks of the owner and its other sidecars; empty if the file is no sidecar
 * @throws errors that are no fault of the file
 */
export async function readOptional(
  options: InputOptions,
  context: ReadInputOptions & { readonly onLeftOut?: ((error: unknown) => void) | undefined },
  film: readonly TrackInput[],
): Promise<TrackInput[]> {
  const { file, sidecar } = options;
  const { omitted, warnings } = context.files;
  const counts = [omitted.length, warnings.length] as const;
  const leaveOut = (reason: string) => {
    [omitted.length, warnings.length] = counts; // what is left out of the file no longer matters
    warnings.push(formatLeftOut(file, reason));
    return [];
  };
  try {
    const found = await readInput(options, context);
    if (!sidecar) return found;
    const reason = await findUnusable(found, film, sidecar);
    return reason === undefined ? takeMissing(found, film, sidecar) : leaveOut(reason);
  } catch (error) {
    context.onLeftOut?.(error);
    return leaveOut(explainLeftOut(error));
  }
}

/** Formats the warning of a file that is left out, with a reason as the end of a sentence. */
export function formatLeftOut(file: string, reason: string): string {
  return `${file}: is left out: ${reason}`;
}

/** Returns the reason to leave a file out. @throws the error if it is no fault of the file */
export function explainLeftOut(error: unknown): string {
  if (error instanceof RequestError) return error.message;
  if (error instanceof MediaError) return [error.path, error.reason].filter(Boolean).join(": ");
  throw error;
}

const WANTED = { audio: "audio", thumbnails: "image", subtitle: "text" } as const;

const WANTED_NAMES = { audio: "audio", thumbnails: "thumbnails", subtitle: "subtitles" } as const;

/** Returns why a sidecar is left out, as the end of a sentence. */
async function findUnusable(
  found: readonly TrackInput[],
  film: readonly TrackInput[],
  { owner, kind }: Sidecar,
): Promise<string | undefined> {
  if (kind !== "video" && !found.some(({ type }) => type === WANTED[kind])) {
    return `it contains no ${WANTED_NAMES[kind]}`;
  }
  const isVersion = kind === "video" || found.some(({ type }) => type === "video");
  if (!isVersion || kind === "thumbnails") return undefined;
  const own = await measureSeconds(found);
  const expected = await measureSeconds(film.filter(({ options }) => options.file === owner));
  if (lastAsLong(own, expected)) return undefined;
  return `it lasts ${round(own)} s, ${owner} ${round(expected)} s, expected within 1 %`;
}

function round(seconds: number): number {
  return +seconds.toFixed(3);
}

/**
 * Takes the wanted tracks. A quality repeats the audio and subtitles of its film: those that the film has are left out. Video without a
 * language has that of the film, since languages would separate the qualities.
 */
function takeMissing(
  found: readonly TrackInput[],
  film: readonly TrackInput[],
  { kind, language }: Sidecar,
): TrackInput[] {
  const known = new Set(film.map(getContent));
  const isTaken = (input: TrackInput) => {
    if (kind === "video") return input.type === "video" || !known.has(getContent(input));
    if (kind === "audio" && input.type === "text") return !known.has(getContent(input));
    return input.type === WANTED[kind];
  };
  const video = film.find(({ type }) => type === "video");
  return found.filter(isTaken).map((input) => {
    if (input.type === "video") return withLanguage(input, video ? getLanguage(video) : "");
    return getLanguage(input) === "und" ? withLanguage(input, language) : input;
  });
}

function withLanguage<Input extends TrackInput>(input: Input, language: string): Input {
  return language === "" ? input : { ...input, options: { ...input.options, language } };
}

/** Tracks of the same content are alternatives in bandwidth alone. */
function getContent(input: TrackInput): string {
  const { type, options: { role } } = input;
  const audio = input.type !== "text" && input.description.type === "audio"
    ? [input.codec.entries, input.description.channels]
    : [];
  return JSON.stringify([type, type === "image" ? "" : getLanguage(input), role, ...audio]);
}
