/** Fragments of Smooth Streaming ([MS-SSTR] 2.2.4), held against the source: bytes, flags, times to the tick of 100 ns. */

import { rescale } from "../../time.ts";
import { SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { SamplePair } from "./sample_diff.ts";
import { flagsMessage } from "./cmaf.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment } from "../readers/fragment.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** A client makes its own init: all that it says of samples is which entry they use, the first. */
export const SMOOTH_DEFAULTS = { description: 1, duration: 0, size: 0, flags: 0 };

export class SmoothCheck implements FormatCheck<SourceSamples> {
  readonly tally;
  readonly #location: FindingLocation;

  constructor(
    readonly source: SourceTrack,
    readonly stream: SmoothStream,
    readonly options: { readonly measurements: RenditionMeasurements; readonly builder: Builder },
  ) {
    this.#location = { format: "Smooth", rendition: source.rendition.name };
    this.tally = createTally(this.#location);
  }

  async segment(index: number, all: SourceSamples): Promise<void> {
    const { source: { rendition }, stream, options: { measurements, builder } } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const { smoothFragment } = builder.generators;
    const bytes = await builder.build(() => smoothFragment(stream, rendition, index), report);
    const fragment = bytes && readBack(() => readFragment(bytes, SMOOTH_DEFAULTS), report);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.samples += fragment.samples.count;
    this.tally.bytes += bytes.length;
    const smooth = checkSmoothBoxes(fragment, report);
    const { byteOffsets, sizes, count } = fragment.samples;
    const sample = (i: number) => bytes.subarray(byteOffsets[i]!, byteOffsets[i]! + sizes[i]!);
    const samples = this.#heard(all);
    const pairs = compareSamples({ count, sample }, samples, report);
    if (!smooth) return;
    measurements.fragments[index] = smooth;
    this.#compare(fragment, smooth.time, { samples, pairs, report });
  }

  finish(): void {}

  /** What ends before time zero is left out: Smooth has no edit list that would. */
  #heard(samples: SourceSamples): SourceSamples {
    if (this.source.rendition.type !== "audio") return samples;
    const { count, presentationTimes, durations } = samples;
    let skip = 0;
    while (skip < count - 1 && presentationTimes[skip]! + durations[skip]! <= 0) skip++;
    return skip === 0 ? samples : behind(samples, skip);
  }

  /** A sample is shown at the fragment's time, and the durations before it, and its offset. */
  #compare(
    { samples: got }: Fragment,
    start: number,
    { samples, pairs, report }: {
      samples: SourceSamples;
      pairs: readonly SamplePair[];
      report: Report;
    },
  ): void {
    const ticks = (time: number) => rescale(time, this.source.timescale, SMOOTH_TIMESCALE);
    const before = new Float64Array(got.count + 1);
    for (let i = 0; i < got.count; i++) before[i + 1] = before[i]! + got.durations[i]!;
    for (const { got: g, source: s } of pairs) {
      const index = samples.first + s;
      const shown = start + before[g]! + got.compositionOffsets[g]!;
      const expected = ticks(samples.presentationTimes[s]!);
      if (shown !== expected) {
        report("presentation time", `it is ${shown} instead of ${expected} (100 ns)`, index);
      }
      const lasts = samples.durations[s]! * SMOOTH_TIMESCALE / this.source.timescale;
      if (Math.abs(got.durations[g]! - lasts) > 1) {
        report(
          "duration",
          `it is ${got.durations[g]} instead of ${Math.round(lasts)} (100 ns)`,
          index,
        );
      }
      if (got.flags[g] !== samples.flags[s]) {
        report("flags", flagsMessage(got.flags[g]!, samples.flags[s]!), index);
      }
    }
  }
}

/** The same without the first ones. */
function behind(samples: SourceSamples, skip: number): SourceSamples {
  return {
    first: samples.first + skip,
    count: samples.count - skip,
    sizes: samples.sizes.subarray(skip),
    flags: samples.flags.subarray(skip),
    descriptions: samples.descriptions.subarray(skip),
    durations: samples.durations.subarray(skip),
    decodeTimes: samples.decodeTimes.subarray(skip),
    presentationTimes: samples.presentationTimes.subarray(skip),
    byteOffsets: samples.byteOffsets.subarray(skip),
    bytes: samples.bytes,
  };
}

/** What any fragment has: one track, tfxd, sdtp; undefined without a time. */
export function checkSmoothBoxes(
  { boxes, trafs, samples, unusedBytes }: Fragment,
  report: Report,
): { time: number; duration: number } | undefined {
  const [traf, ...more] = trafs;
  if (boxes.join(" ") !== "moof mdat") report("boxes", `it consists of ${boxes.join(" ")}`);
  if (!traf || more.length > 0) report("boxes", `it has ${trafs.length} trafs`);
  if (unusedBytes !== 0) report("mdat", `${unusedBytes} bytes of it are no sample's`);
  if (traf && traf.dependencies?.length !== samples.count) {
    report("boxes", "its sdtp has not a row a sample");
  }
  checkDependencies(traf?.dependencies, samples.flags, report);
  if (!traf?.smooth) {
    report("boxes", "it has no tfxd");
    return undefined;
  }
  const lasts = samples.durations.reduce((sum, duration) => sum + duration, 0);
  const { duration } = traf.smooth;
  if (duration !== lasts && samples.count > 1) {
    report("duration", `tfxd says ${duration}, its samples ${lasts} (100 ns)`);
  }
  return traf.smooth;
}

/** Old devices look for key frames in sdtp. */
function checkDependencies(
  dependencies: Uint8Array | undefined,
  flags: Float64Array,
  report: Report,
): void {
  const wrong = dependencies?.findIndex((row, i) => row !== (flags[i]! >>> 20 & 255)) ?? -1;
  if (wrong >= 0) {
    report("flags", `sdtp says something else of sample ${wrong + 1} of the fragment`);
  }
}
