/** Chapters in a file of media: a track of text to which another track refers (14496-12 §8.3.3), or a list of the movie. */

import type { Movie, Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Source } from "../storage/source.ts";
import {
  type Chapter,
  decodeChapterTitle,
  MAX_CHAPTERS,
  toChapters,
} from "../subtitles/chapters.ts";
import { readEditList } from "./edit_list.ts";
import { readSubtitleSamples } from "./subtitle_samples.ts";

/** Returns true for text or images of chapters, to which another track refers (14496-12 §8.3.3). */
export function isChapterTrack({ tracks }: Pick<Movie, "tracks">, { id }: Track): boolean {
  return tracks.some(({ chapterTrackIds = [] }) => chapterTrackIds.includes(id));
}

/** In bytes; a title is a fraction of it. */
const MAX_CHAPTER_BYTES = 2 ** 20;

const TEXT_ENTRIES = new Set(["text", "tx3g"]);

/**
 * Reads the chapters of a movie, in the time of its media: those of the first track of chapters that is text, else those that the
 * movie lists (chpl). Returns none of a track that is larger than chapters are.
 *
 * @throws MediaError of the source
 */
export async function readFileChapters(source: Source, movie: Movie): Promise<Chapter[]> {
  const track = await withPages(() =>
    movie.tracks.find((track) => isChapterTrack(movie, track) && isText(track))
  );
  return track ? await readChapterTrack(source, movie, track) : toChapters(
    movie.chapters.map(({ start, title }) => ({ start: toMilliseconds(start), title })),
  );
}

async function readChapterTrack(source: Source, movie: Movie, track: Track): Promise<Chapter[]> {
  const { samples } = track;
  if (samples.count > MAX_CHAPTERS) return [];
  if (await withPages(() => samples.bytes(0, samples.count)) > MAX_CHAPTER_BYTES) return [];
  const read = await readSubtitleSamples(source, track, readEditList(track, movie.timescale));
  const starts = read.filter(({ bytes }, i) => bytes !== read[i - 1]?.bytes); // a chapter may go on in the next edit
  return toChapters(
    starts.map(({ start, bytes }) => ({ start, title: decodeChapterTitle(bytes) })),
  );
}

/** @param time in units of 100 ns */
function toMilliseconds(time: number): number {
  return Math.round(time / 10_000);
}

function isText({ entries, samples }: Track): boolean {
  return samples.count > 0 && TEXT_ENTRIES.has(entries[samples.description(0)]?.type ?? "");
}
