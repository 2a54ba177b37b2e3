/** Periods of an archive as presentations: their init segments are read once. */

import { createHash } from "node:crypto";
import { BlockSource } from "../archive/block_source.ts";
import type {
  ArchivedRendition,
  ChannelSnapshot,
  PeriodSnapshot,
} from "../archive/channel_history.ts";
import { PeriodPresentation, type RenditionMedia } from "../archive/period_presentation.ts";
import { findFirstSample, MAX_SEGMENT_PROBE_SIZE, readInitTraits } from "../archive/init_traits.ts";
import { locateSegment } from "../archive/timeline_history.ts";
import { type Steps, wait } from "../maybe_async.ts";
import type { Broadcast, BroadcastPeriod, SegmentSequence } from "../presentation/broadcast.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import { WorkPauses } from "../work_pauses.ts";
import type { BlockFiles } from "./block_files.ts";

/** A broadcast whose target duration is fixed. */
export interface ListableSnapshot extends ChannelSnapshot {
  readonly broadcast: ChannelSnapshot["broadcast"] & { readonly target: number };
}

export function hasTarget(snapshot: ChannelSnapshot | undefined): snapshot is ListableSnapshot {
  return snapshot?.broadcast.target !== undefined;
}

/** A period as it was built last, and for what. */
interface BuiltPeriod {
  readonly snapshot: PeriodSnapshot;
  readonly period: BroadcastPeriod;
}

export interface BroadcastSettings {
  /** Seconds that viewers can go back; undefined: to the start of the broadcast. */
  readonly window: number | undefined;
  readonly isLive: boolean;
}

export class ChannelPeriods {
  readonly #files: BlockFiles;
  /** By number in the channel. */
  readonly #opened = new Map<number, PeriodPresentation>();
  /** Periods of each view, by number. */
  readonly #built = new Map<string, Map<number, BuiltPeriod>>();

  constructor(files: BlockFiles) {
    this.#files = files;
  }

  /**
   * Reads the init segments of periods that are new.
   *
   * @throws MediaError
   */
  *open({ broadcast: { epoch, target }, periods }: ListableSnapshot): Steps<void> {
    const pauses = new WorkPauses();
    for (const period of periods) {
      if (this.#opened.has(period.number)) continue;
      yield* wait(pauses.check());
      const media = [];
      for (const rendition of period.renditions) {
        media.push(yield* this.#openRendition(period, rendition, epoch));
      }
      this.#opened.set(period.number, new PeriodPresentation(period, media, { epoch, target }));
    }
  }

  /** Forgets periods that no view lists. */
  retain(views: readonly Broadcast[]): void {
    const numbers = new Set(views.flatMap(({ periods }) => periods.map(({ number }) => number)));
    for (const number of this.#opened.keys()) {
      if (!numbers.has(number)) this.#opened.delete(number);
    }
  }

  /** Builds a broadcast of periods that are open. Those that have not changed since the last call for the view are shared. */
  build(view: string, snapshot: ListableSnapshot, settings: BroadcastSettings): Broadcast {
    const { broadcast: { epoch, target }, periods, lastArrival } = snapshot;
    const before = this.#built.get(view);
    const built = new Map(periods.map((period) => {
      const known = before?.get(period.number);
      return [period.number, this.#buildPeriod(period, settings, known)];
    }));
    this.#built.set(view, built);
    return {
      version: computeBroadcastVersion(epoch),
      epoch,
      targetDuration: target,
      isLive: settings.isLive,
      window: settings.window,
      updatedAt: lastArrival,
      periods: [...built.values()].map(({ period }) => period),
    };
  }

  *#openRendition(
    { id }: PeriodSnapshot,
    { track, timeline }: PeriodSnapshot["renditions"][number],
    epoch: number,
  ): Steps<RenditionMedia> {
    const files = this.#files;
    const open = (block: number) => files.get(block, track, { epoch, id });
    const source = new BlockSource({
      name: track.name,
      get synchronous() {
        return files.synchronous;
      },
    }, open);
    const init = new Uint8Array(track.initBytes);
    yield* wait(open(timeline.blocks.at(-1)!.number).read(0, init));
    if (!readInitTraits(init).needsSample) return { init, source };
    const { block, offset, bytes } = locateSegment(timeline, timeline.bytes.length - 1);
    const start = new Uint8Array(Math.min(bytes, MAX_SEGMENT_PROBE_SIZE));
    yield* wait(open(block).read(offset, start));
    return { init, source, firstSample: findFirstSample(start) };
  }

  #buildPeriod(
    snapshot: PeriodSnapshot,
    { isLive }: BroadcastSettings,
    known: BuiltPeriod | undefined,
  ): BuiltPeriod {
    if (known && isSame(known.snapshot, snapshot)) return known;
    const { number, start, reason, isOver, renditions } = snapshot;
    const presentation = this.#opened.get(number)!.build(snapshot, isLive && !isOver);
    const period: BroadcastPeriod = {
      number,
      start,
      reason,
      isOver,
      presentation,
      derived: new DerivedValues(presentation),
      sequences: new Map(renditions.map(toSequence)),
    };
    return { snapshot, period };
  }
}

function toSequence(
  { track, firstOrdinal, listedBandwidth, bandwidths }: ArchivedRendition,
): [string, SegmentSequence] {
  return [track.name, {
    firstOrdinal,
    listedBandwidth: listedBandwidth ?? bandwidths.bandwidth,
    publisher: track.publisher,
  }];
}

/** Listed segments never change, so their numbers identify them. */
function isSame(a: PeriodSnapshot, b: PeriodSnapshot): boolean {
  return a.isOver === b.isOver && hasSameStart(a, b) &&
    a.renditions.every(({ timeline, bandwidths }, i) => {
      const other = b.renditions[i]!;
      return timeline.bytes.length === other.timeline.bytes.length &&
        bandwidths.bandwidth === other.bandwidths.bandwidth &&
        bandwidths.averageBandwidth === other.bandwidths.averageBandwidth;
    });
}

function hasSameStart(a: PeriodSnapshot, b: PeriodSnapshot): boolean {
  return a.renditions.every(({ firstOrdinal }, i) =>
    firstOrdinal === b.renditions[i]!.firstOrdinal
  );
}

/** Computes the version of a broadcast in URLs, `v` and 12 hexadecimal digits. */
export function computeBroadcastVersion(epoch: number): string {
  const hash = createHash("sha256");
  hash.update(`broadcast ${epoch}`);
  return `v${hash.digest("hex").slice(0, 12)}`;
}
