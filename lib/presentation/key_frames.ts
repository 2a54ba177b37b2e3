/** Key frames that players show while they scrub: some sync samples of each segment (docs/design/key-frames.md). */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";
import type { SegmentedSamples } from "./segment_samples.ts";
import { createSyncReader, type SyncReader } from "./sync_index.ts";
import { countSegments } from "./segment_timeline.ts";

/** Times in the rendition's timescale. */
export interface KeyFrame {
  /** Index in the track. */
  readonly sample: number;
  /** Presentation time of the sample, which in an open GOP is later than the start of the segment. */
  readonly time: number;
  /** Time of the next key frame of the segment, or end of the segment: until then a player shows this one. */
  readonly end: number;
  /** Index among all key frames of the rendition, where it is known. */
  readonly number?: number;
}

/** Players need one a second. In seconds. */
export const MIN_KEY_FRAME_INTERVAL = 1;

/**
 * Lists the first sync sample of each segment, and those `MIN_KEY_FRAME_INTERVAL` or more after the last one listed. The key frames of a
 * segment depend on that segment alone.
 */
export function listKeyFrames(rendition: SegmentedSamples): KeyFrame[] {
  const frames: KeyFrame[] = [];
  const syncs = createSyncReader(rendition);
  const count = countSegments(rendition.timeline);
  for (let index = 0; index < count; index++) {
    addKeyFrames(frames, rendition, { index, syncs });
  }
  return frames;
}

/** Returns the listed key frame that is presented exactly at `time`. */
export function findKeyFrame(rendition: SegmentedSamples, time: number): KeyFrame | undefined {
  const { timeline } = rendition;
  const index = binarySearchLessOrEqual(timeline.times, time);
  if (index < 0 || index >= countSegments(timeline)) return undefined;
  const frames: KeyFrame[] = [];
  addKeyFrames(frames, rendition, { index, syncs: createSyncReader(rendition) });
  return frames.find((frame) => frame.time === time);
}

/** Lists the times of all key frames of a rendition, ascending. A value of `DerivedValues`. */
export function listKeyFrameTimes(
  { renditions }: Pick<Presentation, "renditions">,
  name: string,
): number[] {
  return listKeyFrames(renditions.get(name) as MediaRendition).map(({ time }) => time);
}

/** Omits a sync sample that is not presented within its segment, so that a time identifies its segment. */
function addKeyFrames(
  frames: KeyFrame[],
  { track: { samples: table }, timing, timeline }: SegmentedSamples,
  { index, syncs }: { index: number; syncs: SyncReader },
): void {
  const interval = MIN_KEY_FRAME_INTERVAL * timing.timescale;
  const [start, end] = [timeline.times[index]!, timeline.times[index + 1]!];
  const endSample = timeline.samples[index + 1]!;
  let last: { sample: number; time: number } | undefined;
  let sync = syncs.findAtOrAfter(timeline.samples[index]!);
  while (sync < endSample) {
    const time = syncs.presentationTime(sync);
    const earliest = last ? last.time + interval : start;
    if (time < earliest || time >= end) {
      sync = syncs.findAtOrAfter(sync + 1);
      continue;
    }
    if (last) frames.push({ ...last, end: time });
    last = { sample: sync, time };
    sync = table.allSync
      ? syncs.findAtOrAfter(
        skipSamples({ timing, timeline }, { sample: sync, time: time + interval, index }),
      )
      : syncs.findAtOrAfter(sync + 1);
  }
  if (last) frames.push({ ...last, end });
}

/** Returns the first sample after `sample` presented at or after `time`, where all are sync samples and none is reordered. */
function skipSamples(
  { timing, timeline }: Pick<SegmentedSamples, "timing" | "timeline">,
  { sample, time, index }: { sample: number; time: number; index: number },
): number {
  let low = sample + 1;
  let high = timeline.samples[index + 1]!;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (timing.presentationTime(middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
