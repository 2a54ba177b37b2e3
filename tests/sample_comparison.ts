/** Whether the samples that a client gets are those that a file presents. */

import { assert, assertEquals } from "@std/assert";
import type { BoxSample, BoxTrack } from "./mp4box.ts";

/** Times are equal to the millisecond when they differ by less than half of one. In seconds. */
const HALF_MILLISECOND = 0.0005;

/** Of Smooth Streaming. In seconds. */
const SMOOTH_TICK = 1e-7;

/** Parameter sets stand in the entry; an init says so in its name. */
const IN_INIT: Record<string, string> = { avc3: "avc1", hev1: "hvc1" };

/**
 * None missing, extra, changed or moved. Pictures before an edit's start, back to the sync sample, are there, squeezed
 * to the start; of sound, what lasts into the edit and one sample more, at their own times.
 *
 * @param track of the file
 * @param got of the init and segments made from it
 * @throws AssertionError that says which sample differs, in what
 */
export function checkSamples(track: BoxTrack, got: BoxTrack): void {
  const { first, end } = selectExpected(track);
  const expected = track.samples.slice(first, end);
  assertEquals(got.samples.length, expected.length, "number of samples");
  let decodeTime = 0;
  for (const [i, sample] of expected.entries()) {
    const [name, other] = [`sample ${first + i}`, got.samples[i]!];
    checkSample(other, sample, { track, name });
    assertNear(other.decodeTime, decodeTime, `${name}: decode time`);
    decodeTime += isPreroll(sample, track) ? other.duration : sample.duration;
  }
}

/**
 * The same through Smooth Streaming, which has no edit list: sound that ends before time zero is left out, nothing else.
 * A client has its own decode times there, and its own sample entry.
 *
 * @throws AssertionError that says which sample differs, in what
 */
export function checkSmoothSamples(track: BoxTrack, got: readonly BoxSample[]): void {
  const { first, end } = selectExpected(track);
  const expected = track.samples.slice(first, end).filter((sample) =>
    track.handler === "vide" || sample.presentationTime + sample.duration > SMOOTH_TICK
  );
  assertEquals(got.length, expected.length, "number of samples");
  for (const [i, sample] of expected.entries()) {
    checkSample({ ...got[i]!, entry: sample.entry }, sample, { track, name: `sample ${i}` });
  }
}

function checkSample(
  got: BoxSample,
  sample: BoxSample,
  { track, name }: { track: BoxTrack; name: string },
): void {
  assertEquals(pickInvariant(got), pickInvariant(sample), name);
  const squeezed = isPreroll(sample, track);
  assertNear(got.duration, squeezed ? 0 : sample.duration, `${name}: duration`);
  const time = squeezed ? track.start : sample.presentationTime;
  assertNear(got.presentationTime, time, `${name}: presentation time`);
}

function isPreroll(sample: BoxSample, { handler, start }: BoxTrack): boolean {
  return handler === "vide" && isBefore(sample, start);
}

/** What must come through as it is, but for the names that DESIGN.md gives to some sample entries. */
function pickInvariant({ size, md5, sync, entry }: BoxSample) {
  return { size, md5, sync, entry: { ...entry, type: IN_INIT[entry.type] ?? entry.type } };
}

/** Samples that must be there: from `first` up to, not with, `end`. */
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
