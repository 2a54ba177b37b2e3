import type { SubtitleSample } from "../codecs/subtitle_codec.ts";
import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { rescale } from "../time.ts";
import type { EditWindow } from "./edit_list.ts";

/** More than a sample every 100 ms for a day. */
const MAX_SAMPLES = 2 ** 20;

const BATCH_SIZE = 4096;

const MAX_GAP_BYTES = 2 ** 16;

const MAX_READ_BYTES = 2 ** 20;

/** Reads that a source makes at the same time where it can: subtitles may be all over a movie. */
const MAX_LOADED_GROUPS = 128;

const MILLISECONDS = 1000;

/**
 * Reads the samples that the edit list presents, in presentation order, without those of 0 bytes. A sample that several edits
 * present is several.
 *
 * @throws MediaError of the source, and if there are more samples, bytes or edits of them than the limits
 */
export async function readSubtitleSamples(
  source: Source,
  track: Track,
  edits: readonly EditWindow[],
): Promise<SubtitleSample[]> {
  const { samples: table } = track;
  const total = await withPages(() => table.bytes(0, table.count));
  if (total > MAX_TEXT_SIZE || table.count > MAX_SAMPLES) {
    const message =
      `Cannot read ${table.count} subtitle samples of ${total} bytes, expected at most ` +
      `${MAX_SAMPLES} samples of ${MAX_TEXT_SIZE} bytes`;
    throw new MediaError(message, "MEDIA_UNSUPPORTED");
  }
  checkEdits(track, edits, total);
  const isOnly = edits.length === 1;
  const all: SubtitleSample[] = [];
  for (let first = 0; first < table.count; first += BATCH_SIZE) {
    const end = Math.min(first + BATCH_SIZE, table.count);
    const { offsets, sizes } = await withPages(() => table.readSamples(first, end));
    const bytes = await readSampleBytes(source, offsets, sizes);
    const samples = await withPages(() =>
      bytes.flatMap((bytes, i) =>
        edits.map((edit) => toSubtitleSample(track, { ...edit, isOnly }, first + i, bytes))
      )
    );
    for (const sample of samples) if (sample) all.push(sample);
  }
  return all.sort((a, b) => a.start - b.start);
}

/**
 * Loads what `readSubtitleSamples()` reads first: of a track that is not scattered over a movie all samples, at the same time.
 *
 * @throws MediaError of the source
 */
export async function loadSubtitleSamples(
  source: Source,
  { samples: table }: Pick<Track, "samples">,
): Promise<void> {
  if (!source.load || table.count === 0) return;
  const end = Math.min(table.count, BATCH_SIZE);
  const { offsets, sizes } = await withPages(() => table.readSamples(0, end)); // loads all rows of a small moov
  const total = await withPages(() => table.bytes(0, table.count));
  if (total > MAX_TEXT_SIZE) return;
  await source.load(groupSamples(offsets, sizes).slice(0, MAX_LOADED_GROUPS));
}

/** One of several edits presents no sample before its own start, where the edit before it ends. */
type PresentingEdit = EditWindow & { readonly isOnly: boolean };

/** Each edit may present all samples. */
function checkEdits(
  { id, samples: { count } }: Track,
  { length }: { length: number },
  total: number,
): void {
  if (length === 1 || length * Math.max(count, total) <= MAX_TEXT_SIZE) return;
  const message =
    `Cannot read ${count} subtitle samples of track ${id} for ${length} edits, expected at most ` +
    `${MAX_TEXT_SIZE} bytes in all`;
  throw new MediaError(message, "MEDIA_UNSUPPORTED");
}

function toSubtitleSample(
  { samples: table, timescale, entries }: Track,
  { start: editStart, end: editEnd, delay, isOnly }: PresentingEdit,
  index: number,
  bytes: Uint8Array,
): SubtitleSample | undefined {
  const composed = table.decodeTime(index) + table.compositionOffset(index);
  const duration = table.decodeTime(index + 1) - table.decodeTime(index);
  const toMilliseconds = (time: number) => rescale(time, timescale, MILLISECONDS);
  const shift = delay - editStart;
  const from = isOnly ? composed : Math.max(composed, editStart);
  const start = Math.max(0, toMilliseconds(from + shift));
  const end = toMilliseconds(Math.min(composed + duration, editEnd) + shift);
  const entry = entries[table.description(index)];
  if (!entry || end <= start || bytes.length === 0) return undefined;
  return { start, end, timeOffset: toMilliseconds(shift), entry, bytes };
}

/** Samples that are read at once. */
interface SampleGroup {
  readonly first: number;
  readonly end: number;
  readonly offset: number;
  readonly size: number;
}

async function readSampleBytes(
  source: Source,
  offsets: Float64Array,
  sizes: Uint32Array,
): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  const groups = groupSamples(offsets, sizes);
  for (const [i, { first, end, offset, size }] of groups.entries()) {
    if (i % MAX_LOADED_GROUPS === 0) await source.load?.(groups.slice(i, i + MAX_LOADED_GROUPS));
    const bytes = await readBytes(source, offset, size);
    for (let k = first; k < end; k++) {
      all.push(bytes.subarray(offsets[k]! - offset, offsets[k]! - offset + sizes[k]!));
    }
  }
  return all;
}

function groupSamples(offsets: Float64Array, sizes: Uint32Array): SampleGroup[] {
  const groups: SampleGroup[] = [];
  for (let first = 0; first < sizes.length;) {
    const start = offsets[first]!;
    let end = start + sizes[first]!;
    let next = first + 1;
    for (; next < sizes.length; next++) {
      const gap = offsets[next]! - end;
      const nextEnd = offsets[next]! + sizes[next]!;
      if (gap < 0 || gap > MAX_GAP_BYTES || nextEnd - start > MAX_READ_BYTES) break;
      end = nextEnd;
    }
    groups.push({ first, end: next, offset: start, size: end - start });
    first = next;
  }
  return groups;
}
