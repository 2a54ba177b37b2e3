/** Frames of one track that are not in a fragment yet. */

import { createSampleFields, NON_SYNC_FLAGS, SYNC_FLAGS } from "../../mp4/samples/sample_table.ts";
import { type LiveFragment, SAMPLE_ROW_BYTES } from "../media/live_samples.ts";

/** A frame at its time, in ticks of the track. */
export interface TimedFrame {
  readonly data: Uint8Array;
  readonly time: number;
  /** Known of audio, by its samples; undefined: until the next frame. */
  readonly duration: number | undefined;
  readonly compositionOffset: number;
  readonly isSync: boolean;
  /** In milliseconds of a monotonic clock. */
  readonly arrival: number;
}

/** In milliseconds: of a single frame of video. */
const DEFAULT_DURATION = 40;

export class FrameQueue {
  readonly #trackId: number;
  #frames: TimedFrame[] = [];
  #bytes = 0;
  /** The last duration that is known. */
  #duration = 0;
  /** The next frame must not be earlier: it would be taken for a repeat. */
  #minTime = -Infinity;

  constructor(trackId: number) {
    this.#trackId = trackId;
  }

  /** True until the first frame was added. */
  get isNew(): boolean {
    return this.#minTime === -Infinity;
  }

  /** Memory of the frames. */
  get bytes(): number {
    return this.#bytes;
  }

  get first(): TimedFrame | undefined {
    return this.#frames[0];
  }

  get last(): TimedFrame | undefined {
    return this.#frames.at(-1);
  }

  /** The next frame has to be at this time or later, in ticks. */
  get minTime(): number {
    return this.#minTime;
  }

  add(frame: TimedFrame): void {
    const { last } = this;
    if (last) this.#duration = frame.time - last.time;
    this.#frames.push(frame);
    this.#bytes += frame.data.length + SAMPLE_ROW_BYTES;
    this.#minTime = frame.time + 1;
  }

  /**
   * Takes frames out as a fragment. A last one whose duration is unknown stays while it may: it lasts until the next one.
   *
   * @param before arrival after which the last frame stays
   * @param end time of the frame that follows, if that is known
   */
  take(before: number, end?: number): LiveFragment | undefined {
    const { last } = this;
    if (!last) return undefined;
    const next = end !== undefined && end > last.time ? end : undefined;
    const isLastKnown = last.duration !== undefined || next !== undefined;
    const isDue = last.arrival <= before && this.#duration > 0 || before === Infinity;
    const count = isLastKnown || isDue ? this.#frames.length : this.#frames.length - 1;
    if (count === 0) return undefined;
    const frames = this.#frames.splice(0, count);
    return this.#toFragment(frames, this.#frames[0]?.time ?? next);
  }

  #toFragment(frames: readonly TimedFrame[], next: number | undefined): LiveFragment {
    const fields = createSampleFields(frames.length);
    const data = new Uint8Array(frames.reduce((sum, { data }) => sum + data.length, 0));
    let at = 0;
    for (const [i, frame] of frames.entries()) {
      fields.sizes[i] = frame.data.length;
      fields.durations[i] = this.#measure(frame, frames[i + 1]?.time ?? next);
      fields.compositionOffsets[i] = frame.compositionOffset;
      fields.flags[i] = frame.isSync ? SYNC_FLAGS : NON_SYNC_FLAGS;
      data.set(frame.data, at);
      at += frame.data.length;
    }
    this.#bytes -= at + SAMPLE_ROW_BYTES * frames.length;
    const last = frames.at(-1)!;
    const half = Math.floor(fields.durations.at(-1)! / 2);
    if (this.#frames.length === 0) this.#minTime = Math.max(this.#minTime, last.time + half + 1);
    return {
      trackId: this.#trackId,
      samples: { ...fields, description: 0, data },
      time: BigInt(frames[0]!.time),
      ...{ wraps: false, presentationTime: undefined, isNext: true },
    };
  }

  #measure({ time, duration }: TimedFrame, next: number | undefined): number {
    return next === undefined ? duration ?? (this.#duration || DEFAULT_DURATION) : next - time;
  }
}
