/** Writes to an archive what a channel segmenter decides. */

import type { ArchiveWriter, NewTrack } from "../../archive/archive_writer.ts";
import type { BlockTrack } from "../../archive/block.ts";
import { NoSpaceError } from "../../archive/file_system.ts";
import type { ChannelTrack } from "../../package/channel_file.ts";
import type {
  ChannelEvent,
  LiveChunk,
  PeriodBegan,
  PeriodTrack,
} from "../segmenter/channel_events.ts";
import { describeEvent, describeLag } from "./channel_log.ts";
import { buildPeriodInit, type FirstSample } from "./period_init.ts";
import { restoreInit, storeInit } from "./stored_init.ts";
import type { ResumedInit, ResumedPeriod } from "../segmenter/resumed_period.ts";
import { StreamDeclarations } from "../stream_declarations.ts";

export interface ChannelRecorderOptions {
  /** Name of the publisher of the next period. */
  readonly publisher: string;
  /** What the operator declares of tracks, by name. */
  readonly tracks: ReadonlyMap<string, ChannelTrack>;
  /** What encoders declare. */
  readonly declarations?: StreamDeclarations;
  /** Called after the samples of a chunk are written. */
  readonly onWritten?: (samples: Uint8Array) => void;
  /** Builds ftyp and moov; default: `buildPeriodInit()`. */
  readonly buildInit?: (track: PeriodTrack, first: FirstSample | undefined) => Uint8Array;
}

export interface RecordingResult {
  /** True if samples were dropped since the disk is full: call `fail()` of the segmenter. */
  readonly isFull: boolean;
  /** Sentences for the log. */
  readonly logs: readonly string[];
}

export class ChannelRecorder {
  readonly #writer: ArchiveWriter;
  options: ChannelRecorderOptions;
  /** True from samples that could not be written to the end of their period. */
  #isDropping = false;
  /** True if an event of the current call could not be written. */
  #hasFailed = false;
  #isOverPending = false;
  /** True until the first period of a broadcast is written. */
  #isBroadcastPending = false;

  constructor(writer: ArchiveWriter, options: ChannelRecorderOptions) {
    this.#writer = writer;
    this.options = options;
  }

  /** True if `record()` has something to write, also without events. */
  get isPending(): boolean {
    return this.#isOverPending;
  }

  /** The last period, if its broadcast is not over, for a new segmenter. */
  get resumed(): ResumedPeriod | undefined {
    const { last } = this.#writer;
    if (!last || last.progress.isBroadcastOver) return undefined;
    const ends = this.#writer.readEnds();
    const tracks = last.block.tracks.flatMap(({ name, mediaTime, resume }, i) =>
      resume
        ? {
          name,
          mediaTime,
          initKey: resume.initKey,
          decodeOrigin: BigInt(resume.decodeOrigin),
          presentationShift: BigInt(resume.presentationShift),
          decodeEnd: ends[i]!.decodeEnd ?? 0,
          segments: last.progress.tracks[i]!.next,
        }
        : []
    );
    const { target } = last.progress;
    if (tracks.length < last.block.tracks.length) return undefined;
    const inits = readResumedInits(last.block.tracks);
    const { epoch } = last.block.broadcast;
    return { target, epoch, tracks, inits };
  }

  /**
   * Writes events in order.
   *
   * @throws MediaError if an init segment cannot be written, and errors of the file system other than of a full disk
   */
  record(events: readonly ChannelEvent[]): RecordingResult {
    this.#hasFailed = false;
    if (this.#isOverPending) this.#endBroadcast();
    for (const [i, event] of events.entries()) {
      if (!isClosedByNext(event, events[i + 1])) this.#apply(event, () => events.slice(i + 1));
    }
    return { isFull: this.#hasFailed, logs: this.#describe(events) };
  }

  #describe(events: readonly ChannelEvent[]): string[] {
    const sentences = events.map(describeEvent);
    const began = events.findLastIndex(({ kind }) => kind === "period began");
    const first = began < 0 ? undefined : events.slice(began).find(({ kind }) => kind === "chunk");
    if (first?.kind === "chunk") sentences.push(describeLag(this.measureLag(first)));
    return sentences.filter((sentence) => sentence !== undefined);
  }

  /** Returns the seconds from the UTC of the last sample of a chunk that was written to its arrival. */
  measureLag({ track, run, arrival }: LiveChunk): number {
    const { last } = this.#writer;
    const { timescale, mediaTime } = last?.block.tracks[track] ?? {};
    if (!timescale) return 0;
    const duration = run.durations.reduce((sum, it) => sum + it, 0);
    const end = (run.time + duration - mediaTime!) / timescale;
    return (arrival - last!.block.period.start) / 1e6 - end;
  }

  #apply(event: ChannelEvent, following: () => readonly ChannelEvent[]): void {
    const writer = this.#writer;
    if (event.kind === "period began") {
      this.#isDropping = false;
      this.#isOverPending = false; // a new broadcast ends the last one, too
      this.#write(() => this.#beginPeriod(event, following()));
    } else if (event.kind === "period continued") {
      this.#isDropping = false;
      this.#write(() => writer.continuePeriod());
    } else if (event.kind === "broadcast over") this.#endBroadcast();
    else if (event.kind === "period ended") writer.endPeriod();
    else if (this.#isDropping) return;
    else if (event.kind === "chunk") this.#write(() => this.#append(event));
    else if (event.kind === "segment closed") writer.closeSegment(event, this.#lastArrival);
    else if (event.kind === "target fixed") writer.fixTarget(event.seconds, this.#lastArrival);
  }

  #append(chunk: LiveChunk): void {
    this.#writer.append(chunk);
    this.options.onWritten?.(chunk.samples);
  }

  get #lastArrival(): number {
    return this.#writer.last?.progress.lastArrival ?? 0;
  }

  #beginPeriod(
    { startsBroadcast, start, reason, tracks }: PeriodBegan,
    following: readonly ChannelEvent[],
  ): void {
    this.#isBroadcastPending ||= startsBroadcast;
    this.#writer.beginPeriod({
      ...this.#isBroadcastPending && { epoch: start },
      start,
      reason,
      tracks: tracks.map((track, i) => ({
        ...this.#toNewTrack(track, findFirstSample(following, i)),
        resume: toResume(track, tracks.findIndex(({ stream }) => stream === track.stream) === i),
      })),
    });
    this.#isBroadcastPending = false;
  }

  #toNewTrack(track: PeriodTrack, first: FirstSample | undefined): NewTrack {
    const { publisher, tracks, buildInit = buildPeriodInit } = this.options;
    const { declarations = new StreamDeclarations() } = this.options;
    const { name, stream, live, mediaTime } = track;
    return {
      name,
      type: live.type,
      timescale: live.track.timescale,
      ...live.bandwidth !== undefined && { bandwidth: live.bandwidth },
      mediaTime,
      stream,
      publisher,
      init: buildInit(track, first),
      ...declarations.merge(publisher, track, tracks.get(name)),
    };
  }

  /** Is done later if the disk is full: nothing is dropped then. */
  #endBroadcast(): void {
    this.#isOverPending = !succeeds(() => this.#writer.endBroadcast(this.#lastArrival));
  }

  #write(write: () => void): void {
    if (succeeds(write)) return;
    this.#isDropping = true;
    this.#hasFailed = true;
  }
}

/** The first track of a stream has the init segment of all: it may have 1 MB and 200 tracks. */
function toResume(track: PeriodTrack, hasInit: boolean): NonNullable<NewTrack["resume"]> {
  const { decodeOrigin, presentationShift, init } = track;
  return {
    decodeOrigin: String(decodeOrigin),
    presentationShift: String(presentationShift),
    initKey: init.key,
    ...hasInit && storeInit(init),
  };
}

/** An init segment that cannot be read, since it is of an earlier version of AMS, is not known. */
function readResumedInits(tracks: readonly BlockTrack[]): ResumedInit[] {
  const stored = tracks.filter(({ resume }) => resume?.moov !== undefined);
  const streams = new Map(stored.map((track) => [`${track.publisher} ${track.stream}`, track]));
  return [...streams.values()].flatMap(({ publisher, stream, resume }) => {
    try {
      if (resume?.moov === undefined) return [];
      return [{ publisher, stream, init: restoreInit({ ...resume, moov: resume.moov }) }];
    } catch {
      return [];
    }
  });
}

/** Chunks follow the start of a period at once. */
function findFirstSample(
  events: readonly ChannelEvent[],
  track: number,
): FirstSample | undefined {
  const chunk = events.find((event) => event.kind === "chunk" && event.track === track);
  if (chunk?.kind !== "chunk") return undefined;
  const { run: { sizes, durations }, samples } = chunk;
  return { bytes: samples.subarray(0, sizes[0]), duration: durations[0]! };
}

/** Returns false if the disk is full. */
function succeeds(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof NoSpaceError) return false;
    throw error;
  }
}

/** The writer closes a segment itself where the next chunk starts one, exactly where that is presented. */
function isClosedByNext(event: ChannelEvent, next: ChannelEvent | undefined): boolean {
  return event.kind === "segment closed" && next?.kind === "chunk" && next.startsSegment &&
    next.track === event.track;
}
