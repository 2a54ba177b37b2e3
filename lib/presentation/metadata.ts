/** What a package, or a file of media, says about a whole presentation. */

import { MediaError } from "../errors.ts";
import { findImageType, IMAGE_SIGNATURE_SIZE } from "../image_type.ts";
import { readFileChapters } from "../input/chapters.ts";
import { omitUndefined } from "../omit_undefined.ts";
import type { Package, PackageMetadata } from "../package/package.ts";
import { readBytes, type Source } from "../storage/source.ts";
import { type Chapter, readChapterFile } from "../subtitles/chapters.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { rescale } from "../time.ts";
import type { OpenSource, SourceFiles } from "./asset_media.ts";
import type { Metadata, Time } from "./presentation.ts";

/** Metadata whose chapters may be in the time of the media, which a presentation can start after 0. */
export interface FoundMetadata extends Omit<Metadata, "chapters"> {
  /** Undefined if the operator declares none. */
  readonly declared?: readonly Chapter[] | undefined;
  readonly inMedia: readonly Chapter[];
}

/**
 * Reads what a package declares. A poster or chapters that cannot be used are left out with a warning, and the presentation is
 * played without them.
 *
 * @param open throws RequestError for a file that clients may not have, which is not caught
 */
export async function readPackageMetadata(
  pack: Pick<Package, "tracks" | keyof PackageMetadata>,
  { open, files }: { readonly open: OpenSource; readonly files: SourceFiles },
): Promise<FoundMetadata> {
  const { title, description, poster } = pack;
  const readPoster = (file: string) => readLeniently(file, files, () => checkPoster(file, open));
  const hasPoster = poster === undefined ? undefined : await readPoster(poster);
  const declared = await readDeclaredChapters(pack, open, files);
  const media = pack.tracks.filter(({ track }) => track !== undefined);
  const names = new Set(media.map(({ file }) => file));
  const inMedia = declared ? [] : await readMediaChapters([...names], files);
  return omitUndefined({ title, description, hasPoster, declared, inMedia });
}

async function readDeclaredChapters(
  { chapters }: PackageMetadata,
  open: OpenSource,
  files: SourceFiles,
): Promise<readonly Chapter[] | undefined> {
  if (chapters === undefined) return undefined;
  if (typeof chapters !== "string") {
    return chapters.map(({ start, title }) => ({ start: Math.round(start * 1000), title }));
  }
  return await readLeniently(chapters, files, () => openChapterFile(chapters, open)) ?? [];
}

/** Returns the chapters of the first one of files of audio and video that has some. */
export async function readMediaChapters(
  names: readonly string[],
  files: SourceFiles,
): Promise<readonly Chapter[]> {
  for (const file of names) {
    const movie = await files.movie(file);
    const read = async () => await readFileChapters(await files.source(file), movie);
    const chapters = await readLeniently(file, files, read, "its chapters are");
    if (chapters?.length) return chapters;
  }
  return [];
}

/**
 * Returns undefined if there is nothing to say.
 *
 * @param shift time of the media that is presented at 0
 */
export function toMetadata(
  { declared, inMedia, ...rest }: FoundMetadata,
  shift: Time,
): Metadata | undefined {
  const chapters = declared ?? shiftChapters(inMedia, shift);
  if (Object.keys(rest).length === 0 && chapters.length === 0) return undefined;
  return { ...rest, ...chapters.length > 0 && { chapters } };
}

/** The last of the chapters that start before the presentation does starts with it. */
function shiftChapters(chapters: readonly Chapter[], { ticks, timescale }: Time): Chapter[] {
  const shift = rescale(ticks, timescale, 1000);
  const first = chapters.findLastIndex(({ start }) => start <= shift);
  return chapters.slice(Math.max(0, first))
    .map(({ start, title }) => ({ start: Math.max(0, start - shift), title }));
}

/** @throws MediaError of the source; `MEDIA_UNSUPPORTED` for what is neither JPEG nor PNG */
export async function checkPoster(file: string, open: OpenSource): Promise<true> {
  const start = await readOnce(await open(file), IMAGE_SIGNATURE_SIZE);
  if (findImageType(start)) return true;
  throw new MediaError("Cannot use this poster: expected JPEG or PNG", "MEDIA_UNSUPPORTED");
}

/** @throws MediaError of the source, and as `readChapterFile()` */
export async function openChapterFile(file: string, open: OpenSource): Promise<Chapter[]> {
  const source = await open(file);
  if (source.size > MAX_TEXT_SIZE) {
    source.close();
    throw new MediaError(
      `Cannot read chapters of ${source.size} bytes, expected at most ${MAX_TEXT_SIZE}`,
    );
  }
  return readChapterFile(await readOnce(source, source.size), file);
}

async function readOnce(source: Source, size: number): Promise<Uint8Array> {
  try {
    return await readBytes(source, 0, Math.min(size, source.size));
  } finally {
    source.close();
  }
}

async function readLeniently<T>(
  file: string,
  { warnings }: SourceFiles,
  read: () => Promise<T>,
  what = "is",
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    warnings.push(`${file}: ${what} left out: ${error.reason}`);
    return undefined;
  }
}
