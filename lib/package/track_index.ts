/** Index of a long track, with which `ams` serves requests without a scan of the tables. */

import type { StoredMoov, TableCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { Retiming } from "../mp4/samples/sample_table.ts";
import type { SegmentExtents } from "./segment_extents.ts";
import type { StoredBandwidths } from "./serialized_index.ts";

export interface TrackIndex {
  /** ID in the file; absent in older packages. */
  readonly track?: number | undefined;
  readonly tables: TableCheckpoints;
  readonly segmentationId: string;
  readonly times: Float64Array;
  readonly samples: Float64Array;
  readonly firstSampleTimes: Float64Array;
  readonly totals: Float64Array;
  readonly headers: Float64Array;
  /** Segment starts and the end; absent in older packages, as are the following. */
  readonly decodeTimes?: Float64Array | undefined;
  /** What the content version hashes of the track; see content_version.ts. */
  readonly points?: Uint8Array | undefined;
  /** Decode times that the file does not have; null if its own are usable. */
  readonly retiming?: Retiming | null | undefined;
  /** In one index per file. */
  readonly moov?: StoredMoov | undefined;
  readonly syncs?: SyncIndex | undefined;
  readonly bandwidths?: StoredBandwidths | undefined;
  readonly extents?: SegmentExtents | undefined;
  /** The file is the one that the package was sealed with: nothing of the index is compared with it. */
  readonly isSealed?: boolean;
}

/** Sync samples of video, where some samples are not. */
export interface SyncIndex {
  /** Ascending. */
  readonly samples: Uint32Array;
  /** Usual duration of a sample, in the timescale of the rendition. */
  readonly step: number;
  /** Presentation times, less `step` for each sample before. */
  readonly offsets: Int32Array;
}

/** Returns true if no column is longer than a track with so many samples has it. */
export function fitsSampleCount(index: TrackIndex, samples: number): boolean {
  const { times, firstSampleTimes, totals, headers, decodeTimes, retiming, syncs, tables } = index;
  const { emptySamples, syncSamples, chunks: { descriptions } } = tables;
  const bounds = [times, index.samples, decodeTimes];
  const columns: readonly (ArrayLike<number> | undefined)[] = [
    ...[firstSampleTimes, totals, headers, emptySamples, syncSamples, descriptions],
    retiming?.samples,
    syncs?.samples,
  ];
  return bounds.every((column) => (column?.length ?? 0) <= samples + 1) &&
    columns.every((column) => (column?.length ?? 0) <= samples);
}
