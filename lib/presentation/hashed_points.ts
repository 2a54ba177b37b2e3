/** Rows of the sample tables and slices of the media that the content version hashes (docs/design/caching.md). */

import { ByteWriter } from "../bytes.ts";
import { findMax } from "../extremes.ts";
import { withPages } from "../mp4/samples/pages.ts";
import {
  getPoint,
  HASHED_POINTS,
  MAX_BYTES_PER_POINT,
  serializeRows,
  splitPoints,
} from "../package/stored_points.ts";
import { type BytePlace, loadTogether } from "../storage/load_ahead.ts";
import { readBytes, type Source } from "../storage/source.ts";
import type { MediaRendition, Rendition } from "./presentation.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** Points of an index whose media are compared with the file: the tracks of a file take turns. */
const COMPARED_POINTS: readonly number[] = [HASHED_POINTS >> 1, HASHED_POINTS - 1];

/** Media of several tracks within this distance, in bytes, are read at once. */
const MAX_DISTANCE = 2 ** 16;

type Timed = Pick<MediaRendition, "track" | "source"> & {
  readonly timing: Pick<SampleTiming, "first" | "end">;
};

/**
 * Yields the rows and the media of each point.
 *
 * @throws MediaError of the source
 */
export async function* readHashedPoints(
  { track, source, timing }: Timed,
): AsyncGenerator<Uint8Array> {
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end } = getPoint(point, timing);
    const samples = await withPages(() => track.samples.readSamplesUncached(index, end));
    yield serializeRows(samples);
    const [offset, size] = [samples.offsets[0]!, samples.sizes[0]!];
    yield await readBytes(source, offset, Math.min(MAX_BYTES_PER_POINT, size));
  }
}

/**
 * Loads the media of the points of several tracks at the same time where sources can: `readHashedPoints()` would wait for each.
 *
 * @throws MediaError of a source
 */
export function loadHashedPoints(tracks: readonly Timed[]): Promise<void> {
  return loadTogether(tracks, locatePointMedia);
}

/** Returns the media that `readHashedPoints()` reads. */
export async function locatePointMedia({ track, timing }: Timed): Promise<BytePlace[]> {
  const media: BytePlace[] = [];
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end } = getPoint(point, timing);
    const { offsets, sizes } = await withPages(() => track.samples.readSamplesUncached(index, end));
    media.push({ offset: offsets[0]!, size: Math.min(MAX_BYTES_PER_POINT, sizes[0]!) });
  }
  return media;
}

/** Returns what `readHashedPoints()` yields, for an index; undefined if the source is not synchronous. */
export function storeHashedPoints({ track, source, timing }: Timed): Uint8Array | undefined {
  const w = new ByteWriter();
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end } = getPoint(point, timing);
    if (!source.synchronous) return undefined;
    const samples = track.samples.readSamplesUncached(index, end);
    const media = new Uint8Array(Math.min(MAX_BYTES_PER_POINT, samples.sizes[0]!));
    source.read(samples.offsets[0]!, media);
    w.bytes(serializeRows(samples));
    w.bytes(media);
  }
  return w.finish();
}

/** Returns the samples whose media is hashed, ascending. */
export function listPointSamples(timing: Timed["timing"]): number[] {
  const samples = Array.from(
    { length: HASHED_POINTS },
    (_, point) => getPoint(point, timing).index,
  );
  return [...new Set(samples)];
}

interface Slice {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Returns the points of each rendition whose file contains the same media. If one track of a file differs, all do.
 *
 * @param isSealed whether the media is known to be the same, without a comparison
 * @throws MediaError of a source
 */
export async function selectMatchingPoints(
  renditions: readonly Rendition[],
  points: readonly (Uint8Array | undefined)[],
  isSealed: (source: Source) => boolean = () => false,
): Promise<(Uint8Array | undefined)[]> {
  const slices = renditions.map((rendition, i) =>
    points[i] && rendition.type !== "text"
      ? splitPoints(points[i], rendition.timing)?.map(({ media }) => media)
      : undefined
  );
  const bySource = new Map<Source, Slice[][]>();
  for (const [i, rendition] of renditions.entries()) {
    if (rendition.type === "text" || !slices[i]) continue;
    const others = bySource.get(rendition.source) ?? [];
    bySource.set(rendition.source, [...others, slices[i]]);
  }
  const matching = new Set<Source>();
  await Promise.all(Array.from(bySource, async ([source, tracks]) => {
    const count = Math.max(tracks.length, COMPARED_POINTS.length);
    const compared = Array.from(
      { length: count },
      (_, i) => tracks[i % tracks.length]![COMPARED_POINTS[i % COMPARED_POINTS.length]!]!,
    );
    if (isSealed(source) || await matchesMedia(source, compared)) matching.add(source);
  }));
  return renditions.map((rendition, i) =>
    slices[i] && rendition.type !== "text" && matching.has(rendition.source) ? points[i] : undefined
  );
}

async function matchesMedia(source: Source, slices: readonly Slice[]): Promise<boolean> {
  const ascending = slices.toSorted((a, b) => a.offset - b.offset);
  if (ascending.some(({ offset, bytes }) => offset + bytes.length > source.size)) return false;
  const groups: Slice[][] = [];
  for (const slice of ascending) {
    const group = groups.at(-1);
    if (group && slice.offset - group.at(-1)!.offset <= MAX_DISTANCE) group.push(slice);
    else groups.push([slice]);
  }
  const matches = await Promise.all(groups.map((group) => matchesGroup(source, group)));
  return matches.every(Boolean);
}

async function matchesGroup(source: Source, group: readonly Slice[]): Promise<boolean> {
  const start = group[0]!.offset;
  const end = findMax(group.map(({ offset, bytes }) => offset + bytes.length));
  const media = await readBytes(source, start, end - start);
  return group.every(({ offset, bytes }) =>
    bytes.every((byte, i) => byte === media[offset - start + i])
  );
}
