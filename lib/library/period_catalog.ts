/** Lists the periods of an archive that have URLs, each with the blocks that it is in. */

import type { Block } from "../archive/block.ts";
import { readArchivedCounts } from "../archive/counted_period.ts";
import { computePeriodVersion } from "../archive/period_version.ts";
import { MediaError } from "../errors.ts";
import { type Steps, wait } from "../maybe_async.ts";
import { WorkPauses } from "../work_pauses.ts";
import type { BlockFiles } from "./block_files.ts";
import type { ChannelArchive } from "./channel_archive.ts";
import { computeBroadcastVersion } from "./channel_periods.ts";

/** A period that was counted. */
export interface CatalogedPeriod {
  readonly version: string;
  /** Version of its broadcast. */
  readonly broadcast: string;
  /** `block.json` of its newest block, with what its records add. */
  readonly block: Block;
  /** Numbers of its oldest and newest block. */
  readonly first: number;
  readonly last: number;
}

/** Memory for a million periods would be too much: older ones are not found. */
const MAX_PERIODS = 10_000;

interface PeriodRange {
  readonly id: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Is read when a version is requested that no manifest lists: at most once for each block that was written since, so that made-up
 * versions cost nothing.
 */
export class PeriodCatalog {
  readonly #archive: ChannelArchive;
  readonly #files: BlockFiles;
  /** By running number, ascending. */
  #periods = new Map<number, CatalogedPeriod | undefined>();
  #byVersion = new Map<string, CatalogedPeriod>();
  #newest = 0;

  constructor(archive: ChannelArchive, files: BlockFiles) {
    this.#archive = archive;
    this.#files = files;
  }

  /** Bytes in memory, at most. */
  get residentBytes(): number {
    return 2048 * this.#periods.size;
  }

  get(version: string): CatalogedPeriod | undefined {
    return this.#byVersion.get(version);
  }

  /** Returns the periods of a broadcast, oldest first. */
  listBroadcast(version: string): CatalogedPeriod[] {
    return [...this.#byVersion.values()].filter(({ broadcast }) => broadcast === version);
  }

  /**
   * Reads the periods that began since the last call, and the newest one before them.
   *
   * @param newest number of the newest block
   */
  *update(newest: number): Steps<void> {
    if (newest === this.#newest) return;
    const pauses = new WorkPauses();
    const numbers = yield* this.#archive.listBlocks();
    const [known] = [...this.#periods.keys()].slice(-1);
    for (const range of yield* this.#listRanges(numbers, known, pauses)) {
      yield* wait(pauses.check());
      this.#periods.set(range.id, yield* this.#read(range));
    }
    this.#forget(numbers[0] ?? 0);
    this.#addTargets();
    this.#newest = newest;
  }

  /** Finds where periods begin by bisection, since each block states its period. */
  *#listRanges(
    numbers: readonly number[],
    known: number | undefined,
    pauses: WorkPauses,
  ): Steps<PeriodRange[]> {
    const ranges: PeriodRange[] = [];
    for (let end = numbers.length; end > 0 && ranges.length < MAX_PERIODS;) {
      yield* wait(pauses.check());
      const id = yield* this.#readPeriodId(numbers[end - 1]!);
      if (known !== undefined && id !== undefined && id < known) break;
      let start = end - 1;
      if (id !== undefined) start = yield* this.#findFirst(numbers, end - 1, id);
      if (id !== undefined) ranges.push({ id, first: numbers[start]!, last: numbers[end - 1]! });
      end = start;
    }
    return ranges.reverse();
  }

  /** Returns the index of the oldest block of a period; most periods have few. */
  *#findFirst(numbers: readonly number[], index: number, id: number): Steps<number> {
    let [low, high] = [index, index];
    for (
      let step = 1;
      low > 0 && (yield* this.#readPeriodId(numbers[low - 1]!)) === id;
      step *= 2
    ) {
      high = low - 1;
      low = Math.max(0, low - step);
      if ((yield* this.#readPeriodId(numbers[low]!)) === id) high = low;
      else return yield* this.#bisect(numbers, { low, high }, id);
    }
    return high;
  }

  *#bisect(
    numbers: readonly number[],
    { low, high }: { low: number; high: number },
    id: number,
  ): Steps<number> {
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((yield* this.#readPeriodId(numbers[middle]!)) === id) high = middle;
      else low = middle;
    }
    return high;
  }

  /** Returns undefined for a block that is not complete, or was removed meanwhile. */
  *#readPeriodId(number: number): Steps<number | undefined> {
    return (yield* this.#findBlock(number))?.period.id;
  }

  *#findBlock(number: number): Steps<Block | undefined> {
    try {
      return yield* this.#archive.findBlock(number);
    } catch (error) {
      if (error instanceof MediaError) return undefined;
      throw error;
    }
  }

  /** Returns undefined for a period that has no number. */
  *#read({ first, last }: PeriodRange): Steps<CatalogedPeriod | undefined> {
    const found = yield* this.#findBlock(last);
    if (!found) return undefined;
    const block = readArchivedCounts(found, (yield* this.#archive.readClosedIndex(last)).decode());
    if (block.period.number === undefined) return undefined;
    const { epoch } = block.broadcast;
    const { id, number } = block.period;
    const inits: Uint8Array[] = [];
    for (const track of block.tracks) {
      const init = new Uint8Array(track.initBytes);
      yield* wait(this.#files.get(last, track, { epoch, id }).read(0, init));
      inits.push(init);
    }
    const version = computePeriodVersion({ epoch, number, inits });
    return { version, broadcast: computeBroadcastVersion(epoch), block, first, last };
  }

  /** The first period of a broadcast may have ended before its target duration was fixed. */
  #addTargets(): void {
    for (const [id, period] of this.#periods) {
      if (!period || period.block.broadcast.target !== undefined) continue;
      const { target } = this.listBroadcast(period.broadcast)
        .find(({ block }) => block.broadcast.target !== undefined)?.block.broadcast ?? {};
      if (target === undefined) continue;
      const broadcast = { ...period.block.broadcast, target };
      const known = { ...period, block: { ...period.block, broadcast } };
      this.#periods.set(id, known);
      this.#byVersion.set(known.version, known);
    }
  }

  #forget(oldest: number): void {
    for (const [id, period] of this.#periods) {
      const isKept = this.#periods.size <= MAX_PERIODS &&
        (period === undefined || period.last >= oldest);
      if (!isKept) this.#periods.delete(id);
    }
    const periods = [...this.#periods.values()].filter((period) => period !== undefined);
    this.#byVersion = new Map(periods.map((period) => [period.version, period]));
  }
}
