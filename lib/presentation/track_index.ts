/** Indexes of long tracks, which replace the first pass through all samples. */

import { createHash } from "node:crypto";
import type { Track } from "../mp4/movie.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { formatIndex } from "../package/index_text.ts";
import type { StoredBandwidths } from "../package/serialized_index.ts";
import type { SyncIndex, TrackIndex } from "../package/track_index.ts";
import type { MediaRendition } from "./presentation.ts";
import { type Boundaries } from "./boundaries.ts";
import { MAX_SEGMENT_SAMPLES } from "./timeline_builder.ts";
import { MAX_SEGMENTS, type Timeline } from "./segment_timeline.ts";
import type { SampleTiming } from "./sample_timing.ts";
import { hashRetiming, REVISION } from "./content_version.ts";
import { type ExpectedSegments, measureExtents } from "./segment_extents.ts";
import { storeHashedPoints } from "./hashed_points.ts";
import { buildSyncIndex, fitsSyncIndex } from "./sync_index.ts";

/** Incremented when the same boundaries give other segments. */
const SEGMENTATION_REVISION = 1;

/** Returns a digest of everything that determines the segments of a track: 32 hexadecimal digits. */
export function computeSegmentationId(
  type: MediaRendition["type"],
  timing: SampleTiming,
  { times, timescale, step }: Boundaries,
  { samples: { retiming }, rollDistance }: Pick<Track, "samples" | "rollDistance">,
): string {
  const { first, end, mediaTime, delay } = timing;
  const values = [
    SEGMENTATION_REVISION,
    REVISION,
    type,
    step,
    timescale,
    timing.timescale,
    first,
    end,
  ]
    .concat([mediaTime, delay, timing.decodeTime(end), timing.presentationTime(first)])
    .concat(rollDistance ?? []);
  const hash = createHash("sha256")
    .update(JSON.stringify(values))
    .update(new Uint8Array(new Float64Array(times).buffer));
  if (retiming) hashRetiming(hash, retiming);
  return hash.digest("hex").slice(0, 32);
}

/** What an index has of a segmented track. */
export interface Restored {
  readonly timeline: Timeline;
  readonly syncs?: SyncIndex;
  readonly storedBandwidths?: StoredBandwidths;
  readonly expected?: ExpectedSegments;
}

/** Returns undefined if the index is of another segmentation or does not fit the samples. */
export function restore(
  index: TrackIndex,
  segmentationId: string,
  timing: SampleTiming,
): Restored | undefined {
  const { times, samples, firstSampleTimes, totals, headers, syncs, bandwidths, extents } = index;
  if (index.segmentationId !== segmentationId) return undefined;
  if (!fitsSamples(timing, index)) return undefined;
  if (totals.length !== firstSampleTimes.length || headers.length !== firstSampleTimes.length) {
    return undefined;
  }
  if (syncs && !fitsSyncIndex(timing, syncs)) return undefined;
  const decodeTimes = fitsTiming(timing, index)
    ? index.decodeTimes!
    : samples.map((sample) => timing.decodeTime(sample));
  const timeline = { times, samples, firstSampleTimes, decodeTimes, bytes: totals, headers };
  return omitUndefined({
    timeline,
    expected: extents && { timeline, ...extents },
    syncs,
    storedBandwidths: bandwidths,
  });
}

/** Rejects the index of an edited or malicious package. */
function fitsSamples(
  { first, end }: SampleTiming,
  { times, samples, firstSampleTimes }: Pick<TrackIndex, "times" | "samples" | "firstSampleTimes">,
): boolean {
  const count = firstSampleTimes.length;
  if (
    count === 0 || count > MAX_SEGMENTS || times.length !== count + 1 ||
    samples.length !== count + 1
  ) return false;
  if (samples[0] !== first || samples[count] !== end || !(times[0]! >= 0)) return false;
  for (let i = 0; i < count; i++) {
    const sampleCount = samples[i + 1]! - samples[i]!;
    if (!(sampleCount > 0 && sampleCount <= MAX_SEGMENT_SAMPLES && times[i + 1]! > times[i]!)) {
      return false;
    }
  }
  return true;
}

/** Changes of decode times in an index. A table with more of them is scanned when it is opened. */
const MAX_STORED_CHANGES = 2 ** 12;

/** What an index contains besides what every one does. */
export interface IndexContents {
  /** True for one track of each file. */
  readonly withMoov: boolean;
  readonly withSyncs: boolean;
  readonly bandwidths: StoredBandwidths | undefined;
}

/** Returns the index that `amspackager` writes; undefined for tracks without large tables. */
export function formatTrackIndex(
  rendition: MediaRendition,
  { withMoov, withSyncs, bandwidths }: IndexContents,
): string | undefined {
  const tables = rendition.track.samples.checkpoints?.();
  const { segmentationId, timeline: { bytes: totals, ...columns } } = rendition;
  const { retiming = null } = rendition.track.samples;
  if (!tables || segmentationId === undefined) return undefined;
  return formatIndex({
    track: rendition.track.id,
    tables,
    segmentationId,
    ...columns,
    totals,
    points: storeHashedPoints(rendition),
    moov: withMoov ? rendition.track.samples.storeMoov?.() : undefined,
    syncs: withSyncs && rendition.type === "video"
      ? rendition.syncs ?? buildSyncIndex(rendition)
      : undefined,
    bandwidths,
    extents: measureExtents(rendition.track.samples, rendition.timeline),
    retiming: retiming && retiming.samples.length > MAX_STORED_CHANGES ? undefined : retiming,
  });
}

/** Decode times of an edited or malicious package would be in every playlist. */
function fitsTiming(timing: SampleTiming, { decodeTimes, samples }: TrackIndex): boolean {
  if (decodeTimes?.length !== samples.length) return false;
  const ends = [timing.decodeTime(timing.first), timing.decodeTime(timing.end)];
  const isAscending = (time: number, i: number) =>
    Number.isInteger(time) && (i === 0 || time >= decodeTimes[i - 1]!);
  return decodeTimes[0] === ends[0] && decodeTimes.at(-1) === ends[1] &&
    decodeTimes.every(isAscending);
}
