/** The streams of a publisher, which share one clock. */

import { MediaError } from "../../errors.ts";
import type { Time } from "../../presentation/presentation.ts";
import { rescale } from "../../time.ts";
import { type Instant, MediaClock, toMicroseconds, unwrapTime } from "./clock.ts";
import type { PushedFragment } from "../media/pushed_item.ts";
import type { LiveInit, LiveTrack } from "../media/live_init.ts";
import {
  countSamples,
  type LiveFragment,
  measureSamples,
  sumDurations,
} from "../media/live_samples.ts";
import { getPresentationTime, type QueuedTrack } from "./periods.ts";
import { nameTracks } from "./track_names.ts";
import { MAX_GAP, type QueuedSamples, type TimedFragment, TrackQueue } from "./track_queue.ts";
import type { PeriodTiming } from "./period_timing.ts";

/** A track of a publisher, with samples that no period has yet. */
export class PublisherTrack implements QueuedTrack {
  readonly order: TrackQueue;
  queued: QueuedSamples[] = [];
  /** True once a sample has arrived. */
  hasSent = false;
  /** When the last fragment arrived, in µs of the monotonic clock. */
  lastArrival = 0;
  /** Duration of the last fragment, in µs: how long none may arrive. */
  lastDuration = 0;
  /** Least composition offset so far. */
  minOffset = 0;
  /** Times in the current period; undefined before it has begun. */
  timing: PeriodTiming | undefined;

  constructor(
    readonly name: string,
    readonly stream: string,
    readonly init: LiveInit,
    readonly live: LiveTrack,
    patience: number,
  ) {
    this.order = new TrackQueue({ timescale: this.timescale, patience });
  }

  get type(): LiveTrack["type"] {
    return this.live.type;
  }

  get timescale(): number {
    return this.live.track.timescale;
  }

  get shift(): number {
    return this.live.shift;
  }

  /** Adds what is in order. */
  push(batches: readonly QueuedSamples[]): void {
    for (const batch of batches) {
      this.queued.push(batch);
      for (const offset of batch.samples.compositionOffsets) {
        if (offset < this.minOffset) this.minOffset = offset;
      }
    }
  }

  /** Earliest start of a period with the queued samples: audio may start a little later than its period. */
  get earliestStart(): Time {
    const { timescale, shift } = this;
    const tolerance = this.type === "audio" ? Math.floor(MAX_GAP * timescale) : 0;
    return { ticks: getPresentationTime(this.queued[0]!, 0, shift) - tolerance, timescale };
  }

  /** The first samples of a period follow nothing. */
  startPeriod(): void {
    this.timing = undefined;
    const [first, ...rest] = this.queued;
    if (first?.followsHole) this.queued = [{ ...first, followsHole: false }, ...rest];
  }

  get queuedCount(): number {
    return this.queued.reduce((sum, { samples }) => sum + countSamples(samples), 0);
  }

  /** Bytes of samples that no period has, also of those that wait for a missing fragment. */
  get queuedBytes(): number {
    const queued = this.queued.reduce((sum, { samples }) => sum + measureSamples(samples), 0);
    return queued + this.order.waitingBytes;
  }
}

export interface PublisherOptions {
  /** In seconds: see `QueueOptions`. */
  readonly patience: number;
  /** Names of tracks that are left out. */
  readonly skipped?: ReadonlySet<string> | undefined;
}

export function toPublisherOptions(
  { segmentDuration, skipped }: {
    readonly segmentDuration: number;
    readonly skipped?: ReadonlySet<string>;
  },
): PublisherOptions {
  return { patience: 2 * segmentDuration, skipped };
}

interface Stream {
  init: LiveInit;
  readonly tracks: Map<number, PublisherTrack>;
}

/** Times that differ by more cannot be of one encoder: 14 years in units of 100 ns. */
const MAX_TICKS = 2 ** 52;

/** Times of one publisher, or of several on UTC. They are stored from a whole second on, so that they are exact in 53 bits. */
export class PublisherTimeline {
  readonly #streams = new Map<string, Stream>();
  readonly #options: PublisherOptions;
  #tracks: readonly PublisherTrack[] = [];
  #clock: MediaClock | undefined;
  #origin = 0n;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get tracks(): readonly PublisherTrack[] {
    return this.#tracks;
  }

  get clock(): MediaClock | undefined {
    return this.#clock;
  }

  /** True if every stream has several tracks, so that no other stream is expected. */
  get isComplete(): boolean {
    return [...this.#streams.values()].every(({ init }) => init.tracks.size > 1);
  }

  findInit(stream: string): LiveInit | undefined {
    return this.#streams.get(stream)?.init;
  }

  findTrack(stream: string, trackId: number): PublisherTrack | undefined {
    return this.#streams.get(stream)?.tracks.get(trackId);
  }

  /** Sets the init segment of a stream. Returns true if it replaces another one. */
  setInit(stream: string, init: LiveInit): boolean {
    const known = this.#streams.get(stream);
    if (known?.init.key === init.key) return false;
    const names = nameTracks(stream, init);
    const { patience, skipped } = this.#options;
    const tracks = Array.from(
      init.tracks,
      ([id, live], i) => [id, new PublisherTrack(names[i]!, stream, init, live, patience)] as const,
    );
    const retained = tracks.filter(([, { name }]) => !skipped?.has(name));
    this.#streams.set(stream, { init, tracks: new Map(retained) });
    this.#tracks = [...this.#streams.values()].flatMap(({ tracks }) => [...tracks.values()]);
    return known !== undefined;
  }

  /** The encoder's time at which the timeline starts, in ticks. */
  getOrigin(timescale: number): bigint {
    return this.#origin * BigInt(timescale);
  }

  /** Converts a time of the encoder, of the day of the timeline. */
  toTicks(time: bigint, timescale: number): number {
    return Number(time - this.getOrigin(timescale));
  }

  /** Presentation time in µs, as the encoder counts it. */
  toMediaTime({ ticks, timescale }: Time): number {
    return Number(this.#origin) * 1e6 + rescale(ticks, timescale, 1e6);
  }

  /** UTC of a presentation time, in µs since 1970. */
  toUtc(time: Time): number {
    return this.#clock!.toUtc(this.toMediaTime(time));
  }

  /** Starts the clock with the first fragment. */
  startClock({ init, tracks, prft }: PushedFragment, now: Instant): void {
    if (this.#clock) return;
    const [fragment] = tracks as [LiveFragment];
    const { track, shift } = init.tracks.get(fragment.trackId)!;
    const time = getDecodeTime(fragment) ?? 0n;
    this.#origin = time / BigInt(track.timescale);
    const first = BigInt(fragment.samples.compositionOffsets[0]! + getShift(fragment, shift));
    const timescale = prft && init.tracks.get(prft.trackId)?.track.timescale;
    this.#clock = new MediaClock({
      time: toMicroseconds(time + first, track.timescale),
      duration: rescale(sumDurations(fragment.samples), track.timescale, 1e6),
      reference: prft && timescale
        ? { utc: prft.utc, time: toMicroseconds(prft.mediaTime, timescale) }
        : undefined,
    }, now);
  }

  /** Records when a fragment arrived. Returns true once the clock needs a correction of 2 s or more. */
  recordArrival(track: PublisherTrack, { samples, time }: TimedFragment, now: Instant): boolean {
    const { timescale, shift } = track;
    const duration = sumDurations(samples);
    track.lastArrival = now.monotonic;
    track.lastDuration = rescale(duration, timescale, 1e6);
    return this.#clock!.record(
      this.toMediaTime({ ticks: time + duration + shift, timescale }),
      now,
    );
  }

  /** Gives a fragment its time, in ticks from the origin. */
  toTimed(track: PublisherTrack, fragment: LiveFragment, arrival: number): TimedFragment {
    const { samples, isNext } = fragment;
    const origin = this.getOrigin(track.timescale);
    const edge = track.order.edge;
    let time = getDecodeTime(fragment);
    if (time === undefined) return { samples, time: edge ?? 0, arrival, isNext };
    if (fragment.wraps && edge !== undefined) {
      time = unwrapTime(time, origin + BigInt(Math.round(edge)));
    }
    const ticks = Number(time - origin);
    if (Math.abs(ticks) > MAX_TICKS) {
      throw new MediaError(`Cannot store decode time ${time}, expected one near ${origin}`);
    }
    return { samples, time: ticks, arrival, isNext };
  }
}

/** A tfxd is the presentation time of the first sample, and there is no edit list. */
function getDecodeTime({ time, presentationTime, samples }: LiveFragment): bigint | undefined {
  if (time !== undefined || presentationTime === undefined) return time;
  return presentationTime - BigInt(samples.compositionOffsets[0]!);
}

function getShift({ time, presentationTime }: LiveFragment, shift: number): number {
  return time === undefined && presentationTime !== undefined ? 0 : shift;
}
