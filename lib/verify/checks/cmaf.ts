/** CMAF segments, as DASH and HLS share them, held against the source: bytes, times, flags, descriptions. */

import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { SamplePair } from "./sample_diff.ts";
import type { RenditionMeasurements, SegmentMeasurements } from "../measurements.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment, FragmentSamples } from "../readers/fragment.ts";
import { checkInit } from "./init.ts";
import type { ReadInit } from "./init.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";
import type { Rule } from "../rules.ts";

export class CmafCheck implements FormatCheck<SourceSamples> {
  readonly tally;
  readonly #location: FindingLocation;
  readonly #init: ReadInit | undefined;
  #sequence = 0;

  constructor(
    readonly source: SourceTrack,
    readonly measurements: RenditionMeasurements,
    readonly builder: Builder,
  ) {
    this.#location = { format: "CMAF", rendition: source.rendition.name };
    this.tally = createTally(this.#location);
    this.#init = checkInit(source, builder, this.#report());
    if (this.#init) measurements.init = { timescale: this.#init.timescale, description: undefined };
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const report = this.#report(index);
    const { generators } = this.builder;
    const { rendition } = this.source;
    if (index === 0 && this.#init) this.#codec(samples);
    const bytes = await this.builder.build(() => generators.cmafSegment(rendition, index), report);
    const defaults = this.#init?.defaults;
    if (!bytes || !defaults) return;
    const fragment = readBack(() => readFragment(bytes, defaults), report);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.samples += fragment.samples.count;
    this.tally.bytes += bytes.length;
    this.#boxes(fragment, report);
    const { byteOffsets, sizes, count } = fragment.samples;
    const sample = (i: number) => bytes.subarray(byteOffsets[i]!, byteOffsets[i]! + sizes[i]!);
    const pairs = compareSamples({ count, sample }, samples, report);
    const decodeTimes = decodeTimesOf(fragment);
    this.#compare(fragment, decodeTimes, { samples, pairs, report });
    this.measurements.cmaf[index] = this.#measureBandwidth(fragment, decodeTimes, bytes);
  }

  finish(): void {}

  #report(index?: number): Report {
    return this.builder.findings.at(
      index === undefined ? this.#location : { ...this.#location, segment: index + 1 },
    );
  }

  /** The codec that a player sees, once it has a sample. */
  #codec(samples: SourceSamples): void {
    const init = this.#init!;
    const report = this.#report();
    const description = readBack(() => init.describe(samples), report, "codec");
    this.measurements.init = { timescale: init.timescale, description };
    const own = this.source.rendition.description;
    if (description && description.codec !== own.codec) {
      report("codec", `its init says ${description.codec}, not ${own.codec}`);
    }
  }

  #boxes({ boxes, sequence, trafs, unusedBytes }: Fragment, report: Report): void {
    const found = boxes.join(" ");
    if (found !== "styp moof mdat") {
      report("boxes", `it consists of ${found}, not of styp moof mdat`);
    }
    if (sequence <= this.#sequence) {
      report("sequence number", `it is ${sequence} behind ${this.#sequence}`);
    }
    this.#sequence = sequence;
    if (unusedBytes !== 0) report("mdat", `${unusedBytes} bytes of it are no sample's`);
    for (const { trackId, time, baseIsMoof } of trafs) {
      if (trackId !== this.#init!.trackId) {
        report("track", `its track_ID is ${trackId}, in the init ${this.#init!.trackId}`);
      }
      if (time === undefined) report("decode time", "it has no tfdt");
      if (!baseIsMoof) report("boxes", "its data offsets don't count from the moof");
    }
  }

  #compare(
    fragment: Fragment,
    decodeTimes: Float64Array,
    { samples, pairs, report }: {
      samples: SourceSamples;
      pairs: readonly SamplePair[];
      report: Report;
    },
  ): void {
    const got = fragment.samples;
    const { mediaTime } = this.#init!;
    for (const { got: g, source: s } of pairs) {
      const tell = (rule: Rule, found: number, expected: number) => {
        if (found === expected) return;
        report(rule, `it is ${found} instead of ${expected}`, samples.first + s);
      };
      const shown = decodeTimes[g]! + got.compositionOffsets[g]! - mediaTime;
      tell("decode time", decodeTimes[g]!, samples.decodeTimes[s]!);
      tell("presentation time", shown, samples.presentationTimes[s]!);
      tell("duration", got.durations[g]!, samples.durations[s]!);
      tell("description", got.descriptions[g]!, samples.descriptions[s]! + 1);
      if (got.flags[g] === samples.flags[s]) continue;
      report("flags", flagsMessage(got.flags[g]!, samples.flags[s]!), samples.first + s);
    }
  }

  #measureBandwidth(
    { samples }: Fragment,
    decodeTimes: Float64Array,
    bytes: Uint8Array,
  ): SegmentMeasurements {
    const { compositionOffsets, durations, byteOffsets, sizes, flags, count } = samples;
    const { mediaTime } = this.#init!;
    let [earliest, shownEnd] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      const time = decodeTimes[i]! + compositionOffsets[i]! - mediaTime;
      earliest = Math.min(earliest, time);
      shownEnd = Math.max(shownEnd, time + durations[i]!);
    }
    const shown = (decodeTimes[0] ?? 0) + (compositionOffsets[0] ?? 0) - mediaTime;
    const sync = ((flags[0] ?? IS_NON_SYNC) & IS_NON_SYNC) === 0;
    return {
      bytes: bytes.length,
      firstEnd: count > 0 ? byteOffsets[0]! + sizes[0]! : 0,
      start: decodeTimes[0] ?? 0,
      end: count > 0 ? decodeTimes[count - 1]! + durations[count - 1]! : 0,
      earliest,
      shown,
      shownEnd,
      sync,
      independent: sync && shown <= earliest && this.#isClosed(samples, bytes),
    };
  }

  /** The first sample is no picture that leaves those behind it to the segment before (IDR, not just a recovery point). */
  #isClosed(
    { count, byteOffsets, sizes, descriptions }: FragmentSamples,
    bytes: Uint8Array,
  ): boolean {
    const { rendition: { codec }, track } = this.source;
    const entry = track.entries[(descriptions[0] ?? 0) - 1];
    if (count === 0 || !entry || !codec.randomAccess) return true;
    const first = bytes.subarray(byteOffsets[0]!, byteOffsets[0]! + Math.min(sizes[0]!, PEEK));
    return codec.randomAccess(entry, first) === "closed";
  }
}

/** Bytes of a sample that a codec looks at. */
const PEEK = 4096;

/** Each traf says when its first sample is decoded; the others follow by durations. */
function decodeTimesOf({ trafs, samples: { count, durations } }: Fragment): Float64Array {
  const times = new Float64Array(count);
  const starts = new Map(trafs.map(({ first, time }) => [first, time]));
  for (let i = 0; i < count; i++) {
    times[i] = starts.get(i) ?? (i === 0 ? 0 : times[i - 1]! + durations[i - 1]!);
  }
  return times;
}

export function flagsMessage(got: number, expected: number): string {
  const hex = (flags: number) => flags.toString(16).padStart(8, "0");
  const isSync = (flags: number) => (flags & IS_NON_SYNC) === 0;
  const key = isSync(got) === isSync(expected)
    ? ""
    : isSync(got)
    ? ", a key frame that is none"
    : ", no key frame though it is one";
  return `they are ${hex(got)} instead of ${hex(expected)}${key}`;
}
