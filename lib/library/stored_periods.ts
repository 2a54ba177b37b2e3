/** Segments that no manifest lists any more: read from the archive when they are requested. */

import type { Block } from "../archive/block.ts";
import { ChannelHistory } from "../archive/channel_history.ts";
import { withCounts } from "../archive/counted_period.ts";
import { MediaError, RequestError } from "../errors.ts";
import { runSteps, type Steps } from "../maybe_async.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import { SingleFlight } from "../single_flight.ts";
import type { BlockFiles } from "./block_files.ts";
import type { ChannelArchive } from "./channel_archive.ts";
import { ChannelPeriods, hasTarget } from "./channel_periods.ts";
import { type CatalogedPeriod, PeriodCatalog } from "./period_catalog.ts";

/** What is requested of a period: a segment of a rendition. Absent: its init segments. */
export interface StoredTime {
  /** Name; the first rendition if there is none of that name. */
  readonly rendition?: string;
  /** In the rendition's timescale, or in seconds without a name. */
  readonly time: number;
}

/** Parts of periods in memory: three blocks each. */
const MAX_PARTS = 8;

/** A fragment of Smooth Streaming names the next two, and each period has at least one. */
const LOOK_AHEAD = 2;

/** Smooth Streaming, per µs. */
const TICKS_PER_MICROSECOND = 10;

interface Part {
  readonly period: BroadcastPeriod;
  /** True if segments may be appended to its blocks. */
  readonly mayGrow: boolean;
  readonly residentBytes: number;
}

export class StoredPeriods {
  readonly #archive: ChannelArchive;
  readonly #files: BlockFiles;
  readonly #catalog: PeriodCatalog;
  readonly #updates = new SingleFlight<void>();
  /** By version and number of the block; the least recently used comes first. */
  readonly #parts = new Map<string, Part>();
  readonly #reads = new SingleFlight<Part>();

  constructor(archive: ChannelArchive, files: BlockFiles) {
    this.#archive = archive;
    this.#files = files;
    this.#catalog = new PeriodCatalog(archive, files);
  }

  get residentBytes(): number {
    const parts = [...this.#parts.values()];
    return this.#catalog.residentBytes +
      parts.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  }

  /**
   * Finds a period, with its segments of the block of the requested time, of the one before, and of the next one, which TS and Smooth
   * Streaming may need.
   *
   * @param newest number of the newest block
   * @returns undefined if there is no such period on disk
   */
  async read(
    version: string,
    newest: number,
    at?: StoredTime,
  ): Promise<BroadcastPeriod | undefined> {
    await this.#update(newest);
    const period = this.#catalog.get(version);
    return period && await this.#readOrForget(period, newest, at);
  }

  /**
   * Finds the part of a broadcast around a time.
   *
   * @param time since its epoch, in 100 ns
   */
  async readBroadcast(
    version: string,
    newest: number,
    time: number,
  ): Promise<Broadcast | undefined> {
    await this.#update(newest);
    const periods = this.#catalog.listBroadcast(version);
    const utc = (periods[0]?.block.broadcast.epoch ?? 0) + time / TICKS_PER_MICROSECOND;
    const index = periods.findLastIndex(({ block }) => block.period.start <= utc + 1);
    const found = periods[index];
    if (!found) return undefined;
    const seconds = (utc - found.block.period.start) / 1e6;
    const parts = [
      await this.#readOverlap(periods[index - 1], newest, utc),
      await this.#readOrForget(found, newest, { time: seconds }),
      ...await this.#readStarts(periods.slice(index + 1, index + 1 + LOOK_AHEAD), newest),
    ].filter((part) => part !== undefined);
    const { epoch, target } = found.block.broadcast;
    if (parts.length === 0 || target === undefined) return undefined;
    const isLive = periods.slice(index, index + 1 + LOOK_AHEAD).some(({ last }) => last === newest);
    return { version, epoch, targetDuration: target, isLive, updatedAt: 0, periods: parts };
  }

  /** Reads a period that has media at the UTC at which the next one has begun, since a clock was set back. */
  async #readOverlap(
    period: CatalogedPeriod | undefined,
    newest: number,
    utc: number,
  ): Promise<BroadcastPeriod | undefined> {
    if (!period) return undefined;
    const seconds = (utc - period.block.period.start) / 1e6;
    const part = await this.#readOrForget(period, newest, { time: seconds });
    if (!part) return undefined;
    const { ticks, timescale } = part.presentation.duration;
    return ticks / timescale > seconds ? part : undefined;
  }

  async #readStarts(periods: readonly CatalogedPeriod[], newest: number) {
    const starts: (BroadcastPeriod | undefined)[] = [];
    for (const period of periods) {
      starts.push(await this.#readOrForget(period, newest, { time: 0 }));
    }
    return starts;
  }

  #update(newest: number): Promise<void> {
    return this.#updates.run("", async () => await runSteps(this.#catalog.update(newest)));
  }

  async #readOrForget(
    period: CatalogedPeriod,
    newest: number,
    at: StoredTime | undefined,
  ): Promise<BroadcastPeriod | undefined> {
    try {
      const block = await runSteps(this.#findBlock(period, at));
      const key = `${period.version} ${block}`;
      const known = this.#parts.get(key);
      const read = async () => await runSteps(this.#readPart(period, block, newest));
      const part = known && isCurrent(known, at) ? known : await this.#reads.run(key, read);
      this.#remember(key, part);
      return part.period;
    } catch (error) {
      if (isMissing(error)) return undefined; // was deleted meanwhile
      throw error;
    }
  }

  #remember(key: string, part: Part): void {
    this.#parts.delete(key);
    this.#parts.set(key, part);
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= MAX_PARTS) break;
      this.#parts.delete(oldest);
    }
  }

  /** Returns the number of the block in which a segment starts. */
  *#findBlock(period: CatalogedPeriod, at: StoredTime | undefined): Steps<number> {
    if (!at) return period.last;
    const { tracks } = period.block;
    const track = Math.max(0, tracks.findIndex(({ name }) => name === at.rendition));
    const time = at.rendition === undefined ? at.time * tracks[track]!.timescale : at.time;
    let [low, high] = [period.first, period.last + 1];
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2);
      if ((yield* this.#isBefore(middle, track, time))) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Returns true for a block that was deleted, too. */
  *#isBefore(number: number, track: number, time: number): Steps<boolean> {
    try {
      const start = yield* this.#archive.readStartTime(number, track);
      return start !== undefined && start <= time;
    } catch (error) {
      if (isMissing(error)) return true;
      throw error;
    }
  }

  *#readPart(period: CatalogedPeriod, number: number, newest: number): Steps<Part> {
    // The tracks of a block do not start at one time, and not all have a segment in the last block of a period.
    const first = Math.max(period.first, number - 1);
    const history = yield* this.#readHistory(period, first, number);
    const snapshot = history.snapshot();
    if (!hasTarget(snapshot)) throw new MediaError("Cannot find segments", "MEDIA_MISSING");
    const periods = new ChannelPeriods(this.#files);
    yield* periods.open(snapshot);
    const { periods: [built] } = periods.build("stored", snapshot, {
      window: undefined,
      isLive: false,
    });
    const mayGrow = number + MIN_FOLLOWING >= newest - 1; // two blocks may be open
    return { period: built!, mayGrow, residentBytes: history.residentBytes };
  }

  /** Reads the blocks `[first, last]` and those with the segments that follow, as far as they are of the period. */
  *#readHistory(period: CatalogedPeriod, first: number, last: number): Steps<ChannelHistory> {
    const history = new ChannelHistory();
    const following = period.block.tracks.map(() => 0);
    for (let i = first; i <= Math.min(last + MIN_FOLLOWING, period.last); i++) {
      if (i > last && following.every((count) => count >= MIN_FOLLOWING)) break;
      const block = yield* this.#archive.findBlock(i);
      if (!block || !isOfPeriod(block, period.block)) continue;
      const records = (yield* this.#archive.readClosedIndex(i)).decode();
      history.addBlock(i, withCounts(block, period.block));
      history.addRecords(i, records);
      if (i <= last) continue;
      for (const record of records) if (record.kind === "segment") following[record.track]!++;
    }
    return history;
  }
}

/** Segments after the requested one that a fragment of Smooth Streaming names, and one that TS may need audio of. */
const MIN_FOLLOWING = 3;

/** Returns false if segments that were appended may be needed. */
function isCurrent({ period, mayGrow }: Part, at: StoredTime | undefined): boolean {
  if (!mayGrow || !at) return true;
  return [...period.presentation.renditions.values()].every((rendition) => {
    if (rendition.type === "text") return true;
    const { timeline: { times }, timing: { timescale }, name } = rendition;
    const isRequested = at.rendition === undefined || at.rendition === name;
    const time = at.rendition === undefined ? at.time * timescale : at.time;
    return !isRequested || time < (times.at(-1 - MIN_FOLLOWING) ?? 0);
  });
}

function isOfPeriod(block: Block, { broadcast, period }: Block): boolean {
  return block.broadcast.epoch === broadcast.epoch && block.period.id === period.id;
}

function isMissing(error: unknown): boolean {
  return error instanceof MediaError && error.code === "MEDIA_MISSING" ||
    error instanceof RequestError && error.code === "NOT_FOUND";
}
