/** The samples of a text track, read: they are few and small, and lie far from one another. */

import type { SubtitleSample } from "../codecs/subtitle_codec.ts";
import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { rescale } from "../time.ts";
import type { EditWindow } from "./edit_list.ts";

/** A sample each 100 ms makes less in a day. */
const MOST_SAMPLES = 2 ** 20;

/** Rows of the table that are looked at together. */
const ROWS = 4096;

/** Samples closer than this, in bytes, are read at once; and so much at most. */
const SMALL_GAP = 2 ** 16;
const LARGEST_READ = 2 ** 20;

const MILLISECONDS = 1000;

/**
 * Those that are presented, in the order of their times.
 *
 * @throws MediaError of the source; when there are more of them, or more bytes, than any text has
 */
export async function readSubtitleSamples(
  source: Source,
  track: Track,
  edit: EditWindow,
): Promise<SubtitleSample[]> {
  const { samples: table } = track;
  const total = table.bytes(0, table.count);
  if (total > MAX_TEXT_SIZE || table.count > MOST_SAMPLES) {
    const why = `Cannot read ${table.count} samples of text, ${total} bytes: over ` +
      `${MOST_SAMPLES}, or over ${MAX_TEXT_SIZE}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  const all: SubtitleSample[] = [];
  for (let first = 0; first < table.count; first += ROWS) {
    const end = Math.min(first + ROWS, table.count);
    const { offsets, sizes } = table.readSamples(first, end);
    const bytes = await readAll(source, offsets, sizes);
    for (let i = first; i < end; i++) {
      const sample = sampleOf(track, edit, i, bytes[i - first]!);
      if (sample) all.push(sample);
    }
  }
  return all.sort((a, b) => a.start - b.start);
}

/** Undefined for what the edit list leaves out, and for what lasts no time. */
function sampleOf(
  { samples: table, timescale, entries }: Track,
  { start: editStart, end: editEnd, delay }: EditWindow,
  index: number,
  bytes: Uint8Array,
): SubtitleSample | undefined {
  const composed = table.decodeTime(index) + table.compositionOffset(index);
  const duration = table.decodeTime(index + 1) - table.decodeTime(index);
  const inMilliseconds = (time: number) => rescale(time, timescale, MILLISECONDS);
  const shift = delay - editStart;
  const start = Math.max(0, inMilliseconds(composed + shift));
  const end = inMilliseconds(Math.min(composed + duration, editEnd) + shift);
  const entry = entries[table.description(index)];
  if (!entry || end <= start) return undefined;
  return { start, end, timeOffset: inMilliseconds(shift), entry, bytes };
}

/** Samples lie in the file in their order, most often: those that lie together are read together. */
async function readAll(
  source: Source,
  offsets: Float64Array,
  sizes: Uint32Array,
): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for (let i = 0; i < sizes.length;) {
    const start = offsets[i]!;
    let end = start + sizes[i]!;
    let next = i + 1;
    for (; next < sizes.length; next++) {
      const gap = offsets[next]! - end;
      const wouldEnd = offsets[next]! + sizes[next]!;
      if (gap < 0 || gap > SMALL_GAP || wouldEnd - start > LARGEST_READ) break;
      end = wouldEnd;
    }
    const bytes = await readBytes(source, start, end - start);
    for (; i < next; i++) {
      all.push(bytes.subarray(offsets[i]! - start, offsets[i]! - start + sizes[i]!));
    }
  }
  return all;
}
