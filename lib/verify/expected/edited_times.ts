/** Expected times of the samples of several edits (docs/design/timing.md), one edit after the other. */

import type { SampleTable } from "../../mp4/samples/sample_table.ts";
import { rescale } from "../../time.ts";
import { computeDecodeTimes } from "./decode_times.ts";
import { selectEditedSamples, type SelectedTrack } from "./edited_samples.ts";
import type { ExpectedEdit } from "./edits.ts";
import { type PlacedEdit, placeEdit } from "./placed_edit.ts";
import type { ExpectedTimes } from "./source_times.ts";

export interface EditedTimesOptions extends SelectedTrack {
  readonly edits: readonly ExpectedEdit[];
  readonly movieTimescale: number;
  /** In ticks of the rendition. */
  readonly startOffset: number;
  /** Index of the first sample in the rendition. */
  readonly first: number;
  /** Ticks of the rendition in a tick of the track. */
  readonly factor: number;
}

/** Samples by their index in the rendition; times in its timescale. */
export class EditedTimes implements ExpectedTimes {
  readonly first: number;
  readonly end: number;
  /** When the first edit starts, or its first sample if that is later. */
  readonly start: number;
  /** Index of the first sample of the last edit: those before it end when the next edit starts. */
  readonly lastEdit: number;
  /** How many samples of each edit are needed only for decoding. */
  readonly compressedCounts: readonly number[];
  readonly #sources: Float64Array;
  readonly #presentation: Float64Array;
  readonly #decode: Float64Array;
  readonly #compressed: ReadonlySet<number>;
  readonly #dependent: ReadonlySet<number>;
  readonly #onScreen: ReadonlySet<number>;

  constructor(options: EditedTimesOptions) {
    const placed = placeEdits(options);
    const { track: { timescale }, type, factor, first } = options;
    this.#sources = join(placed.map(({ sources }) => sources));
    this.#presentation = join(placed.map(({ presentation }) => presentation));
    const decode = orderDecoding(placed, options);
    this.#compressed = new Set(listRows(placed, ({ compressed }) => compressed));
    this.#onScreen = new Set(listRows(placed, ({ onScreen }) => onScreen < 0 ? [] : [onScreen]));
    const table = toTable(decode, this.#presentation);
    this.#decode = type === "video"
      ? computeDecodeTimes(table, timescale * factor, (row) => this.#compressed.has(row))
      : decode;
    this.start = Math.max(placed[0]?.start ?? 0, placed[0]?.earliest ?? 0);
    this.compressedCounts = placed.map(({ compressed }) => compressed.length);
    this.#dependent = new Set(listRows(placed, listDependent));
    this.first = first;
    this.end = first + this.#sources.length;
    this.lastEdit = this.end - (placed.at(-1)?.sources.length ?? 0);
  }

  /** Returns the index of a sample in the file. */
  source(index: number): number {
    return this.#sources[index - this.first]!;
  }

  duration(index: number): number {
    return this.decodeTime(index + 1) - this.decodeTime(index);
  }

  decodeTime(index: number): number {
    return this.#decode[index - this.first]! - this.#decode[0]!;
  }

  presentationTime(index: number): number {
    return this.#presentation[index - this.first]!;
  }

  /** Returns whether a sample is needed only for decoding. */
  isCompressed(index: number): boolean {
    return this.#compressed.has(index - this.first);
  }

  /** Returns whether a sample is never on screen, not even when its edit starts. */
  isCovered(index: number): boolean {
    return this.isCompressed(index) && !this.#onScreen.has(index - this.first);
  }

  /** Returns whether a sample is before one that its edit presents nothing of: it is not declared as a sync sample. */
  isDependent(index: number): boolean {
    return this.#dependent.has(index - this.first);
  }
}

function placeEdits(options: EditedTimesOptions): PlacedEdit[] {
  const { track, edits, movieTimescale, type, factor } = options;
  const ranges = selectEditedSamples(options, edits, 2 * track.timescale / movieTimescale);
  const placed: PlacedEdit[] = [];
  for (const range of ranges.toReversed()) {
    const start = computeStart(range.edit, options);
    const next = placed.at(-1)?.earliest;
    const isAudio = type === "audio";
    const { samples, timescale } = track;
    const rendition = { timescale: timescale * factor, factor, start, next };
    placed.push(placeEdit(range, { samples, isAudio, ...rendition }));
  }
  return placed.toReversed();
}

/** Rounds once, so that edits do not add up errors. */
function computeStart(
  { at }: ExpectedEdit,
  { track: { timescale }, movieTimescale, startOffset, factor }: EditedTimesOptions,
): number {
  return rescale(at, movieTimescale, timescale * factor) - startOffset;
}

const MPEG_TS_TIMESCALE = 90_000;

/**
 * Makes decode times ascend, and those of moved samples no later than the file's own are: the earlier ones move back, by the time
 * for which they last at least. At the end of the last edit, samples that would last longer are decoded so late that they end with it.
 */
function orderDecoding(
  placed: readonly PlacedEdit[],
  { track: { samples, timescale }, factor }: EditedTimesOptions,
): Float64Array {
  const step = Math.ceil(timescale * factor / MPEG_TS_TIMESCALE);
  const latest = -samples.minCompositionOffset * factor;
  const columns = placed.map(({ decode }) => decode.slice());
  const last = columns.length - 1;
  let next = Infinity;
  for (const [i, decode] of [...columns.entries()].toReversed()) {
    const findLeast = createLeast(placed[i]!, placed[i + 1]?.earliest, { samples, factor, step });
    let isOwn = false; // the file's distances remain
    for (let row = decode.length - 1; row >= 0; row--) {
      const own = decode[row]!;
      const time = Math.min(own, placed[i]!.presentation[row]! + latest);
      decode[row] = isOwn && time === own ? own : Math.min(time, next - findLeast(row));
      if (i === last && decode.length - row <= REORDERED && next < Infinity) {
        decode[row] = Math.max(decode[row]!, next - findDisplayTime(placed[i]!, row, step));
      }
      isOwn = decode[row] === own;
      next = decode[row]!;
    }
  }
  return join([...columns, Float64Array.of(findDecodeEnd(placed.at(-1), columns.at(-1), step))]);
}

/**
 * Returns a function of a row to the ticks for which its sample lasts at least, where the file's distances do not remain: the one
 * that is presented last as in the file (up to the next edit if it is decoded last, too), other visible ones 7/8 of it, neither
 * beyond the next edit; others a step.
 */
function createLeast(
  { compressed, last, sources, presentation, end }: PlacedEdit,
  next: number | undefined,
  { samples, factor, step }: { samples: SampleTable; factor: number; step: number },
): (row: number) => number {
  const others = new Set(compressed);
  return (row) => {
    if (last === -1 || others.has(row)) return step;
    const shown = (next ?? end) - presentation[row]! - others.size * (step - 1);
    if (row === last && row === sources.length - 1) {
      return next === undefined ? step : Math.max(step, shown);
    }
    const source = sources[row]!;
    const own = (samples.decodeTime(source + 1) - samples.decodeTime(source)) * factor;
    return Math.max(step, Math.min(row === last ? own : Math.floor(own * 7 / 8), shown));
  };
}

/** More samples than any encoder reorders. */
const REORDERED = 64;

/** The last edit ends when its samples do. */
function findDecodeEnd(
  edit: PlacedEdit | undefined,
  decode: Float64Array | undefined,
  step: number,
) {
  const last = decode?.at(-1);
  if (!edit || last === undefined) return 0;
  const end = Math.max(edit.decodeEnd, last + 1);
  return Math.min(end, last + findDisplayTime(edit, edit.sources.length - 1, step));
}

/** Returns the time from the presentation of a sample to the end of its edit. */
function findDisplayTime({ end, presentation }: PlacedEdit, row: number, step: number): number {
  return Math.max(step, end - presentation[row]!);
}

function toTable(decode: Float64Array, presentation: Float64Array) {
  return {
    count: presentation.length,
    decodeTime: (index: number) => decode[index]!,
    compositionOffset: (index: number) => presentation[index]! - decode[index]!,
  };
}

function join(columns: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const column of columns) {
    joined.set(column, start);
    start += column.length;
  }
  return joined;
}

function listDependent({ dependent }: PlacedEdit): number[] {
  return Array.from({ length: dependent }, (_, i) => i + 1);
}

/** Lists rows of all edits. */
function* listRows(
  placed: readonly PlacedEdit[],
  listOwn: (edit: PlacedEdit) => readonly number[],
): Generator<number> {
  let start = 0;
  for (const edit of placed) {
    for (const row of listOwn(edit)) yield start + row;
    start += edit.sources.length;
  }
}
