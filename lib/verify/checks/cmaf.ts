/** Compares CMAF segments with the source. */

import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { SamplePair } from "./sample_diff.ts";
import type { SegmentMeasurements } from "../measurements.ts";
import type { Report } from "../findings.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";
import type { FragmentSamples, MovieFragment } from "../readers/fragment.ts";
import { checkInit, MAX_PROBED_BYTES } from "./init.ts";
import type { InitData } from "./init.ts";
import { checkRolledSamples } from "./pre_roll.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { tryRead } from "../build.ts";
import type { Rule } from "../rules.ts";
import { type MediaContext, SegmentCheck } from "./segment_check.ts";

export class CmafCheck extends SegmentCheck<SourceSamples> {
  /** Undefined if it cannot be read. */
  readonly init: InitData | undefined;
  #sequence = 0;

  constructor(readonly source: SourceTrack, readonly context: MediaContext) {
    super("CMAF", source.rendition.name, context.builder);
    const { measurements } = context;
    this.init = checkInit(source, context, this.reportAt());
    if (this.init) measurements.init = { timescale: this.init.timescale, description: undefined };
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const report = this.reportAt(index);
    const { generators: { cmafSegment } } = this.builder;
    if (index === 0 && this.init) this.#checkCodec(this.init, samples);
    const plan = () => cmafSegment(this.source.rendition, index);
    const { decryption, measurements } = this.context;
    const sent = await this.buildSegment(plan, index);
    const bytes = sent && decryption.segment(sent, { sequence: index, samples }, report);
    const defaults = this.init?.defaults;
    if (!bytes || !defaults) return;
    const fragment = tryRead(() => readFragment(bytes, defaults), report);
    if (!fragment) return;
    this.count(sent.length, fragment.samples.count);
    checkFragmentBoxes(fragment, this.init!, report);
    this.#checkSequence(fragment, report);
    const spare = decryption.samples(bytes, { fragment, samples, format: "CMAF" }, report);
    const sample = (i: number) => getFragmentSample(bytes, fragment.samples, i);
    const pairs = compareSamples({ count: fragment.samples.count, sample }, samples, report);
    compareFragment(fragment, { init: this.init!, samples, pairs, report });
    measurements.cmaf[index] = {
      ...this.#measure(fragment, { first: samples.first, bytes }),
      bytes: sent.length,
      maxBytes: sent.length + spare,
    };
  }

  #checkCodec(init: InitData, samples: SourceSamples): void {
    const report = this.reportAt();
    const description = tryRead(() => init.describe(samples), report, "codec");
    this.context.measurements.init = { timescale: init.timescale, description };
    const expected = this.source.rendition.description.codec;
    if (description && description.codec !== expected) {
      report("codec", `the init has ${description.codec}, expected ${expected}`);
    }
  }

  #checkSequence({ sequenceNumber }: MovieFragment, report: Report): void {
    if (sequenceNumber <= this.#sequence) {
      report("sequence number", `got ${sequenceNumber} after ${this.#sequence}`);
    }
    this.#sequence = sequenceNumber;
  }

  #measure(
    fragment: MovieFragment,
    { first, bytes }: { first: number; bytes: Uint8Array },
  ): Omit<SegmentMeasurements, "bytes" | "maxBytes"> {
    const { samples, samples: { compositionOffsets, durations, flags, count } } = fragment;
    const decodeTimes = getDecodeTimes(fragment);
    const { mediaTime } = this.init!;
    const lastEdit = (this.source.edited?.lastEdit ?? first) - first;
    let [earliestPresentation, presentationEnd] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      const time = decodeTimes[i]! + compositionOffsets[i]! - mediaTime;
      earliestPresentation = Math.min(earliestPresentation, time);
      const end = i < lastEdit ? time : time + durations[i]!;
      presentationEnd = Math.max(presentationEnd, end);
    }
    const firstPresentation = (decodeTimes[0] ?? 0) + (compositionOffsets[0] ?? 0) - mediaTime;
    const sync = ((flags[0] ?? IS_NON_SYNC) & IS_NON_SYNC) === 0;
    const isFirst = firstPresentation <= earliestPresentation;
    return {
      decodeStart: decodeTimes[0] ?? 0,
      decodeEnd: count > 0 ? decodeTimes[count - 1]! + durations[count - 1]! : 0,
      earliestPresentation,
      firstSamplePresentation: firstPresentation,
      presentationEnd,
      startsWithSync: sync,
      independent: sync && isFirst && this.#isClosed(samples, bytes),
    };
  }

  /** Returns false at a recovery point: later samples may refer to the previous segment. */
  #isClosed(samples: FragmentSamples, bytes: Uint8Array): boolean {
    const { rendition: { codec }, track } = this.source;
    const entry = track.entries[(samples.descriptions[0] ?? 0) - 1];
    if (samples.count === 0 || !entry || !codec.randomAccess) return true;
    const first = getFragmentSample(bytes, samples, 0).subarray(0, MAX_PROBED_BYTES);
    return codec.randomAccess(entry, first) === "closed";
  }
}

/** Checks what does not depend on samples. */
export function checkFragmentBoxes(
  fragment: MovieFragment,
  init: InitData,
  report: Report,
): void {
  const { boxTypes, trafs, unusedMdatBytes } = fragment;
  const found = boxTypes.join(" ");
  if (found !== "styp moof mdat") report("boxes", `got ${found}, expected styp moof mdat`);
  if (unusedMdatBytes !== 0) report("mdat", `${unusedMdatBytes} bytes belong to no sample`);
  for (const { trackId, decodeTime, baseIsMoof } of trafs) {
    if (trackId !== init.trackId) {
      report("track", `got track_ID ${trackId}, expected ${init.trackId} as in the init`);
    }
    if (decodeTime === undefined) report("decode time", "tfdt is missing");
    if (!baseIsMoof) report("boxes", "data offsets are not relative to the moof");
  }
  checkRolledSamples(fragment, init.rollDistance, report);
}

/** Compares times, durations, descriptions and flags of samples. */
export function compareFragment(
  fragment: MovieFragment,
  { init: { mediaTime }, samples, pairs, report }: {
    init: InitData;
    samples: SourceSamples;
    pairs: readonly SamplePair[];
    report: Report;
  },
): void {
  const got = fragment.samples;
  const decodeTimes = getDecodeTimes(fragment);
  for (const { got: g, source: s } of pairs) {
    const expect = (rule: Rule, actual: number, expected: number) => {
      if (actual === expected) return;
      report(rule, `got ${actual}, expected ${expected}`, samples.first + s);
    };
    const presentationTime = decodeTimes[g]! + got.compositionOffsets[g]! - mediaTime;
    expect("decode time", decodeTimes[g]!, samples.decodeTimes[s]!);
    expect("presentation time", presentationTime, samples.presentationTimes[s]!);
    expect("duration", got.durations[g]!, samples.durations[s]!);
    expect("description", got.descriptions[g]!, samples.descriptions[s]! + 1);
    if (got.flags[g] === samples.flags[s]) continue;
    report("flags", describeFlagDifference(got.flags[g]!, samples.flags[s]!), samples.first + s);
  }
}

function getDecodeTimes({ trafs, samples: { count, durations } }: MovieFragment): Float64Array {
  const times = new Float64Array(count);
  const starts = new Map(trafs.map(({ firstSample, decodeTime }) => [firstSample, decodeTime]));
  for (let i = 0; i < count; i++) {
    times[i] = starts.get(i) ?? (i === 0 ? 0 : times[i - 1]! + durations[i - 1]!);
  }
  return times;
}

export function describeFlagDifference(got: number, expected: number): string {
  const hex = (flags: number) => flags.toString(16).padStart(8, "0");
  const isSync = (flags: number) => (flags & IS_NON_SYNC) === 0;
  const key = isSync(got) === isSync(expected)
    ? ""
    : isSync(got)
    ? ": declared as a key frame"
    : ": not declared as a key frame";
  return `got ${hex(got)}, expected ${hex(expected)}${key}`;
}
