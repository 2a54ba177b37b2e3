/** Finds the protected ranges of files of testdata/, and reduces them to a few numbers. */

import { findCodec } from "../../lib/codecs/mod.ts";
import type { ProtectedRangeFinder, SampleRange } from "../../lib/codecs/codec.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { memorySource } from "../mp4/movie_file.ts";

export interface ProtectedTrack {
  readonly family: string;
  readonly samples: readonly ProtectedSample[];
  /** Creates a finder for samples of the first entry. */
  createFinder(): ProtectedRangeFinder;
}

export interface ProtectedSample {
  readonly bytes: Uint8Array;
  readonly ranges: readonly SampleRange[];
}

/** Returns the tracks of codecs with subsamples. Empty samples are omitted. */
export async function findProtectedTracks(file: Uint8Array): Promise<ProtectedTrack[]> {
  const { tracks } = await readMovie(memorySource(file).source);
  return tracks.filter(({ handler }) => handler === "vide").flatMap((track) => {
    const [entry] = track.entries;
    const codec = entry && findCodec(entry);
    const protection = codec?.protection;
    if (!entry || typeof protection !== "function") return [];
    const createFinder = () => protection(entry);
    return [{ family: codec!.family, samples: readProtectedSamples(file, track), createFinder }];
  });
}

function readProtectedSamples(file: Uint8Array, { entries, samples }: Track): ProtectedSample[] {
  const finders = entries.map((entry) => {
    const protection = findCodec(entry)?.protection;
    if (typeof protection !== "function") throw new Error(`${entry.type} has no finder`);
    return protection(entry);
  });
  const { offsets, sizes } = samples.readSamples(0, samples.count);
  return Array.from(sizes, (size, i) => {
    const bytes = file.subarray(offsets[i]!, offsets[i]! + size);
    return { bytes, ranges: finders[samples.description(i)]!(bytes) };
  }).filter(({ bytes }) => bytes.length > 0);
}

/** Number of samples, of ranges, of their bytes, and a checksum of their offsets. */
export type RangeSummary = readonly [samples: number, ranges: number, bytes: number, sum: number];

export function summarizeRanges(samples: readonly ProtectedSample[]): RangeSummary {
  const ranges = samples.flatMap(({ ranges }) => ranges);
  const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const sum = ranges.reduce((sum, { start, end }) => (31 * sum + 7 * start + end) % 1_000_003, 0);
  return [samples.length, ranges.length, bytes, sum];
}
