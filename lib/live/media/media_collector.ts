import { MediaError } from "../../errors.ts";
import { createSampleFields } from "../../mp4/samples/sample_table.ts";
import { GrowingBuffer } from "./growing_buffer.ts";
import type { PendingMoof, PendingTraf } from "./live_moof.ts";
import { type LiveFragment, type LiveSamples, SAMPLE_ROW_BYTES } from "./live_samples.ts";

/** mdat boxes of one moof. Encoders write one, or one for each track. */
const MAX_BOXES = 256;

/** Memory of the range of a trun, in bytes. */
const RANGE_BYTES = 64;

interface MediaData {
  /** Offset of the first byte from the start of the moof. */
  readonly start: number;
  readonly buffer: GrowingBuffer;
}

/** Collects the media data (mdat) that a moof refers to, as it arrives. */
export class MediaCollector {
  readonly #moof: PendingMoof;
  readonly #offset: number;
  /** Bytes of the columns of samples: a short moof may declare many. */
  readonly #rowBytes: number;
  readonly #data: MediaData[] = [];

  /** @param offset of the moof in the stream */
  constructor(moof: PendingMoof, offset: number) {
    this.#moof = moof;
    this.#offset = offset;
    this.#rowBytes = moof.trafs.reduce(
      (sum, { fields, ranges }) =>
        sum + SAMPLE_ROW_BYTES * fields.sizes.length + RANGE_BYTES * ranges.length,
      0,
    );
  }

  get heldBytes(): number {
    return this.#data.reduce((sum, { buffer }) => sum + buffer.length, this.#rowBytes);
  }

  /**
   * Starts an mdat whose body is at `offset` in the stream. Returns the tracks if nothing is missing, since all samples are empty.
   *
   * @throws MediaError if samples are before it
   */
  startData(offset: number): LiveFragment[] | undefined {
    const start = offset - this.#offset;
    const ranges = this.#moof.trafs.flatMap(({ ranges }) => ranges);
    const outside = this.#data.length > 0
      ? undefined
      : ranges.find((range) => range.start < start && range.end > range.start);
    if (outside) {
      throw new MediaError(
        `Cannot read samples ${outside.start} bytes after the start of the moof, expected at least ${start}`,
      ).in("moof/traf/trun");
    }
    if (this.#data.length === MAX_BOXES) {
      throw new MediaError(`Cannot read more than ${MAX_BOXES} mdat boxes after a moof`);
    }
    const size = Math.max(0, this.#moof.end - start);
    this.#data.push({ start, buffer: new GrowingBuffer(size) });
    return size === 0 ? this.#toTracks() : undefined;
  }

  /** Adds bytes of the current mdat. Returns the tracks once all their samples are there. */
  add(bytes: Uint8Array): LiveFragment[] | undefined {
    const { start, buffer } = this.#data.at(-1)!;
    const left = this.#moof.end - start - buffer.length;
    buffer.append(bytes.length > left ? bytes.subarray(0, left) : bytes);
    return bytes.length >= left ? this.#toTracks() : undefined;
  }

  #toTracks(): LiveFragment[] {
    const tracks = this.#moof.trafs.map((traf) => {
      const { trackId, time, wraps, presentationTime } = traf;
      const samples = omitEmpty(this.#toSamples(traf));
      return { trackId, time, wraps, presentationTime, samples };
    }).filter(({ samples }) => samples.sizes.length > 0);
    for (const { buffer } of this.#data) {
      const { bytes } = buffer;
      if (!tracks.some(({ samples }) => samples.data.buffer === bytes.buffer)) buffer.free();
    }
    return tracks;
  }

  #toSamples({ fields, description, ranges }: PendingTraf): LiveSamples {
    const parts = ranges.map(({ start, end }) => this.#find(start, end));
    const data = parts.length === 1 ? parts[0]! : join(parts);
    return { ...fields, description, data: copySmallPart(data) };
  }

  #find(start: number, end: number): Uint8Array {
    if (start === end) return new Uint8Array();
    const found = this.#data.findLast((data) => data.start <= start);
    const at = start - (found?.start ?? 0);
    const bytes = found?.buffer.bytes.subarray(at, at + end - start);
    if (bytes?.length === end - start) return bytes;
    throw new MediaError("Cannot find the samples within one mdat").in("moof/traf/trun");
  }
}

/** Audio that waits does not keep the video of its fragment in memory. */
function copySmallPart(data: Uint8Array): Uint8Array {
  return data.length < data.buffer.byteLength / 2 ? data.slice() : data;
}

/** Joins the data of several truns, without a copy where they follow each other. */
function join(parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0]!;
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const isContiguous = parts.every((part, i) => {
    const before = parts[i - 1];
    return !before || part.buffer === before.buffer &&
        part.byteOffset === before.byteOffset + before.length;
  });
  if (isContiguous) return new Uint8Array(first.buffer, first.byteOffset, total);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Extends samples by the durations of empty ones after them, which contain no frame. */
function omitEmpty(samples: LiveSamples): LiveSamples {
  if (!samples.sizes.includes(0)) return samples;
  const retained = [...samples.sizes.keys()].filter((i) => samples.sizes[i]! > 0);
  const fields = createSampleFields(retained.length);
  retained.forEach((from, to) => {
    const end = retained[to + 1] ?? samples.sizes.length;
    const durations = samples.durations.subarray(to === 0 ? 0 : from, end);
    fields.durations[to] = durations.reduce((sum, duration) => sum + duration, 0);
    fields.sizes[to] = samples.sizes[from]!;
    fields.flags[to] = samples.flags[from]!;
    fields.compositionOffsets[to] = samples.compositionOffsets[from]!;
  });
  return { ...samples, ...fields };
}
