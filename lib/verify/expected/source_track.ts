/** Samples of a file as they should reach a player: read anew, past everything that makes segments. */

import type { Movie, Track } from "../../mp4/movie.ts";
import { applyEditList } from "../../input/edit_list.ts";
import type { EditWindow } from "../../input/edit_list.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";
import { SourceTimes } from "./source_times.ts";

/** Columns of consecutive samples, a row a sample. Times in the rendition's timescale. */
export interface SourceSamples {
  /** Index of the first in the track. */
  readonly first: number;
  readonly count: number;
  readonly sizes: Uint32Array;
  /** As in trun. */
  readonly flags: Uint32Array;
  /** Index into the track's sample entries. */
  readonly descriptions: Uint32Array;
  readonly durations: Float64Array;
  readonly decodeTimes: Float64Array;
  readonly presentationTimes: Float64Array;
  /** Where each starts in `bytes`; one more than there are samples. */
  readonly byteOffsets: Float64Array;
  /** One after the other; until the next call. */
  readonly bytes: Uint8Array;
}

/** A rendition's track in its file. */
export class SourceTrack {
  readonly track: Track;
  readonly edit: EditWindow;
  readonly times: SourceTimes;
  /** Samples that go out: from `first` up to, not with, `end`. */
  readonly first: number;
  readonly end: number;
  /** Ticks a second. */
  readonly timescale: number;
  readonly #source: Source;
  #buffer = new Uint8Array(2 ** 16);

  /**
   * @param movie read from the rendition's source, and by nobody else
   * @param shift seconds by which the title is put forward
   */
  constructor(readonly rendition: MediaRendition, movie: Movie, shift: number) {
    const { track: { id }, timing, source, type } = rendition;
    this.track = movie.tracks.find((candidate) => candidate.id === id)!;
    this.edit = applyEditList(this.track, movie.timescale);
    this.first = timing.first;
    this.end = timing.end;
    this.timescale = timing.timescale;
    this.#source = source;
    const factor = timing.timescale / this.track.timescale;
    this.times = new SourceTimes({
      track: this.track,
      edit: this.edit,
      type,
      shift,
      first: this.first,
      factor,
    });
  }

  /**
   * The samples from `first` up to, not with, `end`, with their bytes.
   *
   * @throws MediaError of the source
   */
  async samples(first: number, end: number): Promise<SourceSamples> {
    const { times } = this;
    const { sizes, flags, offsets } = this.track.samples.readSamples(first, end);
    const count = end - first;
    const column = (of: (index: number) => number) =>
      Float64Array.from({ length: count }, (_, i) => of(first + i));
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

  /** The fewest samples from `first` on that have so many bytes, and some more to look around in. */
  endOf(first: number, bytes: number, more: number): number {
    let end = first;
    for (let sum = 0; end < this.end && sum < bytes; end++) {
      sum += this.track.samples.bytes(end, end + 1);
    }
    return Math.min(this.end, end + more);
  }

  /** Those that follow one another in the file are read at once. */
  async #read(offsets: Float64Array, byteOffsets: Float64Array): Promise<Uint8Array> {
    const size = byteOffsets.at(-1)!;
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    for (let i = 0; i < offsets.length;) {
      const start = i;
      const shift = offsets[start]! - byteOffsets[start]!;
      while (i < offsets.length && offsets[i]! - byteOffsets[i]! === shift) i++;
      const into = this.#buffer.subarray(byteOffsets[start]!, byteOffsets[i]!);
      const reading = this.#source.read(offsets[start]!, into);
      if (reading) await reading;
    }
    return this.#buffer.subarray(0, size);
  }
}

/** The bytes of a sample, from 0 on. */
export function sampleBytes({ bytes, byteOffsets }: SourceSamples, index: number): Uint8Array {
  return bytes.subarray(byteOffsets[index]!, byteOffsets[index + 1]!);
}
