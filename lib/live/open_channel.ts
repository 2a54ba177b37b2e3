/** A channel that is recorded. */

import { NoSpaceError } from "../archive/file_system.ts";
import { MediaError } from "../errors.ts";
import type { ChannelFile } from "../package/channel_file.ts";
import type { ChannelState } from "../presentation/broadcast.ts";
import type { ChannelEvent } from "./segmenter/channel_events.ts";
import { toSegmenterSettings } from "./channel_file_watch.ts";
import { BlockLimit } from "./recording/block_limit.ts";
import { ChannelRecorder } from "./recording/channel_recorder.ts";
import { ChannelSegmenter } from "./segmenter/channel_segmenter.ts";
import type { ChannelServices } from "./channel_services.ts";
import type { Instant } from "./segmenter/clock.ts";
import { FragmentMemory } from "./fragment_memory.ts";
import type { PushedItem } from "./media/pushed_item.ts";
import { FullDisk } from "./recording/full_disk.ts";
import type { IngestLog } from "./http/http_connection.ts";
import { addCount } from "./ingest_counts.ts";
import { IngestError } from "./ingest_error.ts";
import type { MemoryAccount } from "./ingest_memory.ts";
import type { ItemTarget, StreamName } from "./item_target.ts";
import type { LiveInit } from "./media/live_init.ts";
import { ChannelPushes } from "./manifests/channel_pushes.ts";
import { diskFull, LockedArchive } from "./recording/locked_archive.ts";
import { buildPeriodInit, needsFirstSample } from "./recording/period_init.ts";
import type { LiveRequest } from "./segmenter/publishers.ts";
import { StreamDeclarations } from "./stream_declarations.ts";
import { WaitingJournal } from "./recording/waiting_journal.ts";
import { WrittenWaits } from "./recording/written_waits.ts";

export interface OpenChannelOptions {
  /** In the directory of channels. */
  readonly path: string;
  /** Path of the channel file in the document root. */
  readonly name: string;
  readonly file: ChannelFile;
}

/** In µs. The files of a channel are closed so long after its last request: the first fragment may follow its init segment later. */
const MAX_IDLE = 60e6;

export class OpenChannel implements ItemTarget {
  readonly #services: ChannelServices;
  readonly #name: string;
  readonly #archive: LockedArchive;
  readonly #journal: WaitingJournal;
  readonly #blocks = new BlockLimit();
  readonly #recorder: ChannelRecorder;
  readonly #segmenter: ChannelSegmenter;
  readonly #account: MemoryAccount;
  readonly #memory = new FragmentMemory();
  /** Routes files that publishers put. */
  readonly pushes = new ChannelPushes(this);
  readonly declarations = new StreamDeclarations();
  readonly disk = new FullDisk((level, message) => this.#log(level, message));
  #file: ChannelFile;
  readonly #waits = new WrittenWaits();
  #requests = 0;
  /** When the last request ended, in µs of the monotonic clock. */
  #lastRequest = -Infinity;
  /** Key of the last init segment of each stream. */
  readonly #inits = new Map<string, string>();
  isClosed = false;
  /** True after an error other than of pushed media, or if events of it were not written: the channel must be abandoned. */
  hasFailed = false;
  /** Seconds from the UTC of the last sample to its arrival. */
  lagSeconds = 0;

  private constructor(
    services: ChannelServices,
    { name, file }: OpenChannelOptions,
    archive: LockedArchive,
  ) {
    this.#services = services;
    this.#name = name;
    this.#file = file;
    this.#archive = archive;
    this.#account = services.memory.openComplete(name);
    this.#journal = new WaitingJournal(archive.files, archive.writer);
    this.#restore(() => this.#journal.restorePeriod());
    const { buildInit = buildPeriodInit } = services;
    this.#recorder = new ChannelRecorder(archive.writer, {
      ...{ publisher: "", tracks: file.tracks, declarations: this.declarations, buildInit },
      onWritten: (samples) => this.#memory.release(samples),
    });
    const create = () => new ChannelSegmenter(toSegmenterSettings(file), this.#recorder.resumed);
    this.#segmenter = create();
    const isRestored = this.#restore(() => {
      this.#journal.restoreRest(this.#segmenter, services.now(), (events) => this.#apply(events));
    });
    if (!isRestored) this.#segmenter = create();
  }

  /**
   * Locks and recovers the archive, whose last period may go on.
   *
   * @throws IngestError `CHANNEL_LOCKED` and `DISK_FULL`, errors of the file system
   */
  static open(services: ChannelServices, options: OpenChannelOptions): OpenChannel {
    const archive = LockedArchive.open(services.directory, options, (message) => {
      services.log({ level: "error", message: `${options.name}: ${message}` });
    });
    try {
      return new OpenChannel(services, options, archive);
    } catch (error) {
      archive.release();
      throw error instanceof NoSpaceError ? diskFull(options.name) : error;
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
    return this.#archive.isValid;
  }

  /** Applies another channel file. */
  set file(file: ChannelFile) {
    if (file === this.#file) return;
    this.#file = file;
    this.#segmenter.settings = toSegmenterSettings(file);
    this.#archive.changeRetention();
  }

  /** Counts a request, which may have nothing to store. Returns a function that is to be called at its end. */
  startRequest(): () => void {
    this.#requests++;
    return () => {
      this.#requests--;
      this.#lastRequest = this.#services.now().monotonic;
    };
  }

  /** Opens a request of a publisher that has something to store. */
  open(publisher: string, stream: string): LiveRequest {
    return this.#segmenter.open(publisher, stream);
  }

  close(live: LiveRequest): void {
    this.#segmenter.close(live);
  }

  findInit({ publisher, stream }: StreamName): LiveInit | undefined {
    return this.#segmenter.findInit(publisher, stream);
  }

  hasResumed(publisher: string): boolean {
    return this.#segmenter.hasResumed(publisher);
  }

  /** @throws MediaError for media that cannot be stored, errors of the file system */
  store(live: LiveRequest, items: readonly PushedItem[]): void {
    for (const item of items) {
      if (this.isClosed) throw new IngestError("DRAINING", "Cannot store: the channel is closed");
      this.#blocks.check(this.#services.now());
      let events: ChannelEvent[] | undefined;
      try {
        this.#apply(events = this.#push(live, item));
      } catch (error) {
        this.hasFailed ||= events !== undefined || !(error instanceof MediaError);
        throw error;
      }
    }
  }

  /** Resolves when what a request has pushed is written, if only to the file of what waits. */
  async waitUntilWritten(live: LiveRequest): Promise<void> {
    if (!this.#segmenter.hasWaiting(live) || this.#journal.save(this.#segmenter)) return;
    await this.#waits.add(live);
  }

  tick(now: Instant): void {
    const events = this.#segmenter.tick(now);
    const isQuiet = this.#account.bytes === 0 && this.#waits.isEmpty;
    if (events.length > 0 || !isQuiet || this.#recorder.isPending) this.#apply(events);
    this.disk.tick(now);
    this.pushes.tick(now.monotonic);
  }

  /** Writes what waits, and ends the period. */
  flush(): void {
    this.#apply(this.#segmenter.stop());
  }

  /** To be called each second: syncs files that have changed, in the background, and removes old blocks. */
  maintain(): void {
    this.#archive.sync();
    this.#archive.retain(this.#file);
  }

  /** Ends the period, and resolves when everything is on disk and the lock is released. The broadcast stays open. */
  async end(): Promise<void> {
    if (this.isClosed) return;
    try {
      this.flush();
    } catch (error) {
      this.#log("error", `Cannot end the period: ${error}`);
    }
    this.#close();
    await this.#archive.close();
  }

  /** Closes files as they are, after an error. */
  async abandon(): Promise<void> {
    if (this.isClosed) return;
    this.#close();
    await this.#archive.release();
  }

  /** What still waits is not written. */
  #close(): void {
    this.isClosed = true;
    this.#account[Symbol.dispose]();
    const error = new IngestError("DRAINING", "Cannot store: the channel is closed");
    this.#waits.reject(error);
    this.pushes.reject(error);
  }

  /** Returns false if what waited when the process before was killed is lost, since it is broken. */
  #restore(restore: () => void): boolean {
    try {
      restore();
      return true;
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#log("error", `Cannot restore what was not written: ${error.message}`);
      return false;
    }
  }

  #push(live: LiveRequest, item: PushedItem): ChannelEvent[] {
    if (item.kind === "end") return this.#segmenter.endStream(live);
    if (item.kind === "init") return this.#segmenter.addInit(live, item.init);
    const { counts } = this.#segmenter;
    const before = { ...counts };
    this.#memory.add(item.tracks);
    const events = this.#segmenter.addFragment(live, item, this.#services.now());
    const { fragments } = this.#services.counts;
    for (const result of ["stored", "repeated", "late"] as const) {
      fragments[result] += counts[result] - before[result];
    }
    return events;
  }

  /** @throws MediaError if the init segment cannot be written */
  checkInit(stream: string, init: LiveInit): void {
    if (this.#inits.get(stream) === init.key) return;
    const { buildInit = buildPeriodInit } = this.#services;
    for (const live of init.tracks.values()) {
      if (!needsFirstSample(live)) buildInit({ live, mediaTime: 0 });
    }
    this.#inits.set(stream, init.key);
    for (const warning of init.warnings) this.#log("warn", `Stream '${stream}': ${warning}`);
  }

  #apply(events: readonly ChannelEvent[]): void {
    const { counts, onAppended } = this.#services;
    const publisher = this.#segmenter.publisher?.name ?? "";
    this.#recorder.options = { ...this.#recorder.options, publisher, tracks: this.#file.tracks };
    const { writer } = this.#archive;
    const lastBlock = writer.last?.number ?? 0;
    const { visibleRecords } = writer;
    const { isFull, logs } = this.#recorder.record(events);
    this.#blocks.count((writer.last?.number ?? 0) - lastBlock, this.#services.now());
    for (const message of logs) this.#log("info", message);
    for (const event of events) {
      if (event.kind === "period began") addCount(counts.periods, event.reason);
    }
    this.#notice(events, isFull);
    if (isFull) return this.#apply(this.#segmenter.fail());
    this.#account.set(this.#segmenter.waitingBytes);
    this.#journal.update(this.#segmenter);
    this.#waits.settle((live) => this.#segmenter.hasWaiting(live));
    const isOver = events.some(({ kind }) => kind === "broadcast over");
    if (isOver || writer.visibleRecords > visibleRecords) onAppended(this.#name);
  }

  #notice(events: readonly ChannelEvent[], isFull: boolean): void {
    const last = events.findLast(({ kind }) => kind === "chunk");
    if (last?.kind === "chunk") this.lagSeconds = this.#recorder.measureLag(last);
    if (isFull) this.disk.record(this.#services.now());
    else if (events.some(({ kind }) => kind === "period began")) this.disk.clear();
  }

  #log(level: IngestLog["level"], message: string): void {
    this.#services.log({ level, message: `${this.#name}: ${message}` });
  }
}
