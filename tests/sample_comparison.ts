/** Compares the samples of served media with those of the source file. */

import { assert, assertEquals } from "@std/assert";
import type { BoxSample, BoxTrack } from "./mp4box.ts";

/** Tolerance of times in seconds. */
const HALF_MILLISECOND = 0.0005;

/** Resolution of Smooth Streaming in seconds. */
const SMOOTH_TICK = 1e-7;

/**
 * Types of sample entries in init segments, where they declare that parameter sets are in the entry only, or by the base layer of
 * Dolby Vision.
 */
const INIT_TYPES: Record<string, string> = { avc3: "avc1", hev1: "hvc1", dvh1: "hvc1" };

/**
 * Checks that no sample is missing, added, changed or moved. Video samples between the sync sample and the start of the edit
 * are the preroll, compressed at the start; of audio, the packet that reaches into the edit and the one before it remain.
 * Decode times are compared unless those of the file are unusable.
 *
 * @param track track of the source file
 * @param got track of the served init segment and media segments
 * @throws AssertionError that names the sample and the difference
 */
export function checkSamples(track: BoxTrack, got: BoxTrack): void {
  const { first, end } = selectExpected(track);
  const expected = track.samples.slice(first, end);
  assertEquals(got.samples.length, expected.length, "number of samples");
  const isTimed = hasUsableDecodeTimes(track);
  let decodeTime = 0;
  for (const [i, sample] of expected.entries()) {
    const [name, other] = [`sample ${first + i}`, got.samples[i]!];
    checkSample(other, sample, { track, name, isTimed });
    if (isTimed) assertNear(other.decodeTime, decodeTime, `${name}: decode time`);
    decodeTime += isPreroll(sample, track) ? other.duration : sample.duration;
  }
}

/**
 * Checks samples of Smooth Streaming, which has no edit list: audio that ends before time 0 is omitted. Decode times and
 * sample entries are not compared, since they are the client's own.
 *
 * @throws AssertionError that names the sample and the difference
 */
export function checkSmoothSamples(track: BoxTrack, got: readonly BoxSample[]): void {
  const { first, end } = selectExpected(track);
  const expected = track.samples.slice(first, end).filter((sample) =>
    track.handler === "vide" || sample.presentationTime + sample.duration > SMOOTH_TICK
  );
  assertEquals(got.length, expected.length, "number of samples");
  const isTimed = hasUsableDecodeTimes(track);
  for (const [i, sample] of expected.entries()) {
    const name = `sample ${i}`;
    checkSample({ ...got[i]!, entry: sample.entry }, sample, { track, name, isTimed });
  }
}

function checkSample(
  got: BoxSample,
  sample: BoxSample,
  { track, name, isTimed }: { track: BoxTrack; name: string; isTimed: boolean },
): void {
  assertEquals(pickInvariant(got), pickInvariant(sample), name);
  const preroll = isPreroll(sample, track);
  if (isTimed) assertNear(got.duration, preroll ? 0 : sample.duration, `${name}: duration`);
  const time = preroll ? track.start : sample.presentationTime;
  assertNear(got.presentationTime, time, `${name}: presentation time`);
}

/** In seconds. No encoder reorders as many frames. */
const MAX_REORDERING = 2;

function hasUsableDecodeTimes({ samples }: BoxTrack): boolean {
  const offsets = samples.map(({ presentationTime, decodeTime }) => presentationTime - decodeTime);
  return Math.max(...offsets) - Math.min(...offsets) < MAX_REORDERING;
}

function isPreroll(sample: BoxSample, { handler, start }: BoxTrack): boolean {
  return handler === "vide" && isBefore(sample, start);
}

/** Returns the fields that must not change, apart from the types in INIT_TYPES. */
function pickInvariant({ size, md5, sync, entry }: BoxSample) {
  return { size, md5, sync, entry: { ...entry, type: INIT_TYPES[entry.type] ?? entry.type } };
}

/** Returns the samples that must be served: `[first, end)`. */
function selectExpected(
  { samples, handler, start, end }: BoxTrack,
): { first: number; end: number } {
  const presented = samples.findIndex(({ presentationTime: time, duration }) =>
    time + duration > start + HALF_MILLISECOND
  );
  assert(presented >= 0, "no sample is presented");
  const first = handler === "soun"
    ? presented - 1
    : samples.findLastIndex(({ sync }, i) => sync && i <= presented);
  const last = samples.findLastIndex((sample) => isBefore(sample, end));
  return { first: Math.max(0, first), end: last + 1 };
}

function isBefore({ presentationTime }: BoxSample, time: number): boolean {
  return presentationTime < time - HALF_MILLISECOND;
}

function assertNear(actual: number, expected: number, what: string): void {
  const near = Math.abs(actual - expected) < HALF_MILLISECOND;
  assert(near, `${what}: ${actual} s instead of ${expected} s`);
}
