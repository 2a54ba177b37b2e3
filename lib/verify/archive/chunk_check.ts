/** Compares chunks, one moof and its mdat each, with their records. */

import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import { tryRead } from "../build.ts";
import type { InitData } from "../checks/init.ts";
import type { Report } from "../findings.ts";
import type { IndexEntry } from "../readers/archive_index.ts";
import { type MovieFragment, readFragment } from "../readers/fragment.ts";
import type { Rule } from "../rules.ts";

export interface ChunkInit
  extends Pick<InitData, "trackId" | "mediaTime" | "defaults" | "rollDistance"> {
  /** Number of sample entries. */
  readonly entries: number;
}

export class ChunkCheck {
  #sequence: number | undefined;

  /** @param bytes of the chunk, as far as the file has them */
  check(bytes: Uint8Array, chunk: IndexEntry, init: ChunkInit, report: Report): void {
    const at: Report = (rule, message) => report(rule, `record ${chunk.number}: ${message}`);
    if (bytes.length < chunk.bytes) {
      return at("file size", `the file ends after ${bytes.length} of ${chunk.bytes} bytes`);
    }
    const fragment = tryRead(() => readFragment(bytes, init.defaults), at);
    if (!fragment) return;
    checkBoxes(fragment, chunk, init, at);
    this.#checkSequence(fragment, at);
    checkSamples(fragment, chunk, init, at);
  }

  /** Numbers are milliseconds of 32 bits, which wrap. */
  #checkSequence({ sequenceNumber }: MovieFragment, report: Report): void {
    const last = this.#sequence;
    this.#sequence = sequenceNumber;
    if (last === undefined || ((sequenceNumber - last) >>> 0) < 2 ** 31) return;
    report("sequence number", `got ${sequenceNumber} after ${last}`);
  }
}

function checkBoxes(
  { boxTypes, trafs, unusedMdatBytes, samples }: MovieFragment,
  { startsSegment, headerBytes }: IndexEntry,
  { trackId, rollDistance }: ChunkInit,
  report: Report,
): void {
  const expected = startsSegment ? "styp moof mdat" : "moof mdat";
  const types = boxTypes.join(" ");
  if (types !== expected) report("boxes", `got ${types}, expected ${expected}`);
  if (unusedMdatBytes !== 0) report("mdat", `${unusedMdatBytes} bytes belong to no sample`);
  const start = samples.byteOffsets[0];
  if (start !== undefined && start !== headerBytes) {
    report("mdat", `samples start after ${start} bytes, expected ${headerBytes}`);
  }
  if (trafs.length !== 1) report("track", `got ${trafs.length} trafs, expected 1`);
  for (const { trackId: id, baseIsMoof, rolledSamples } of trafs) {
    if (id !== trackId) report("track", `got track_ID ${id}, expected ${trackId}`);
    if (!baseIsMoof) report("boxes", "data offsets are not relative to the moof");
    const rolled = rollDistance === undefined ? 0 : samples.count;
    if (rolledSamples !== rolled) {
      report("pre-roll", `sbgp has ${rolledSamples} samples, expected ${rolled}`);
    }
  }
}

function checkSamples(
  { trafs: [traf], samples }: MovieFragment,
  chunk: IndexEntry,
  { mediaTime, entries }: ChunkInit,
  report: Report,
): void {
  const expect = (rule: Rule, name: string, got: number | undefined, expected: number) => {
    if (got !== expected) report(rule, `${name} is ${got}, expected ${expected}`);
  };
  const { count, durations, compositionOffsets, flags, descriptions } = samples;
  expect("record", "the number of samples", chunk.samples, count);
  expect("decode time", "tfdt", traf?.decodeTime, chunk.value);
  let [decodeTime, time, end] = [chunk.value, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const presented = decodeTime + compositionOffsets[i]! - mediaTime;
    time = Math.min(time, presented);
    end = Math.max(end, presented + durations[i]!);
    decodeTime += durations[i]!;
  }
  expect("duration", "the sum of durations", decodeTime - chunk.value, chunk.duration);
  if (count === 0) return;
  expect("presentation time", "the earliest presentation time", time, chunk.time);
  expect("duration", "the presented duration", end - time, chunk.presentedDuration);
  const isSync = (flags[0]! & IS_NON_SYNC) === 0;
  if (isSync !== chunk.isSync) {
    report("flags", `the first sample is ${isSync ? "a" : "no"} sync sample, unlike the record`);
  }
  const other = descriptions.findIndex((description) =>
    !(description >= 1 && description <= entries)
  );
  if (other >= 0) report("description", `got ${descriptions[other]}, expected 1 to ${entries}`);
}
