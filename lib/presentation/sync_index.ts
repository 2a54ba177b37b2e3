/** Sync samples and their presentation times, without a look-up in the tables where a package's index has them. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { SyncIndex } from "../package/track_index.ts";
import type { Presentation } from "./presentation.ts";
import type { SampleTiming } from "./sample_timing.ts";
import { SegmentStart, type Timeline } from "./segment_timeline.ts";
import type { SegmentedSamples } from "./segment_samples.ts";

/** A key frame every quarter of a second for ten hours; others are left in the tables. */
const MAX_SYNCS = 2 ** 17;

const INT32 = 2 ** 31;

/** Sync samples of `[timing.first, timing.end)`. */
export interface SyncReader {
  /** Returns at least `timing.end` if there is none. */
  findAtOrAfter(sample: number): number;
  presentationTime(sync: number): number;
}

export function createSyncReader(
  { track: { samples: table }, timing, timeline, syncs }:
    & Omit<SegmentedSamples, "timeline">
    & Partial<Pick<SegmentedSamples, "timeline">>,
): SyncReader {
  if (timeline?.keyFrames) return createStartReader(timeline, timeline.keyFrames);
  if (syncs && !table.allSync) return new IndexedSyncs(syncs, timing.end);
  return {
    findAtOrAfter: (sample) => findSeenSync(table, sample),
    presentationTime: timing.presentationTime,
  };
}

/** Skips samples of a cut that only decoding needs. */
function findSeenSync(table: SampleTable, sample: number): number {
  const { covered } = table;
  let sync = table.findSyncAtOrAfter(sample);
  if (covered === undefined) return sync;
  while (sync < table.count && covered[binarySearchLessOrEqual(covered, sync)] === sync) {
    sync = table.findSyncAtOrAfter(sync + 1);
  }
  return sync;
}

/** Finds key frames at segment starts alone, since sample tables of a recording would read all of it. */
function createStartReader({ samples, times }: Timeline, keyFrames: Uint8Array): SyncReader {
  return {
    findAtOrAfter(sample) {
      const segment = binarySearchLessOrEqual(samples, sample - 1) + 1;
      const next = segment < keyFrames.length
        ? keyFrames.indexOf(SegmentStart.KEY_FRAME, segment)
        : -1;
      return next < 0 ? samples.at(-1)! : samples[next]!;
    },
    presentationTime: (sync) => times[binarySearchLessOrEqual(samples, sync)]!,
  };
}

/** The sync sample found last, or the next one, is found without a search. */
class IndexedSyncs implements SyncReader {
  readonly #index: SyncIndex;
  readonly #end: number;
  #position = 0;

  constructor(index: SyncIndex, end: number) {
    this.#index = index;
    this.#end = end;
  }

  findAtOrAfter(sample: number): number {
    const { samples } = this.#index;
    const isNext = samples[this.#position]! < sample && sample <= samples[this.#position + 1]!;
    this.#position = isNext ? this.#position + 1 : binarySearchLessOrEqual(samples, sample - 1) + 1;
    return samples[this.#position] ?? this.#end;
  }

  presentationTime(sync: number): number {
    const { samples, step, offsets } = this.#index;
    if (samples[this.#position] !== sync) this.findAtOrAfter(sync);
    return step * sync + offsets[this.#position]!;
  }
}

/** Adds the sync indexes of a package, so that key frames are measured without a look-up in the tables. */
export function addSyncIndexes(presentation: Presentation): Presentation {
  const renditions = new Map(presentation.renditions);
  for (const [name, rendition] of renditions) {
    if (rendition.type !== "video" || rendition.track.samples.moovDigest === undefined) continue;
    const syncs = buildSyncIndex(rendition);
    if (syncs) renditions.set(name, { ...rendition, syncs });
  }
  return { ...presentation, renditions };
}

/** Returns undefined if all samples are sync samples, or if there are too many, or too irregular ones. */
export function buildSyncIndex(
  rendition: Omit<SegmentedSamples, "timeline" | "syncs">,
): SyncIndex | undefined {
  const { track, timing: { first, end, presentationTime } } = rendition;
  const { samples: table } = track;
  if (table.allSync) return undefined;
  const samples: number[] = [];
  for (let i = table.findSyncAtOrAfter(first); i < end; i = table.findSyncAtOrAfter(i + 1)) {
    if (samples.push(i) > MAX_SYNCS) return undefined;
  }
  if (samples.length === 0) return undefined;
  const times = samples.map(presentationTime);
  const step = Math.max(
    0,
    Math.round((times.at(-1)! - times[0]!) / (samples.at(-1)! - samples[0]! || 1)),
  );
  const offsets = times.map((time, i) => time - step * samples[i]!);
  if (offsets.some((offset) => offset < -INT32 || offset >= INT32)) return undefined;
  return { samples: Uint32Array.from(samples), step, offsets: Int32Array.from(offsets) };
}

/** Returns false for that of an edited or malicious package, which may be empty. */
export function fitsSyncIndex({ first, end }: SampleTiming, { samples }: SyncIndex): boolean {
  return samples[0]! >= first && samples.at(-1)! < end;
}
