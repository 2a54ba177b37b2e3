/** A broadcast that is over, with all that is on disk of it. */

import type { ChannelHistory } from "../archive/channel_history.ts";
import { selectListedPeriods } from "../archive/listed_periods.ts";
import type { Steps } from "../maybe_async.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import { ArchiveFollower } from "./archive_follower.ts";
import type { ChannelArchive } from "./channel_archive.ts";
import { type ChannelPeriods, hasTarget, type ListableSnapshot } from "./channel_periods.ts";

interface ReadBroadcast {
  readonly number: number;
  readonly history: ChannelHistory;
  /** Number of the newest block when the view was built. */
  newest: number;
  view: Broadcast;
}

export class WholeBroadcast {
  readonly #archive: ChannelArchive;
  readonly #periods: ChannelPeriods;
  #last: ReadBroadcast | undefined;

  constructor(archive: ChannelArchive, periods: ChannelPeriods) {
    this.#archive = archive;
    this.#periods = periods;
  }

  /** Bytes of all timelines in memory. */
  get residentBytes(): number {
    return this.#last?.history.residentBytes ?? 0;
  }

  /** Forgets the broadcast. */
  clear(): void {
    this.#last = undefined;
  }

  /**
   * Reads the broadcast once, and leaves out what is deleted later.
   *
   * @param newest number of the newest block
   * @param listed returned if it has all segments
   */
  *read(snapshot: ListableSnapshot, newest: number, listed: Broadcast): Steps<Broadcast> {
    const { number } = snapshot.broadcast;
    if (this.#last?.number !== number) {
      this.#last = { number, newest, history: yield* readAll(this.#archive), view: listed };
    } else if (this.#last.newest === newest) return this.#last.view;
    const last = this.#last;
    const [oldest = 0] = yield* this.#archive.listBlocks(); // a new broadcast makes room
    last.history.removeBlocksBefore(oldest);
    last.newest = newest;
    last.view = yield* this.#build(snapshot, listed, last.history);
    return last.view;
  }

  *#build(
    snapshot: ListableSnapshot,
    listed: Broadcast,
    history: ChannelHistory,
  ): Steps<Broadcast> {
    const whole = selectListed(history);
    const isSame = whole?.broadcast.number === snapshot.broadcast.number;
    if (!isSame || hasSameSegments(snapshot, whole)) return listed;
    yield* this.#periods.open(whole);
    return this.#periods.build("whole", whole, { window: undefined, isLive: false });
  }
}

function* readAll(archive: ChannelArchive): Steps<ChannelHistory> {
  const follower = new ArchiveFollower(archive, Infinity);
  try {
    yield* follower.load();
    return follower.history;
  } finally {
    follower.close();
  }
}

/** Returns what manifests can list; undefined before the target duration is fixed. */
export function selectListed(history: ChannelHistory): ListableSnapshot | undefined {
  const snapshot = history.snapshot();
  if (!hasTarget(snapshot)) return undefined;
  return { ...snapshot, periods: selectListedPeriods(snapshot.periods) };
}

function hasSameSegments(a: ListableSnapshot, b: ListableSnapshot): boolean {
  return a.periods.length === b.periods.length &&
    a.periods[0]!.renditions.every(({ firstOrdinal }, i) =>
      firstOrdinal === b.periods[0]!.renditions[i]!.firstOrdinal
    );
}
