/** Content version: a digest of all media, for URLs (docs/design/caching.md). */

import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { ByteWriter } from "../bytes.ts";
import { getOrientation } from "../mp4/matrix.ts";
import type { Retiming, Samples } from "../mp4/samples/sample_table.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { readBytes, type Source } from "../storage/source.ts";
import type { MediaRendition, Rendition, StppTrack } from "./presentation.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** Incremented when AMS writes other bytes around the same samples. */
export const REVISION = 1;

/** Incremented when AMS writes other bytes for the same cues. */
const SUBTITLE_REVISION = 2;

const HASHED_POINTS = 16;

const ROWS_PER_POINT = 8;

/** Two files of constant bitrate can have the same `moov`, so some media is hashed. */
const MAX_BYTES_PER_POINT = 64;

/**
 * Computes the version: `v` and 12 hexadecimal digits.
 *
 * @param knownPoints of each rendition, from the index of a package, which are compared with the file at one point
 */
export async function computeContentVersion(
  renditions: readonly Rendition[],
  segmentDuration: number,
  knownPoints: readonly (Uint8Array | undefined)[] = [],
): Promise<string> {
  const hash = createHash("sha256");
  hashValues(hash, REVISION, segmentDuration, renditions.length);
  for (const [i, rendition] of renditions.entries()) {
    const { name, type, language, label = "", role = "" } = rendition;
    hashValues(hash, name, type, language, ...label || role ? [label, role] : []); // these determine the names of Smooth streams
    if (rendition.type === "text") {
      hashValues(hash, SUBTITLE_REVISION);
      hash.update(rendition.webvttBytes);
    }
    const samples = rendition.type === "text" ? rendition.stpp : rendition;
    if (samples) await hashMedia(hash, samples, knownPoints[i]);
  }
  return `v${hash.digest("hex").slice(0, 12)}`;
}

/** Adds values as JSON, so that different lists never give the same text. */
function hashValues(hash: Hash, ...values: (string | number)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

async function hashMedia(
  hash: Hash,
  { track, source, timing, timeline }: MediaRendition | StppTrack,
  knownPoints: Uint8Array | undefined,
): Promise<void> {
  const { first, end, timescale, mediaTime } = timing;
  const { rotation } = getOrientation(track.matrix);
  hashValues(
    hash,
    source.size,
    track.id,
    rotation,
    timescale,
    mediaTime,
    timeline.samples.length,
  );
  const { count } = track.samples;
  const decodeEnd = await withPages(() => track.samples.decodeTime(count));
  hashValues(hash, count, decodeEnd, first, end);
  if (track.samples.retiming) hashRetiming(hash, track.samples.retiming);
  for (const { bytes } of track.entries) hash.update(bytes);
  for (const column of [timeline.times, timeline.samples]) {
    hashColumn(hash, column);
  }
  if (knownPoints && await matchesMedia(source, timing, knownPoints)) {
    hash.update(knownPoints);
    return;
  }
  for (let point = 0; point < HASHED_POINTS; point++) {
    const index = getPoint(point, timing);
    const samples = await withPages(() =>
      track.samples.readSamplesUncached(index, Math.min(end, index + ROWS_PER_POINT))
    );
    hash.update(serializeRows(samples));
    const [offset, size] = [samples.offsets[0]!, samples.sizes[0]!];
    hash.update(await readBytes(source, offset, Math.min(MAX_BYTES_PER_POINT, size)));
  }
}

function hashColumn(hash: Hash, { buffer, byteOffset, byteLength }: Float64Array): void {
  hash.update(new Uint8Array(buffer, byteOffset, byteLength)); // little-endian wherever Deno runs
}

export function hashRetiming(
  hash: Hash,
  { samples, shifts, minCompositionOffset }: Retiming,
): void {
  hashValues(hash, "decode times", samples.length, minCompositionOffset);
  hashColumn(hash, samples);
  hashColumn(hash, shifts);
}

function getPoint(point: number, { first, end }: { first: number; end: number }): number {
  return first + Math.floor(point * (end - 1 - first) / (HASHED_POINTS - 1));
}

/** Compares the media of the point in the middle. Returns false also if the points are not those of these samples. */
async function matchesMedia(
  source: Source,
  timing: SampleTiming,
  points: Uint8Array,
): Promise<boolean> {
  const view = new DataView(points.buffer, points.byteOffset, points.byteLength);
  let at = 0;
  let matches = false;
  for (let point = 0; point < HASHED_POINTS; point++) {
    const index = getPoint(point, timing);
    const rowsEnd = at + ROW_SIZE * (Math.min(timing.end, index + ROWS_PER_POINT) - index);
    if (rowsEnd > points.length) return false;
    const offset = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
    const expected = points.subarray(
      rowsEnd,
      rowsEnd + Math.min(MAX_BYTES_PER_POINT, view.getUint32(at + 8)),
    );
    at = rowsEnd + expected.length;
    if (point !== HASHED_POINTS >> 1) continue;
    if (offset + expected.length > source.size) return false;
    const media = await readBytes(source, offset, expected.length);
    matches = media.every((byte, i) => byte === expected[i]);
  }
  return matches && at === points.length;
}

/** Returns what `computeContentVersion()` hashes of samples; undefined if the source is not synchronous. */
export function readHashedPoints(
  { track, source, timing }: MediaRendition,
): Uint8Array | undefined {
  const w = new ByteWriter();
  for (let point = 0; point < HASHED_POINTS; point++) {
    const index = getPoint(point, timing);
    const end = Math.min(timing.end, index + ROWS_PER_POINT);
    if (!source.synchronous) return undefined;
    const samples = track.samples.readSamplesUncached(index, end);
    const media = new Uint8Array(Math.min(MAX_BYTES_PER_POINT, samples.sizes[0]!));
    source.read(samples.offsets[0]!, media);
    w.bytes(serializeRows(samples));
    w.bytes(media);
  }
  return w.finish();
}

const ROW_SIZE = 24;

function serializeRows(
  { offsets, sizes, durations, compositionOffsets, flags }: Samples,
): Uint8Array {
  const w = new ByteWriter(ROW_SIZE * sizes.length);
  for (let i = 0; i < sizes.length; i++) {
    w.u64(offsets[i]!);
    w.u32(sizes[i]!);
    w.u32(durations[i]!);
    w.i32(compositionOffsets[i]!);
    w.u32(flags[i]!);
  }
  return w.finish();
}
