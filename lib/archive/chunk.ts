/** A **chunk** is one moof and its mdat: the unit that is written to a track's file. */

import { ByteReader } from "../bytes.ts";
import { writeChunk } from "../cmaf/fragment_writer.ts";
import { MediaError } from "../errors.ts";
import { type FragmentRun, readMoof } from "../mp4/moof.ts";
import { IS_NON_SYNC } from "../mp4/samples/sample_table.ts";
import type { BlockTrack } from "./block.ts";
import type { ChunkRecord } from "./index_record.ts";
import type { InitTraits } from "./init_traits.ts";

/** Samples of one track, in decode order, that follow those before them without a gap. */
export interface NewChunk {
  /** Index in the tracks of the period. */
  readonly track: number;
  readonly startsSegment: boolean;
  /** True if the segment starts without a sync sample, since it would have been too long. */
  readonly isForced?: boolean;
  /** Decode times start at 0 in each period; composition offsets include M. */
  readonly run: FragmentRun;
  /** The bytes of all samples. */
  readonly samples: Uint8Array;
  /** UTC of the last byte received, in µs since 1970. */
  readonly arrival: number;
}

export interface BuiltChunk {
  /** One, or of a large chunk the header and the samples, which are not copied. */
  readonly parts: readonly Uint8Array[];
  /** All but where the chunk is in the file, and in the period. */
  readonly record: Omit<ChunkRecord, "ordinal" | "offset">;
}

/** Samples up to this size are copied, so that one call writes a chunk. */
const MAX_COPIED_BYTES = 2 ** 16;

type ChunkTrack = Pick<BlockTrack, "timescale" | "mediaTime"> & Partial<InitTraits>;

/** Wraps samples, and describes them for the index. */
export function buildChunk(
  { timescale, mediaTime, isOpenGop, hasPreRoll = false }: ChunkTrack,
  { track, startsSegment, isForced = false, run: samplesRun, samples, arrival }: NewChunk,
): BuiltChunk {
  const run = hasPreRoll ? { ...samplesRun, hasPreRoll } : samplesRun;
  const sequence = Math.floor(run.time / timescale * 1000) % 2 ** 32 + 1; // rises over blocks, and after a restart
  const isLarge = samples.length > MAX_COPIED_BYTES;
  const copied = isLarge ? undefined : samples;
  const first = writeChunk({ sequence, runs: [run] }, copied, { startsSegment });
  const size = first.length + (isLarge ? samples.length : 0);
  const isSync = (run.flags[0]! & IS_NON_SYNC) === 0;
  const times = measureTimes(run, mediaTime);
  const record: BuiltChunk["record"] = {
    kind: "chunk",
    track,
    startsSegment,
    isSync,
    isForced,
    isReordered: times.time < run.time + run.compositionOffsets[0]! - mediaTime ||
      startsSegment && isSync && isOpenGop?.(samples.subarray(0, run.sizes[0])) === true,
    isLast: false,
    decodeTime: run.time,
    ...times,
    bytes: size,
    headerBytes: size - samples.length,
    samples: run.sizes.length,
    arrival,
  };
  return { parts: isLarge ? [first, samples] : [first], record };
}

function measureTimes({ time, durations, compositionOffsets }: FragmentRun, mediaTime: number) {
  let [decodeTime, start, end] = [time, Infinity, -Infinity];
  for (let i = 0; i < durations.length; i++) {
    const presented = decodeTime + compositionOffsets[i]! - mediaTime;
    start = Math.min(start, presented);
    end = Math.max(end, presented + durations[i]!);
    decodeTime += durations[i]!;
  }
  return { time: start, duration: decodeTime - time, presentedDuration: end - start };
}

/** Returns true if the bytes from the start of a chunk are those that its record describes: whole boxes, time and samples. */
export function isChunkOf(
  header: Uint8Array,
  { bytes, headerBytes, decodeTime, samples, startsSegment }: ChunkRecord,
): boolean {
  if (header.length !== headerBytes) return false;
  const types: string[] = [];
  try {
    const r = new ByteReader(header);
    while (r.left >= 8) {
      const size = r.u32();
      const type = r.ascii(4);
      types.push(type);
      if (type === "mdat") {
        const total = size === 1 ? r.u64() + headerBytes - 16 : size + headerBytes - 8;
        return r.left === 0 && total === bytes && types.join() === getBoxTypes(startsSegment);
      }
      const body = r.take(size - 8);
      if (type === "moof" && !hasSamples(body, decodeTime, samples)) return false;
    }
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
  }
  return false;
}

function getBoxTypes(startsSegment: boolean): string {
  return startsSegment ? "styp,moof,mdat" : "moof,mdat";
}

function hasSamples(body: ByteReader, decodeTime: number, samples: number): boolean {
  const [traf] = readMoof(body);
  const count = traf?.truns.reduce((sum, { count }) => sum + count, 0);
  return traf?.time === decodeTime && count === samples;
}
