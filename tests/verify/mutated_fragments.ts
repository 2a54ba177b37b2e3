/** Fragments with mutated samples. */

import { ByteWriter } from "../../lib/bytes.ts";
import { styp } from "../../lib/mp4/file_type.ts";
import { mdatHeader } from "../../lib/mp4/mdat.ts";
import { moof } from "../../lib/mp4/moof.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { smoothMoof } from "../../lib/mp4/smooth_moof.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Rule } from "../../lib/verify/rules.ts";

/** A sample of a fragment, and its bytes in the file. */
export interface Row {
  offset: number;
  /** Size of its bytes in the file. */
  bytes: number;
  /** Size that the fragment declares. */
  size: number;
  duration: number;
  compositionOffset: number;
  flags: number;
}

export interface Fragment {
  sequence: number;
  trackId: number;
  /** From 1. */
  descriptionIndex: number;
  time: number;
  rows: Row[];
}

/** File whose fragments are mutated. */
export const FRAGMENT_FILE = "test-avc-frontmoov.mp4";

/** Samples before the mutated segment: 2 s of 25 frames a second. */
export const BEFORE = 50;

/** Index of a sample that is neither the first nor the last of its segment. */
export const ROW = 7;

/** Number of that sample. */
export const SAMPLE = BEFORE + ROW + 1;

/** A mutation, the rule that it breaks, and the number of the sample that is reported. */
export type Mutation = [
  what: string,
  mutate: (fragment: Fragment) => void,
  rule: Rule,
  sample?: number,
];

/** Mutations that break the same rules in CMAF and in Smooth Streaming. */
export const SAMPLE_MUTATIONS: readonly Mutation[] = [
  ["a lost sample", ({ rows }) => rows.splice(ROW, 1), "lost sample", SAMPLE],
  ["a repeated sample", ({ rows }) => rows.splice(ROW, 0, rows[ROW]!), "repeated sample"],
  [
    "swapped samples",
    ({ rows }) => rows.splice(ROW, 2, rows[ROW + 1]!, rows[ROW]!),
    "moved sample",
    SAMPLE,
  ],
  [
    "a composition offset off by one",
    ({ rows }) => rows[ROW]!.compositionOffset++,
    "presentation time",
    SAMPLE,
  ],
  [
    "a sample declared as a key frame",
    ({ rows }) => rows[ROW]!.flags = SYNC_FLAGS,
    "flags",
    SAMPLE,
  ],
  [
    "a key frame that is not declared",
    ({ rows }) => rows[0]!.flags = NON_SYNC_FLAGS,
    "flags",
    BEFORE + 1,
  ],
  ["bytes of another offset", ({ rows }) => rows[ROW]!.offset++, "bytes", SAMPLE],
];

/** CMAF segment with a mutated run. */
export function mutateCmaf(
  rendition: MediaRendition,
  index: number,
  mutate: (fragment: Fragment) => void,
): SegmentPlan {
  const fragment = fragmentOf(rendition, index);
  mutate(fragment);
  const { sequence, trackId, descriptionIndex, time, rows } = fragment;
  const w = new ByteWriter();
  styp(w, ["msdh", "cmfs"]);
  moof(w, { sequence, trackId, runs: [{ descriptionIndex, time, ...columns(rows) }] });
  mdatHeader(w, rows.reduce((sum, { bytes }) => sum + bytes, 0));
  return planOf(rendition, rows, w.finish());
}

function fragmentOf(rendition: MediaRendition, index: number): Fragment {
  const [run] = readSegmentSamples(rendition, index);
  const { sizes, durations, compositionOffsets, flags, descriptionIndex, time, offsets } = run!;
  const rows = Array.from(sizes, (size, i) => ({
    offset: offsets[i]!,
    bytes: size,
    size,
    duration: durations[i]!,
    compositionOffset: compositionOffsets[i]!,
    flags: flags[i]!,
  }));
  return { sequence: index + 1, trackId: 1, descriptionIndex, time, rows };
}

function columns(rows: readonly Row[]) {
  const column = (key: keyof Row) => Uint32Array.from(rows, (row) => row[key]);
  return {
    sizes: column("size"),
    durations: column("duration"),
    compositionOffsets: column("compositionOffset"),
    flags: column("flags"),
  };
}

function planOf({ source }: MediaRendition, rows: readonly Row[], head: Uint8Array): SegmentPlan {
  const ranges = rows.map(({ offset, bytes }) => ({ source, offset, size: bytes }));
  return { type: "video/mp4", header: head, ranges };
}

/** Smooth Streaming fragment with a mutated run. Times are in units of 100 ns. */
export function mutateSmooth(
  rendition: MediaRendition,
  { index, start }: { index: number; start: number },
  mutate: (fragment: Fragment) => void,
): SegmentPlan {
  const { timescale, mediaTime } = rendition.timing;
  const fragment = fragmentOf(rendition, index);
  const ticks = (time: number) => Math.round(time * 1e7 / timescale);
  let [elapsed, declared] = [0, 0];
  for (const row of fragment.rows) {
    const shown = ticks(fragment.time - mediaTime + elapsed + row.compositionOffset);
    row.compositionOffset = shown - start - declared;
    elapsed += row.duration;
    row.duration = ticks(elapsed) - declared;
    declared += row.duration;
  }
  fragment.time = start;
  mutate(fragment);
  const { sequence, trackId, time, rows } = fragment;
  const w = new ByteWriter();
  const size = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const duration = rows.reduce((sum, row) => sum + row.duration, 0);
  const compositionOffsets = Int32Array.from(rows, (row) => row.compositionOffset);
  smoothMoof(w, { sequence, trackId, time, duration, ...columns(rows), compositionOffsets }, size);
  mdatHeader(w, size);
  return planOf(rendition, rows, w.finish());
}
