/** Times of RTMP messages, which wrap and start again, and the times of frames after them. */

import { rescale } from "../../time.ts";

const SECOND = 1000;

/**
 * In milliseconds: RTMP has 32 bits, of which OBS writes 31. Encoders that ignore extended timestamps write 24
 * (Node-Media-Server#25).
 */
const WRAPS = [2 ** 32, 2 ** 31, 2 ** 24];

/** In milliseconds: a fall that differs from a wrap by more is none. */
const MAX_WRAP_DISTANCE = 10 * SECOND;

/** In milliseconds: how far times may fall without having started again. */
const MAX_STEP_BACK = SECOND;

/** In milliseconds: a track that starts within so much of the others has the same start. */
const MAX_TRACK_DISTANCE = 60 * SECOND;

interface TrackClock {
  /** What the last message states. */
  timestamp: number;
  /** Added to timestamps. */
  offset: number;
}

/**
 * Continues the timestamps of all tracks of a connection without end. What falls by about a wrap has wrapped; what falls by more
 * than a second without that has started again, and goes on where it was: tracks that start again together stay together.
 */
export class MessageTimes {
  readonly #tracks = new Map<number, TrackClock>();
  /** Latest offset of any track, and the time to which it led. */
  #offset = 0;
  #last: number | undefined;

  /**
   * Returns the time of a message in milliseconds.
   *
   * @param track any number for each track
   * @param timestamp 32 bits, unsigned
   */
  toTime(track: number, timestamp: number): number {
    const clock = this.#tracks.get(track);
    const offset = clock ? this.#continue(clock, timestamp) : this.#start(timestamp);
    this.#tracks.set(track, { timestamp, offset });
    this.#offset = offset;
    this.#last = timestamp + offset;
    return timestamp + offset;
  }

  /** Another track may have wrapped before this one starts, or is about to. */
  #start(timestamp: number): number {
    if (this.#last === undefined) return 0;
    const last = this.#last;
    const offsets = [0, ...WRAPS.flatMap((wrap) => [wrap, -wrap])].map((by) => this.#offset + by);
    return offsets.find((offset) => Math.abs(timestamp + offset - last) <= MAX_TRACK_DISTANCE) ??
      this.#offset;
  }

  #continue({ timestamp: before, offset }: TrackClock, timestamp: number): number {
    const step = timestamp - before;
    const wrap = WRAPS.find((wrap) => Math.abs(Math.abs(step) - wrap) <= MAX_WRAP_DISTANCE);
    if (wrap && (step < 0 || offset >= wrap)) return offset - Math.sign(step) * wrap;
    if (step >= -MAX_STEP_BACK) return offset;
    const last = before + offset;
    const ahead = timestamp + this.#offset - last;
    const followsOther = ahead >= -MAX_STEP_BACK && ahead <= MAX_WRAP_DISTANCE;
    return followsOther ? this.#offset : last - timestamp;
  }
}

/** Frames that are stated to be too early, one after the other, until that is believed: encoders send some together, with one time. */
const MAX_EARLY_FRAMES = 16;

/**
 * Times of audio frames in ticks of the sample rate. They run on by the samples of frames for as long as that is within half a
 * frame of what the messages say: durations that tick with rounded milliseconds are heard in Apple's players
 * (kaltura/media-framework#211).
 */
export class AudioTimes {
  readonly #rate: number;
  #next: number | undefined;
  #early = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  /**
   * Returns the time of a frame.
   *
   * @param time of its message, in milliseconds
   * @param samples of the frame; 0 if unknown
   */
  toTicks(time: number, samples: number): number {
    const stated = rescale(time, SECOND, this.#rate);
    const ahead = this.#next === undefined ? Infinity : stated - this.#next;
    this.#early = ahead < -samples / 2 ? this.#early + 1 : 0;
    const jumps = ahead > samples / 2 || this.#early > MAX_EARLY_FRAMES;
    if (jumps) this.#early = 0;
    const ticks = jumps ? stated : this.#next!;
    this.#next = ticks + samples;
    return ticks;
  }
}
