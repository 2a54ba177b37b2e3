/** A channel that is recorded: its lock, archive and segmenter. */

import { ArchiveWriter } from "../archive/archive_writer.ts";
import { type ArchiveFileSystem, NoSpaceError } from "../archive/file_system.ts";
import { removeExpiredBlocks } from "../archive/retention.ts";
import { MediaError } from "../errors.ts";
import type { ChannelFile } from "../package/channel_file.ts";
import type { ArchiveLock } from "./channel_directory.ts";
import type { ChannelEvent } from "./channel_events.ts";
import type { ChannelServices } from "./channel_services.ts";
import { ChannelRecorder } from "./channel_recorder.ts";
import type { ChannelState } from "../presentation/broadcast.ts";
import { ChannelSegmenter } from "./channel_segmenter.ts";
import type { LiveRequest } from "./publishers.ts";
import type { Instant } from "./clock.ts";
import type { PushedItem } from "./fragments.ts";
import { FullDisk } from "./full_disk.ts";
import type { IngestLog } from "./http_connection.ts";
import { addCount } from "./ingest_counts.ts";
import { IngestError } from "./ingest_error.ts";
import type { MemoryAccount } from "./ingest_memory.ts";
import type { LiveInit } from "./live_init.ts";
import { buildPeriodInit } from "./period_init.ts";

export interface OpenChannelOptions {
  /** In the directory of channels. */
  readonly path: string;
  /** Path of the channel file in the document root. */
  readonly name: string;
  readonly file: ChannelFile;
}

/** In µs. The files of a channel are closed so long after its last request: the first fragment may follow its init segment later. */
const MAX_IDLE = 60e6;

interface Waiter {
  readonly live: LiveRequest;
  readonly resolve: () => void;
}

export class OpenChannel {
  readonly #services: ChannelServices;
  readonly #options: OpenChannelOptions;
  readonly #files: ArchiveFileSystem;
  readonly #lock: ArchiveLock;
  readonly #writer: ArchiveWriter;
  readonly #recorder: ChannelRecorder;
  readonly #segmenter: ChannelSegmenter;
  readonly #account: MemoryAccount;
  #file: ChannelFile;
  #waiters: Waiter[] = [];
  #syncing: Promise<void> | undefined;
  #requests = 0;
  /** When the last request ended, in µs of the monotonic clock. */
  #lastRequest: number;
  /** Key of the last init segment of each stream. */
  readonly #inits = new Map<string, string>();
  #lastBlock: number | undefined;
  /** Seconds of closed blocks, by number. */
  readonly #durations = new Map<number, number>();
  readonly disk = new FullDisk((level, message) => this.#log(level, message));
  isClosed = false;
  /** True after an error other than of the media: it must be abandoned. */
  hasFailed = false;
  /** Seconds from the UTC of the last sample to its arrival. */
  lagSeconds = 0;

  private constructor(
    services: ChannelServices,
    options: OpenChannelOptions,
    { files, lock, writer }: {
      readonly files: ArchiveFileSystem;
      readonly lock: ArchiveLock;
      readonly writer: ArchiveWriter;
    },
  ) {
    this.#services = services;
    this.#options = options;
    this.#file = options.file;
    this.#lastRequest = services.now().monotonic;
    this.#files = files;
    this.#lock = lock;
    this.#writer = writer;
    this.#lastBlock = writer.last?.number;
    this.#account = services.memory.open(options.name);
    const { tracks } = options.file;
    const { buildInit } = services;
    const optional = buildInit && { buildInit };
    this.#recorder = new ChannelRecorder(writer, { publisher: "", tracks, ...optional });
    this.#segmenter = new ChannelSegmenter(toSettings(options.file), this.#recorder.resumed);
  }

  /**
   * Locks and recovers the archive, whose last period may go on.
   *
   * @throws IngestError `CHANNEL_LOCKED` and `DISK_FULL`, errors of the file system
   */
  static open(services: ChannelServices, options: OpenChannelOptions): OpenChannel {
    const { path, name } = options;
    let lock: ArchiveLock | undefined;
    try {
      const files = services.directory.openArchive(path);
      lock = services.directory.tryLock(path);
      if (!lock) {
        throw new IngestError("CHANNEL_LOCKED", `Cannot record ${name}: another process does`);
      }
      const writer = ArchiveWriter.open(files);
      return new OpenChannel(services, options, { files, lock, writer });
    } catch (error) {
      lock?.[Symbol.dispose]();
      if (error instanceof IngestError) throw error;
      if (error instanceof NoSpaceError) throw diskFull(name);
      throw new Error(`Cannot open the archive of ${name}: ${error}`, { cause: error });
    }
  }

  getState(now: Instant): ChannelState {
    return this.#segmenter.getState(now);
  }

  /** True if nothing is published, and nothing is expected soon: it may be closed. */
  isIdle(now: Instant): boolean {
    if (this.#requests > 0 || now.monotonic - this.#lastRequest < MAX_IDLE) return false;
    const state = this.getState(now);
    const isPaused = state === "silent" && this.#file.reconnect === "always";
    return state === "waiting" || state === "over" ||
      isPaused && this.#segmenter.getSilence(now) >= MAX_IDLE;
  }

  /** False after the archive was removed from outside. */
  get isValid(): boolean {
    return this.#lock.isValid;
  }

  /** Applies another channel file. */
  set file(file: ChannelFile) {
    if (file === this.#file) return;
    this.#file = file;
    this.#segmenter.settings = toSettings(file);
    this.#removeExpired();
  }

  /** Opens a request of a publisher. */
  open(publisher: string, stream: string): LiveRequest {
    this.#requests++;
    return this.#segmenter.open(publisher, stream);
  }

  close(live: LiveRequest): void {
    this.#requests--;
    this.#lastRequest = this.#services.now().monotonic;
    this.#segmenter.close(live);
  }

  findInit(live: LiveRequest): LiveInit | undefined {
    return this.#segmenter.findInit(live);
  }

  /** @throws MediaError for media that cannot be stored, errors of the file system */
  store(live: LiveRequest, items: readonly PushedItem[]): void {
    for (const item of items) {
      if (this.isClosed) throw new IngestError("DRAINING", "Cannot store: the channel is closed");
      try {
        this.#apply(this.#push(live, item));
      } catch (error) {
        this.hasFailed ||= !(error instanceof MediaError);
        throw error;
      }
    }
  }

  /** Resolves when what a request has pushed is written. */
  async waitUntilWritten(live: LiveRequest): Promise<void> {
    if (!this.#segmenter.hasWaiting(live)) return;
    await new Promise<void>((resolve) => this.#waiters.push({ live, resolve }));
  }

  tick(now: Instant): void {
    this.#apply(this.#segmenter.tick(now));
    this.disk.tick(now);
  }

  /** Writes what waits, and ends the period. */
  flush(): void {
    this.#apply(this.#segmenter.stop());
  }

  /** Syncs files that have changed, in the background. Errors are logged. */
  sync(): void {
    this.#syncing ??= this.#writer.sync().catch((error) => this.#logError("sync", error))
      .finally(() => this.#syncing = undefined);
  }

  /** Ends the period, and resolves when everything is on disk and the lock is released. The broadcast stays open. */
  async end(): Promise<void> {
    if (this.isClosed) return;
    try {
      this.flush();
      this.isClosed = true;
      await this.#syncing;
      await this.#writer.close();
    } catch (error) {
      this.#logError("close", error);
    } finally {
      await this.abandon();
    }
  }

  /** Closes files as they are, after an error. */
  async abandon(): Promise<void> {
    this.isClosed = true;
    this.#account[Symbol.dispose]();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
    await this.#syncing;
    this.#writer.release();
    this.#lock[Symbol.dispose]();
  }

  #push(live: LiveRequest, item: PushedItem): ChannelEvent[] {
    if (item.kind === "end") return this.#segmenter.endStream(live);
    if (item.kind === "init") {
      this.#checkInit(live, item.init);
      return this.#segmenter.addInit(live, item.init);
    }
    const { counts } = this.#segmenter;
    const before = { ...counts };
    const events = this.#segmenter.addFragment(live, item, this.#services.now());
    const { fragments } = this.#services.counts;
    for (const result of ["stored", "repeated", "late"] as const) {
      fragments[result] += counts[result] - before[result];
    }
    return events;
  }

  /** @throws MediaError if the init segment cannot be written */
  #checkInit({ stream }: LiveRequest, init: LiveInit): void {
    if (this.#inits.get(stream) === init.key) return;
    const { buildInit = buildPeriodInit } = this.#services;
    for (const live of init.tracks.values()) buildInit({ live, mediaTime: 0 });
    this.#inits.set(stream, init.key);
    for (const warning of init.warnings) this.#log("warn", `Stream '${stream}': ${warning}`);
  }

  #apply(events: readonly ChannelEvent[]): void {
    const { counts, onAppended } = this.#services;
    const { tracks } = this.#file;
    const publisher = this.#segmenter.publisher ?? "";
    this.#recorder.options = { ...this.#recorder.options, publisher, tracks };
    const { isFull, logs } = this.#recorder.record(events);
    for (const message of logs) this.#log("info", message);
    for (const event of events) {
      if (event.kind === "period began") addCount(counts.periods, event.reason);
    }
    this.#notice(events, isFull);
    if (isFull) return this.#apply(this.#segmenter.fail());
    this.#account.set(this.#segmenter.waitingBytes);
    this.#settle();
    if (this.#writer.last?.number !== this.#lastBlock) this.#removeExpired();
    this.#lastBlock = this.#writer.last?.number;
    if (events.some(({ kind }) => kind !== "log")) onAppended(this.#options.name);
  }

  #notice(events: readonly ChannelEvent[], isFull: boolean): void {
    const last = events.findLast(({ kind }) => kind === "chunk");
    if (last?.kind === "chunk") this.lagSeconds = this.#recorder.measureLag(last);
    if (isFull) this.disk.record(this.#services.now());
    else if (events.some(({ kind }) => kind === "period began")) this.disk.clear();
  }

  #settle(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters.splice(0);
    for (const waiter of waiters) {
      if (this.#segmenter.hasWaiting(waiter.live)) this.#waiters.push(waiter);
      else waiter.resolve();
    }
  }

  #removeExpired(): void {
    try {
      removeExpiredBlocks(this.#files, this.#file, this.#durations);
    } catch (error) {
      this.#logError("remove old blocks of", error);
    }
  }

  #logError(action: string, error: unknown): void {
    this.#log("error", `Cannot ${action} the archive: ${(error as Error).message}`);
  }

  #log(level: IngestLog["level"], message: string): void {
    this.#services.log({ level, message: `${this.#options.name}: ${message}` });
  }
}

function diskFull(name: string): IngestError {
  return new IngestError("DISK_FULL", `Cannot record ${name}: the disk is full`);
}

function toSettings({ segmentDuration, reconnect, tracks }: ChannelFile) {
  const skipped = new Set([...tracks].flatMap(([name, { skip }]) => skip ? name : []));
  return { segmentDuration, reconnect, skipped };
}
