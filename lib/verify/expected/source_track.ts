/** Expected samples of a rendition, read independently of the code that builds segments. */

import type { Movie, Track } from "../../mp4/movie.ts";
import { IS_NON_SYNC, NON_SYNC_FLAGS } from "../../mp4/samples/sample_table.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";
import { rescale } from "../../time.ts";
import { EditedTimes } from "./edited_times.ts";
import { readExpectedEdits } from "./edits.ts";
import { readSourceRows } from "./source_rows.ts";
import { type ExpectedTimes, SourceTimes } from "./source_times.ts";
import type { StartOffset } from "./start_offset.ts";

/** Columns with a row for each sample. Times are in the rendition's timescale. */
export interface SourceSamples {
  /** Index in the track; in one with several edits, among the samples that they need. */
  readonly first: number;
  readonly count: number;
  readonly sizes: Uint32Array;
  readonly flags: Uint32Array;
  /** Sample entries, from 0. */
  readonly descriptions: Uint32Array;
  readonly durations: Float64Array;
  readonly decodeTimes: Float64Array;
  readonly presentationTimes: Float64Array;
  /** Start of each sample in `bytes`, and the end of the last one. */
  readonly byteOffsets: Float64Array;
  /** Valid until the next call. */
  readonly bytes: Uint8Array;
}

export class SourceTrack {
  readonly track: Track;
  /** The first edit, in ticks of the track: what has composition time `start` is presented at `delay`. */
  readonly edit: { readonly start: number; readonly end: number; readonly delay: number };
  /** Set for a track with several edits, which may need a sample twice. */
  readonly edited: EditedTimes | undefined;
  readonly times: ExpectedTimes;
  /** Served samples: [first, end). */
  readonly first: number;
  readonly end: number;
  /** Timescale of the rendition. */
  readonly timescale: number;
  readonly #source: Source;
  #buffer = new Uint8Array(2 ** 16);

  /**
   * @param movie read for the verification alone
   * @param stored what it was read from, if that has segments as they are served
   */
  constructor(
    readonly rendition: MediaRendition,
    movie: Movie,
    startOffset: StartOffset,
    stored?: Source,
  ) {
    const { track: { id }, timing, source, type, codec: { family } } = rendition;
    this.track = movie.tracks.find((candidate) => candidate.id === id)!;
    const edits = readExpectedEdits(this.track, movie.timescale);
    const [{ start, end, at }] = edits;
    this.edit = { start, end, delay: rescale(at, movie.timescale, this.track.timescale) };
    this.first = timing.first;
    this.timescale = timing.timescale;
    this.#source = stored ?? source;
    const toTicks = (timescale: number) =>
      rescale(startOffset.ticks, startOffset.timescale, timescale);
    const options = {
      ...{ track: this.track, type, first: this.first },
      factor: timing.timescale / this.track.timescale,
    };
    this.edited = edits.length > 1 && !stored
      ? new EditedTimes({
        ...{ ...options, family, edits, movieTimescale: movie.timescale },
        startOffset: toTicks(this.timescale),
      })
      : undefined;
    this.times = this.edited ?? new SourceTimes({
      ...{ ...options, edit: this.edit, isStored: stored !== undefined },
      startOffset: toTicks(this.track.timescale),
    });
    this.end = this.edited?.end ?? timing.end;
  }

  /** @throws MediaError if the source cannot be read */
  async readSamples(first: number, requestedEnd: number): Promise<SourceSamples> {
    const { times } = this;
    const end = this.edited ? Math.min(requestedEnd, this.end) : requestedEnd;
    const count = Math.max(0, end - first);
    const rows = readSourceRows(this.track.samples, this.#listSources(first, end));
    const { sizes, offsets } = rows;
    const column = (getValue: (index: number) => number) =>
      Float64Array.from({ length: count }, (_, i) => getValue(first + i));
    const byteOffsets = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) byteOffsets[i + 1] = byteOffsets[i]! + sizes[i]!;
    const durations = column((index) => times.duration(index));
    const decodeTimes = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      decodeTimes[i] = i === 0 ? times.decodeTime(first) : decodeTimes[i - 1]! + durations[i - 1]!;
    }
    return {
      ...{ first, count, sizes, descriptions: rows.descriptions },
      flags: rows.flags.map((flags, i) =>
        this.#isHiddenSync(first + i, flags) ? NON_SYNC_FLAGS : flags
      ),
      ...{ durations, decodeTimes },
      presentationTimes: column((index) => times.presentationTime(index)),
      byteOffsets,
      bytes: await this.#read(offsets, byteOffsets),
    };
  }

  /** Durations of the samples that are presented, which show the frame rate. */
  listPresentedDurations({ first, durations }: SourceSamples): Float64Array {
    return durations.filter((_, i) => !this.edited?.isCompressed(first + i));
  }

  /** Finds the end of a range of at least `bytes` bytes, and adds `extra` samples. */
  findEnd(first: number, bytes: number, extra: number): number {
    let end = first;
    for (let sum = 0; end < this.end && sum < bytes; end++) {
      const index = this.edited?.source(end) ?? end;
      sum += this.track.samples.bytes(index, index + 1);
    }
    return Math.min(this.end, end + extra);
  }

  /** Returns the indexes in the file. */
  #listSources(first: number, end: number): Float64Array {
    return Float64Array.from(
      { length: Math.max(0, end - first) },
      (_, i) => this.edited?.source(first + i) ?? first + i,
    );
  }

  #isHiddenSync(index: number, flags: number): boolean {
    return (flags & IS_NON_SYNC) === 0 && this.edited?.isDependent(index) === true;
  }

  async #read(offsets: Float64Array, byteOffsets: Float64Array): Promise<Uint8Array> {
    const size = byteOffsets.at(-1)!;
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    for (let i = 0; i < offsets.length;) {
      const start = i;
      const distance = offsets[start]! - byteOffsets[start]!;
      while (i < offsets.length && offsets[i]! - byteOffsets[i]! === distance) i++;
      const into = this.#buffer.subarray(byteOffsets[start]!, byteOffsets[i]!);
      const reading = this.#source.read(offsets[start]!, into);
      if (reading) await reading;
    }
    return this.#buffer.subarray(0, size);
  }
}

/** @param index row of the columns */
export function getSourceSample({ bytes, byteOffsets }: SourceSamples, index: number): Uint8Array {
  return bytes.subarray(byteOffsets[index]!, byteOffsets[index + 1]!);
}
