/** Expected samples of a rendition, read independently of the code that builds segments. */

import type { Movie, Track } from "../../mp4/movie.ts";
import { applyEditList } from "../../input/edit_list.ts";
import type { EditWindow } from "../../input/edit_list.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";
import { rescale } from "../../time.ts";
import { SourceTimes } from "./source_times.ts";
import type { StartOffset } from "./start_offset.ts";

/** Columns with a row for each sample. Times are in the rendition's timescale. */
export interface SourceSamples {
  /** Index in the track. */
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
  readonly edit: EditWindow;
  readonly times: SourceTimes;
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
    const { track: { id }, timing, source, type } = rendition;
    this.track = movie.tracks.find((candidate) => candidate.id === id)!;
    this.edit = applyEditList(this.track, movie.timescale);
    this.first = timing.first;
    this.end = timing.end;
    this.timescale = timing.timescale;
    this.#source = stored ?? source;
    const factor = timing.timescale / this.track.timescale;
    this.times = new SourceTimes({
      track: this.track,
      edit: this.edit,
      type,
      startOffset: rescale(startOffset.ticks, startOffset.timescale, this.track.timescale),
      first: this.first,
      factor,
      isStored: stored !== undefined,
    });
  }

  /** @throws MediaError if the source cannot be read */
  async readSamples(first: number, end: number): Promise<SourceSamples> {
    const { times } = this;
    const { sizes, flags, offsets } = this.track.samples.readSamples(first, end);
    const count = end - first;
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
      first,
      count,
      sizes,
      flags,
      descriptions: Uint32Array.from(
        { length: count },
        (_, i) => this.track.samples.description(first + i),
      ),
      durations,
      decodeTimes,
      presentationTimes: column((index) => times.presentationTime(index)),
      byteOffsets,
      bytes: await this.#read(offsets, byteOffsets),
    };
  }

  /** Finds the end of a range of at least `bytes` bytes, and adds `extra` samples. */
  findEnd(first: number, bytes: number, extra: number): number {
    let end = first;
    for (let sum = 0; end < this.end && sum < bytes; end++) {
      sum += this.track.samples.bytes(end, end + 1);
    }
    return Math.min(this.end, end + extra);
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
