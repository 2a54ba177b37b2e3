/** Records what publishers push to all channels of a server. */

import { MediaError } from "../errors.ts";
import type { ChannelState } from "../presentation/broadcast.ts";
import { ChannelFileWatch, type WatchedChannel } from "./channel_file_watch.ts";
import type { Instant } from "./segmenter/clock.ts";
import { INGESTED, type IngestResponse } from "./http/http_response.ts";
import { channelNotFound, IngestError, toIngestError } from "./ingest_error.ts";
import { IngestMemory } from "./ingest_memory.ts";
import type { PublishRequest } from "./listener.ts";
import { storePush } from "./manifests/push_receiver.ts";
import type { ChannelServices } from "./channel_services.ts";
import { OpenChannel } from "./open_channel.ts";
import type { ChannelPublishers } from "./publisher.ts";
import { PublisherSilence } from "./publisher_silence.ts";
import type { WorkPauses } from "../work_pauses.ts";

export interface RecorderOptions extends Omit<ChannelServices, "memory"> {
  /** Path of the directory of channels in the document root, such as `live`. */
  readonly path: string;
  /** Called when a channel file was removed: `IngestServer.endChannel()`. */
  readonly onRemoved: (file: string) => void;
  /** Bytes of fragments of all channels that are not on disk; default: 512 MB. */
  readonly maxIngestBytes?: number;
  /** Creates the pauses in which other requests are served while one is stored; absent: there are none. */
  readonly createPauses?: () => WorkPauses;
}

/** What is measured rather than counted. */
export interface RecorderGauges {
  /** Channels that were published to, by state. */
  readonly channels: Readonly<Record<ChannelState, number>>;
  /** Seconds from the UTC of a sample to its arrival, in the live channel that is furthest behind. */
  readonly lagSeconds: number;
}

interface RecordedChannel {
  readonly watch: ChannelFileWatch;
  readonly silence: PublisherSilence;
  open: OpenChannel | undefined;
  /** While it is not open. */
  state: ChannelState;
  /** Set while its files are being closed. */
  closing: Promise<void> | undefined;
  /** Another process records it, as the log states. */
  isLocked: boolean;
  /** On the monotonic clock; undefined before the first time. */
  lastMaintained: number | undefined;
}

const SECOND = 1e6;

/** Ticks in a second: each maintains a part of the channels, since all at once would delay what publishers send. */
const TICKS = 4;

/** In µs: how often files of channels that are not open are looked for. */
const CLOSED_CHECK_INTERVAL = 60 * SECOND;

/** Names in this are archives. */
const ARCHIVE_NAME = /\.live(?:\/|$)/i;

/** One for each process: it owns the locks, writers and segmenters of all channels. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #services: ChannelServices;
  readonly #memory: IngestMemory;
  /** By path in the directory. */
  readonly #channels = new Map<string, RecordedChannel>();
  #lastClosedCheck = -Infinity;
  #isStopped = false;

  /** Opens channels whose broadcasts are not over. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#memory = new IngestMemory(options.maxIngestBytes);
    this.#services = { ...options, memory: this.#memory };
    for (const path of options.directory.listArchives()) this.#reopen(path);
  }

  /**
   * Returns the publishers of a channel by its path in the document root; undefined if there is no such channel.
   */
  findPublishers(name: string): ChannelPublishers | undefined {
    const path = this.#getPath(name);
    return path === undefined ? undefined : this.#check(path)?.publishers;
  }

  /**
   * Stores the body of a request. Resolves when all of it is written.
   *
   * @throws IngestError, MediaError for media that cannot be stored, errors of the file system
   */
  async publish(request: PublishRequest): Promise<IngestResponse> {
    const { channel: name, publisher } = request.publication;
    const path = this.#getPath(name)!;
    await this.#channels.get(path)?.closing;
    const channel = this.#open(path);
    const monotonic = () => this.#options.now().monotonic;
    using open = this.#channels.get(path)!.silence.open(publisher, monotonic());
    try {
      const pauses = this.#options.createPauses?.();
      const onReceived = () => open.receive(monotonic());
      const services = { memory: this.#memory, pauses, onReceived, now: monotonic };
      await storePush(request, channel, services);
      return INGESTED;
    } catch (error) {
      if (channel.hasFailed) await this.#abandon(path, channel);
      if (isRefused(toIngestError(error))) this.#options.counts.fragments.refused++;
      throw error;
    }
  }

  /** To be called four times a second. */
  tick(): void {
    const now = this.#options.now();
    let index = 0;
    for (const [path, channel] of this.#channels) {
      const { open } = channel;
      if (!open) continue;
      const phase = index++ % TICKS;
      try {
        open.tick(now);
        if (isDue(channel, now, phase)) this.#maintain(path, channel, now);
      } catch (error) {
        const { message, stack } = error as Error;
        const isMedia = error instanceof MediaError;
        this.#log(path, isMedia ? `Cannot record: ${message}` : `recording has failed: ${stack}`);
        this.#abandon(path, open);
      }
    }
    this.#memory.tick(now.monotonic);
    if (now.monotonic - this.#lastClosedCheck < CLOSED_CHECK_INTERVAL) return;
    this.#lastClosedCheck = now.monotonic;
    for (const [path, { isLocked }] of this.#channels) {
      if (isLocked) this.#reopen(path);
      else this.#check(path);
    }
  }

  get gauges(): RecorderGauges {
    const now = this.#options.now();
    const channels = { waiting: 0, live: 0, silent: 0, over: 0 };
    let lagSeconds = 0;
    for (const { open, state } of this.#channels.values()) {
      const current = open?.getState(now) ?? state;
      channels[current]++;
      if (current === "live") lagSeconds = Math.max(lagSeconds, open!.lagSeconds);
    }
    return { channels, lagSeconds };
  }

  /** Ends all periods, and resolves when everything is on disk and the locks are released. Broadcasts stay open. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#channels.values()].map(({ open }) => open?.end()));
    this.#channels.clear();
  }

  #getPath(name: string): string | undefined {
    const prefix = `${this.#options.path}/`;
    if (!name.startsWith(prefix)) return undefined;
    const path = name.slice(prefix.length);
    return ARCHIVE_NAME.test(path) ? undefined : path;
  }

  /** Reads the channel file if it has changed, and applies it. */
  #check(path: string): WatchedChannel | undefined {
    const channel = this.#channels.get(path) ?? this.#createChannel(path);
    const watched = channel.watch.check();
    if (watched) {
      this.#channels.set(path, channel);
      if (channel.open) channel.open.file = watched.file;
    } else if (this.#channels.delete(path) && channel.open) {
      const name = this.#getName(path);
      const message = `${name}: Publishing has ended: the file was removed, or has no key live`;
      this.#options.log({ level: "info", message });
      this.#options.onRemoved(name);
      channel.open.end();
    }
    return watched;
  }

  #createChannel(path: string): RecordedChannel {
    const { directory, log } = this.#options;
    const watch = new ChannelFileWatch({ directory, path, name: this.#getName(path), log });
    return {
      ...{ watch, open: undefined, state: "waiting", closing: undefined, isLocked: false },
      ...{ silence: new PublisherSilence(), lastMaintained: undefined },
    };
  }

  /** @throws IngestError */
  #open(path: string): OpenChannel {
    const name = this.#getName(path);
    const watched = this.#check(path);
    const channel = this.#channels.get(path);
    if (!watched || !channel) throw channelNotFound(name);
    if (this.#isStopped) throw new IngestError("DRAINING", "Cannot publish: the server stops");
    if (channel.open && !channel.open.isClosed) return channel.open;
    try {
      channel.open = OpenChannel.open(this.#services, { path, name, file: watched.file });
      channel.isLocked = false;
      return channel.open;
    } catch (error) {
      if (error instanceof IngestError && error.code === "CHANNEL_LOCKED") {
        const { message } = error;
        if (!channel.isLocked) this.#options.log({ level: "error", message });
        channel.isLocked = true;
      }
      throw error;
    }
  }

  /** A broadcast that another process has left open is over after `reconnect` seconds, if no publisher comes. */
  #reopen(path: string): void {
    if (!this.#check(path)) return;
    try {
      const open = this.#open(path);
      const isOpen = open.getState(this.#options.now()) === "silent";
      this.#channels.get(path)!.state = isOpen ? "silent" : "over";
    } catch (error) {
      if (!this.#channels.get(path)!.isLocked) this.#log(path, String(error));
    }
  }

  #maintain(path: string, channel: RecordedChannel, now: Instant): void {
    const open = channel.open!;
    this.#checkSilence(path, channel, now);
    if (!open.isValid) {
      this.#log(path, "the archive was removed: another broadcast begins");
      this.#abandon(path, open);
    } else if (open.isIdle(now)) {
      const state = open.getState(now);
      channel.state = state === "waiting" ? channel.state : state;
      channel.open = undefined;
      channel.closing = open.end();
    } else open.maintain();
  }

  #checkSilence(path: string, { open, silence }: RecordedChannel, now: Instant): void {
    const watched = this.#check(path);
    const state = open!.getState(now);
    if (!watched || state === "over" || state === "waiting") return silence.forget();
    for (const { level, message } of silence.check(now.monotonic, watched.file.segmentDuration)) {
      this.#options.log({ level, message: `${this.#getName(path)}: ${message}` });
    }
  }

  /** Forgets a channel after an error: the next request recovers it. */
  async #abandon(path: string, open: OpenChannel): Promise<void> {
    const channel = this.#channels.get(path);
    if (channel?.open === open) channel.open = undefined;
    await open.abandon();
  }

  #getName(path: string): string {
    return `${this.#options.path}/${path}`;
  }

  #log(path: string, message: string): void {
    this.#options.log({ level: "error", message: `${this.#getName(path)}: ${message}` });
  }
}

/** Returns true once a second, give or take half a tick. The second time comes sooner, by the phase of the channel. */
function isDue(channel: RecordedChannel, { monotonic }: Instant, phase: number): boolean {
  const { lastMaintained } = channel;
  if (lastMaintained !== undefined && monotonic - lastMaintained < SECOND - SECOND / TICKS / 2) {
    return false;
  }
  channel.lastMaintained = lastMaintained === undefined
    ? monotonic - phase * SECOND / TICKS
    : monotonic;
  return true;
}

function isRefused({ code }: IngestError): boolean {
  return ["MEDIA_INVALID", "MEDIA_UNSUPPORTED", "INIT_MISSING", "FRAGMENT_TOO_LARGE", "DISK_FULL"]
    .includes(code);
}
