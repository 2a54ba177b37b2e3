/** Builds sample tables and tracks for tests of the presentation. */

import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type { Codec, Description } from "../../lib/codecs/codec.ts";
import type { Edit, Track } from "../../lib/mp4/movie.ts";
import {
  findUniformFields,
  NON_SYNC_FLAGS,
  SYNC_FLAGS,
} from "../../lib/mp4/samples/sample_table.ts";
import type { Samples, SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import { buildRegularBoundaries } from "../../lib/presentation/boundaries.ts";
import { segmentByDuration } from "../../lib/presentation/sample_segmenter.ts";
import type { SegmentedSamples } from "../../lib/presentation/segment_samples.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import type { TimedTrack } from "../../lib/presentation/segment_timeline.ts";
import type { Source } from "../../lib/storage/source.ts";

export interface Columns {
  /** One for all samples, or one per sample. */
  durations: number | number[];
  count?: number;
  compositionOffsets?: number[];
  /** Indices of sync samples; default: all. */
  syncs?: number[];
  sizes?: number[];
  /** Decode time of the first sample. */
  start?: number;
  /** Index of the first sample of the second description. */
  secondDescription?: number;
}

/** Returns a table whose searches are linear. */
export function buildTable(columns: Columns): SampleTable {
  const { durations, syncs, sizes, start = 0, secondDescription = Infinity } = columns;
  const count = typeof durations === "number" ? columns.count! : durations.length;
  const all = typeof durations === "number" ? Array(count).fill(durations) : durations;
  const offsets = columns.compositionOffsets ?? Array(count).fill(0);
  const times = [start];
  for (const duration of all) times.push(times.at(-1)! + duration);
  const isSync = (index: number) => !syncs || syncs.includes(index);
  const size = (index: number) => sizes?.[index] ?? 100;
  const range = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, i) => first + i);
  const samples = (first: number, end: number): Samples => ({
    offsets: Float64Array.from(
      range(first, end),
      (i) => 1000 + range(0, i).reduce((sum, j) => sum + size(j), 0),
    ),
    sizes: Uint32Array.from(range(first, end), size),
    durations: Uint32Array.from(range(first, end), (i) => all[i]),
    compositionOffsets: Int32Array.from(range(first, end), (i) => offsets[i]),
    flags: Uint32Array.from(range(first, end), (i) => isSync(i) ? SYNC_FLAGS : NON_SYNC_FLAGS),
  });
  const bytes = (first: number, end: number) =>
    range(first, end).reduce((sum, i) => sum + size(i), 0);
  return {
    count,
    allSync: !syncs,
    minCompositionOffset: Math.min(0, ...offsets),
    maxCompositionOffset: Math.max(0, ...offsets),
    decodeTime: (index) => times[index]!,
    compositionOffset: (index) => offsets[index]!,
    indexAt: (time) => times.slice(0, count).findLastIndex((decodeTime) => decodeTime <= time),
    findSyncAtOrAfter: (index) => range(index, count).find(isSync) ?? count,
    findSyncAtOrBefore: (index) => range(0, index + 1).findLast(isSync) ?? -1,
    bytes,
    bytesBetween: (ascending) => ascending.subarray(1).map((end, i) => bytes(ascending[i]!, end)),
    uniformFields: (first, end) => findUniformFields(samples(first, end)),
    description: (index) => index < secondDescription ? 0 : 1,
    descriptionEnd: (index) =>
      index < secondDescription ? Math.min(count, secondDescription) : count,
    readSamples: samples,
    scanSamples: samples,
    readSamplesUncached: samples,
  };
}

/** @param edits in a movie timescale of 1000 */
export function buildTrack(columns: Columns, timescale: number, edits: Edit[] = []): Track {
  return {
    id: 1,
    handler: "vide",
    timescale,
    language: "und",
    matrix: IDENTITY,
    edits,
    entries: [],
    samples: buildTable(columns),
  };
}

export const MOVIE_TIMESCALE = 1000;

/** Returns a track with its timing. */
export function buildTimedTrack(
  columns: Columns,
  { timescale = 25, edits = [], type = "video" }: {
    timescale?: number;
    edits?: Edit[];
    type?: "video" | "audio";
  } = {},
): TimedTrack {
  const track = buildTrack(columns, timescale, edits);
  return {
    table: track.samples,
    timing: buildSampleTiming(track, applyEditList(track, MOVIE_TIMESCALE), type),
  };
}

/** Returns video of 25 frames per second with a sync sample every `gop` frames. */
export function buildVideo(count: number, gop: number): TimedTrack {
  const syncs = Array.from({ length: Math.ceil(count / gop) }, (_, i) => i * gop);
  return buildTimedTrack({ durations: 1, count, syncs });
}

/** Returns video of 25 frames per second in segments of 2 seconds. */
export function buildSegmentedVideo(columns: Columns): SegmentedSamples {
  const { table, timing } = buildTimedTrack(columns);
  const timeline = segmentByDuration({ table, timing }, buildRegularBoundaries(2));
  return { track: { samples: table }, timing, timeline };
}

export const CODEC: Codec = {
  family: "test",
  entries: ["test"],
  describe: () => DESCRIPTION,
};

export const DESCRIPTION: Description = {
  type: "video",
  codec: "test.1",
  width: 320,
  height: 180,
  pixelAspect: [1, 1],
  interlaced: false,
};

/** Every byte is its offset modulo 251. */
export const SOURCE: Source = {
  name: "test.mp4",
  size: 2 ** 30,
  synchronous: true,
  read: (offset, into) => into.forEach((_, i) => into[i] = (offset + i) % 251),
  close: () => {},
};
