/** An open channel: what its archive has for viewers, as it grows. */

import { MediaError } from "../errors.ts";
import { isPending, runSteps, type Steps } from "../maybe_async.ts";
import { type ChannelFile, findChannelWarnings } from "../package/channel_file.ts";
import type {
  Broadcast,
  BroadcastPeriod,
  ChannelState,
  ChannelViews,
} from "../presentation/broadcast.ts";
import { ArchiveFollower, type Growth } from "./archive_follower.ts";
import { AssetResources } from "./asset_resources.ts";
import { BlockFiles } from "./block_files.ts";
import type { ChannelArchive } from "./channel_archive.ts";
import { ChannelPeriods } from "./channel_periods.ts";
import type { FilePool } from "./file_pool.ts";
import { CountedUse } from "./counted_use.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { selectListed, WholeBroadcast } from "./whole_broadcast.ts";
import { StoredPeriods, type StoredTime } from "./stored_periods.ts";

/** The archive is looked at when a request comes and the last look is older. */
const LOOK_AFTER_MS = 100;

/** An encoder that has sent nothing for so long, or for three target durations, is silent. In µs. */
const SILENT_AFTER = 10e6;

export interface ChannelSource {
  /** Relative to the document root. */
  readonly file: string;
  readonly settings: ChannelFile;
  /** Fingerprints of the channel file. */
  readonly fingerprints: readonly Fingerprint[];
  readonly archive: ChannelArchive;
  readonly files: FilePool;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

export class Channel extends CountedUse {
  /** Describes the current views: manifests are dropped when these change. */
  readonly resources = new AssetResources();
  /** What the operator knows about manifests, which are built again and again. */
  readonly reported = new Set<string>();
  readonly file: string;
  checkedAt = 0;
  #fingerprints: readonly Fingerprint[];
  #settings: ChannelFile;
  readonly #now: () => number;
  readonly #files: BlockFiles;
  readonly #follower: ArchiveFollower;
  readonly #periods: ChannelPeriods;
  readonly #whole: WholeBroadcast;
  readonly #stored: StoredPeriods;
  #views: ChannelViews | undefined;
  #byVersion: ReadonlyMap<string, BroadcastPeriod> = new Map();
  #lookedAt = -Infinity;
  /** True if something was appended, as another thread says. */
  #isExpected = false;
  #isReplaced = false;
  #looking: Promise<Growth> | undefined;

  private constructor({ file, settings, fingerprints, archive, files, now }: ChannelSource) {
    super();
    this.file = file;
    this.#fingerprints = fingerprints;
    this.#settings = settings;
    this.#now = now;
    const { window } = settings;
    this.#follower = new ArchiveFollower(archive, window === "all" ? Infinity : window);
    this.#files = new BlockFiles(archive, files, () => this.#follower.synchronous);
    this.#periods = new ChannelPeriods(this.#files);
    this.#whole = new WholeBroadcast(archive, this.#periods);
    this.#stored = new StoredPeriods(archive, this.#files);
  }

  /** Opens a channel, which the caller must `drop`. @throws MediaError */
  static async open(source: ChannelSource): Promise<Channel> {
    const channel = new Channel(source);
    try {
      await runSteps(channel.#load());
      return channel;
    } catch (error) {
      channel.drop();
      throw error;
    }
  }

  /** Warnings of the channel file. */
  get warnings(): string[] {
    return findChannelWarnings(this.#settings);
  }

  /** Fingerprints of the channel file. */
  get fingerprints(): readonly Fingerprint[] {
    return this.#fingerprints;
  }

  /**
   * Takes the settings of a channel file that was edited; if they are absent, it is broken, and the last ones remain in force.
   *
   * @returns false if the channel must be opened again, since viewers can go back to another time
   */
  reconfigure(fingerprints: readonly Fingerprint[], settings?: ChannelFile): boolean {
    if (settings && settings.window !== this.#settings.window) return false;
    this.#fingerprints = fingerprints;
    this.#settings = settings ?? this.#settings;
    this.resources.dropManifests();
    return true;
  }

  /** Label in the channel file. */
  get label(): string | undefined {
    return this.#settings.label;
  }

  get state(): ChannelState {
    const listed = this.#views?.listed;
    if (!listed) return "waiting";
    if (!listed.isLive) return "over";
    const patience = Math.max(SILENT_AFTER, 3e6 * listed.targetDuration);
    return Date.now() * 1000 - listed.updatedAt > patience ? "silent" : "live";
  }

  /** Names of those who may publish, in the channel file; no keys. */
  get publishers(): readonly string[] {
    const { publishers } = this.#settings;
    return publishers === "loopback" ? [] : publishers.map(({ name }) => name);
  }

  /** Undefined before the first period of the channel is listed. */
  get views(): ChannelViews | undefined {
    return this.#views;
  }

  /** Finds the period of the views that media URLs with this version belong to. */
  findPeriod(version: string): BroadcastPeriod | undefined {
    return this.#byVersion.get(version);
  }

  /**
   * Finds a period of any broadcast that is on disk, also one that the views do not list, with the segments around a time. The views
   * and their memory do not change.
   *
   * @param at a segment; absent: the period has any segments, and its init segments
   */
  readStoredPeriod(version: string, at?: StoredTime): Promise<BroadcastPeriod | undefined> {
    return this.#stored.read(version, this.#follower.newest, at);
  }

  /**
   * Finds a broadcast as `readStoredPeriod()`, for URLs of Smooth Streaming.
   *
   * @param time since its epoch, in 100 ns
   */
  readStoredBroadcast(version: string, time: number): Promise<Broadcast | undefined> {
    return this.#stored.readBroadcast(version, this.#follower.newest, time);
  }

  /** Notices that something was appended: the next request looks at the archive at once. */
  noticeAppended(): void {
    this.#isExpected = true;
  }

  /** Looks at the archive, unless the last look is most recent; to be called for media that is not found. */
  async refresh(): Promise<void> {
    this.#isExpected ||= this.#now() > this.#lookedAt;
    await this.look();
  }

  /**
   * Looks at the archive if the last look is a while ago, or something was appended. Returns a promise while reads are pending.
   *
   * @returns "replaced" if the channel must be opened again
   */
  look(): Growth | Promise<Growth> {
    if (this.#isReplaced) return "replaced";
    if (this.#looking) return this.#looking;
    const now = this.#now();
    if (!this.#isExpected && now - this.#lookedAt < LOOK_AFTER_MS) return "same";
    const isExpected = this.#isExpected;
    this.#isExpected = false;
    this.#lookedAt = now;
    const growth = runSteps(this.#look(now, isExpected));
    if (!isPending(growth)) return growth;
    this.#looking = growth.finally(() => this.#looking = undefined);
    return this.#looking;
  }

  /** Memory with caches, in bytes. */
  get size(): number {
    const parts = [this.#follower.history, this.#whole, this.#stored];
    return parts.reduce((sum, { residentBytes }) => sum + residentBytes, this.resources.size);
  }

  /** Files that are open as long as the channel is. */
  get openFiles(): number {
    return this.#follower.openFiles;
  }

  protected override close(): void {
    this.#follower.close();
    this.#files.close();
  }

  *#load(): Steps<void> {
    this.#lookedAt = this.#now();
    yield* this.#follower.load();
    yield* this.#update();
  }

  *#look(now: number, isExpected: boolean): Steps<Growth> {
    try {
      const growth = yield* this.#follower.look(now, isExpected);
      if (growth === "grown") yield* this.#update();
      this.#isReplaced = growth === "replaced";
      return growth;
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#isReplaced = true; // opening it again reports what is wrong
      return "replaced";
    }
  }

  *#update(): Steps<void> {
    const snapshot = selectListed(this.#follower.history);
    if (!snapshot) return;
    yield* this.#periods.open(snapshot);
    const { isOver } = snapshot.broadcast;
    const window = this.#settings.window === "all" ? undefined : this.#settings.window;
    const listed = this.#periods.build("listed", snapshot, { window, isLive: !isOver });
    if (!isOver) this.#whole.clear();
    const { newest } = this.#follower;
    const whole = isOver ? yield* this.#whole.read(snapshot, newest, listed) : listed;
    this.#periods.retain([listed, whole]);
    this.#show({ listed, whole });
  }

  #show(views: ChannelViews): void {
    this.#views = views;
    const periods = [...views.listed.periods, ...views.whole.periods]; // the latter have more segments
    this.#byVersion = new Map(periods.map((period) => [period.presentation.version, period]));
    this.resources.dropManifests();
  }
}
