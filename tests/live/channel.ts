/** A channel that encoders push to, in simulated time. */

import { assertEquals } from "@std/assert";
import type {
  ChannelEvent,
  LiveChunk,
  PeriodBegan,
} from "../../lib/live/segmenter/channel_events.ts";
import {
  ChannelSegmenter,
  type SegmenterSettings,
} from "../../lib/live/segmenter/channel_segmenter.ts";
import type { LiveRequest } from "../../lib/live/segmenter/publishers.ts";
import type { ResumedPeriod } from "../../lib/live/segmenter/resumed_period.ts";
import { FragmentReader } from "../../lib/live/media/fragments.ts";
import type { Encoder } from "./encoder.ts";

/** In seconds since 1970. */
export const NOW = 1.7e9;

/** A period, as events describe it. */
export interface RecordedPeriod {
  readonly began: PeriodBegan;
  readonly chunks: LiveChunk[];
  readonly closed: { track: number; ordinal: number; isLast: boolean }[];
  hasEnded: boolean;
}

export class TestChannel {
  readonly segmenter: ChannelSegmenter;
  readonly periods: RecordedPeriod[] = [];
  readonly logs: string[] = [];
  readonly targets: number[] = [];
  broadcasts = 0;
  /** Periods of before a restart that went on. */
  continued = 0;
  /** Seconds since the start. */
  time = 0;
  /** Added to the system's clock, in seconds. */
  step = 0;

  constructor(settings: Partial<SegmenterSettings> = {}, resumed?: ResumedPeriod) {
    this.segmenter = new ChannelSegmenter(
      { segmentDuration: 2, reconnect: 60, ...settings },
      resumed,
    );
  }

  get now() {
    return {
      utc: Math.round((NOW + this.time + this.step) * 1e6),
      monotonic: Math.round(this.time * 1e6),
    };
  }

  get last(): RecordedPeriod {
    return this.periods.at(-1)!;
  }

  /** Passes time, with four ticks a second. */
  wait(seconds: number): void {
    for (const end = this.time + seconds; this.time < end - 1e-9;) {
      this.time += Math.min(0.25, end - this.time);
      this.take(this.segmenter.tick(this.now));
    }
  }

  /** Opens a request whose body can be pushed in parts. */
  open(stream = "feed", publisher = "main"): TestRequest {
    return new TestRequest(this, this.segmenter.open(publisher, stream));
  }

  take(events: readonly ChannelEvent[]): void {
    for (const event of events) this.#record(event);
  }

  #record(event: ChannelEvent): void {
    if (event.kind === "log") this.logs.push(event.message);
    else if (event.kind === "target fixed") this.targets.push(event.seconds);
    else if (event.kind === "broadcast over") this.broadcasts++;
    else if (event.kind === "period continued") this.continued++;
    else if (event.kind === "period began") {
      this.periods.push({
        began: event,
        chunks: [],
        closed: [],
        hasEnded: false,
      });
    } else if (event.kind === "chunk") this.last.chunks.push(event);
    else if (event.kind === "segment closed") this.last.closed.push(event);
    else this.last.hasEnded = true;
  }
}

export class TestRequest {
  readonly #channel: TestChannel;
  readonly request: LiveRequest;
  readonly #reader: FragmentReader;

  constructor(channel: TestChannel, request: LiveRequest) {
    this.#channel = channel;
    this.request = request;
    this.#reader = new FragmentReader(() =>
      channel.segmenter.findInit(request.publisher.name, request.stream)
    );
  }

  push(bytes: Uint8Array): this {
    this.#take(this.#reader.push(bytes));
    return this;
  }

  finish(): void {
    this.#take(this.#reader.finish());
    this.#channel.segmenter.close(this.request);
  }

  abort(): void {
    this.#channel.segmenter.close(this.request);
  }

  #take(items: ReturnType<FragmentReader["push"]>): void {
    const { segmenter, now } = this.#channel;
    for (const item of items) {
      this.#channel.take(
        item.kind === "init"
          ? segmenter.addInit(this.request, item.init)
          : item.kind === "fragment"
          ? segmenter.addFragment(this.request, item, now)
          : segmenter.endStream(this.request),
      );
    }
  }
}

/** Samples of a track in a period, as text, with presentation times in the period in seconds. */
export function listPresented({ began, chunks }: RecordedPeriod, track: number) {
  const { live, mediaTime } = began.tracks[track]!;
  const { timescale } = live.track;
  return chunks.filter((chunk) => chunk.track === track).flatMap((chunk) => {
    const { run, samples } = chunk;
    let [at, decode] = [0, run.time];
    return [...run.sizes].map((size, i) => {
      const bytes = new TextDecoder().decode(samples.subarray(at, at += size));
      const time = decode + run.compositionOffsets[i]! - mediaTime;
      decode += run.durations[i]!;
      return { bytes: bytes.split(" ")[0]!, time: time / timescale };
    });
  });
}

/** First presentation times of the segments of a track, in seconds. */
export function listStarts({ began, chunks }: RecordedPeriod, track: number): number[] {
  const { live: { track: { timescale } }, mediaTime } = began.tracks[track]!;
  return chunks.filter((chunk) => chunk.track === track && chunk.startsSegment)
    .map(({ run }) => (run.time + run.compositionOffsets[0]! - mediaTime) / timescale);
}

/** Checks what holds for every period. */
export function checkPeriod(period: RecordedPeriod): void {
  const { began, chunks, closed, hasEnded } = period;
  for (const track of began.tracks.keys()) {
    const own = chunks.filter((chunk) => chunk.track === track);
    assertEquals(own[0]?.run.time, 0);
    assertEquals(own[0]?.startsSegment, true);
    let ordinal = -1;
    let next = 0;
    for (const chunk of own) {
      if (chunk.startsSegment) ordinal++;
      assertEquals([chunk.ordinal, chunk.run.time >= next], [ordinal, true]);
      next = chunk.run.time + 1;
    }
    const ordinals = closed.filter((segment) => segment.track === track).map(({ ordinal }) =>
      ordinal
    );
    assertEquals(ordinals, [...ordinals.keys()]); // each closed once, in order
    if (hasEnded) assertEquals(ordinals.length, ordinal + 1);
  }
}

/** Pushes GOPs in one long request, in real time. */
export function pushAll(
  channel: TestChannel,
  encoder: Encoder,
  gops: number,
  stream = "feed",
): void {
  const request = channel.open(stream).push(encoder.init);
  const { gop, fps } = encoder.options;
  for (let i = 0; i < gops; i++) {
    channel.wait(gop / fps);
    request.push(encoder.fragment(i));
  }
  request.push(encoder.end);
  request.finish();
}

export function listEncoded(encoder: Encoder, track: "video" | "audio", gops: number): string[] {
  return Array.from({ length: gops }, (_, i) => encoder.samples(track, i)).flat()
    .map(({ bytes }) => new TextDecoder().decode(bytes).split(" ")[0]!);
}

export function pushPart(
  channel: TestChannel,
  encoder: Encoder,
  gops: number,
  stream = "feed",
): void {
  const request = channel.open(stream).push(encoder.init);
  for (let i = 0; i < gops; i++) {
    channel.wait(1);
    request.push(encoder.fragment(i));
  }
  request.abort();
}
