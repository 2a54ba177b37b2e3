/** Compares Smooth Streaming fragments ([MS-SSTR] 2.2.4) with the source. */

import { rescale } from "../../time.ts";
import { SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { SamplePair } from "./sample_diff.ts";
import { describeFlagDifference } from "./cmaf.ts";
import { NO_DEFAULTS } from "./init.ts";
import { checkSmoothBoxes } from "./smooth_boxes.ts";
import type { Report } from "../findings.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";
import type { MovieFragment } from "../readers/fragment.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { tryRead } from "../build.ts";
import { type MediaContext, SegmentCheck } from "./segment_check.ts";

/** Longest duration of a sample, in ticks of 100 ns. */
const MAX_DURATION = 0xffffffff;

export interface SmoothSource {
  readonly source: SourceTrack;
  readonly stream: SmoothStream;
  /** Time of presentation time 0, in 100 ns: of a period of a channel. */
  readonly origin?: number;
}

export class SmoothCheck extends SegmentCheck<SourceSamples> {
  constructor(readonly source: SmoothSource, readonly context: MediaContext) {
    super("Smooth", source.source.rendition.name, context.builder);
  }

  async segment(index: number, all: SourceSamples): Promise<void> {
    const { builder, source: { source: { rendition }, stream } } = this;
    const report = this.reportAt(index);
    const { smoothFragment } = builder.generators;
    const plan = () => smoothFragment(stream, rendition, index);
    const bytes = await this.buildSegment(plan, index);
    const fragment = bytes && tryRead(() => readFragment(bytes, NO_DEFAULTS), report);
    if (!fragment) return;
    this.count(bytes.length, fragment.samples.count);
    const tfxd = checkSmoothBoxes(fragment, report);
    const samples = rendition.type === "audio" ? skipPriming(all) : all;
    const { decryption, measurements } = this.context;
    decryption.samples(bytes, { fragment, samples, format: "Smooth" }, report);
    const sample = (i: number) => getFragmentSample(bytes, fragment.samples, i);
    const pairs = compareSamples({ count: fragment.samples.count, sample }, samples, report);
    if (!tfxd) return;
    measurements.fragments[index] = tfxd;
    const durations = computeDurations(samples, this.source, index);
    this.#compare(fragment, tfxd.time, { samples, durations, pairs, report });
  }

  #compare(
    { samples: got }: MovieFragment,
    start: number,
    { samples, durations, pairs, report }: {
      samples: SourceSamples;
      durations: Float64Array;
      pairs: readonly SamplePair[];
      report: Report;
    },
  ): void {
    const { source: { timescale }, origin = 0 } = this.source;
    const elapsed = new Float64Array(got.count + 1);
    for (let i = 0; i < got.count; i++) elapsed[i + 1] = elapsed[i]! + got.durations[i]!;
    for (const { got: g, source: s } of pairs) {
      const index = samples.first + s;
      const time = start + elapsed[g]! + got.compositionOffsets[g]!;
      const expectedTime = origin +
        rescale(samples.presentationTimes[s]!, timescale, SMOOTH_TIMESCALE);
      if (time !== expectedTime) {
        report("presentation time", `got ${time}, expected ${expectedTime} (100 ns)`, index);
      }
      const duration = durations[s]!;
      if (Math.abs(got.durations[g]! - duration) > 1) {
        const message = `got ${got.durations[g]}, expected ${Math.round(duration)} (100 ns)`;
        report("duration", message, index);
      }
      if (got.flags[g] !== samples.flags[s]) {
        report("flags", describeFlagDifference(got.flags[g]!, samples.flags[s]!), index);
      }
    }
  }
}

/**
 * Expected durations in ticks. The rest of a sample that lasts too long is added to the next one; with several edits, no sample is
 * decoded when the next fragment has started.
 */
function computeDurations(
  { count, durations }: SourceSamples,
  { source: { edited, timescale }, stream: { times } }: SmoothSource,
  index: number,
): Float64Array {
  const isCut = edited !== undefined && index < times.length - 2;
  const span = isCut ? times[index + 1]! - times[index]! : Infinity;
  let [elapsed, end] = [0, 0];
  return Float64Array.from({ length: count }, (_, i) => {
    elapsed += durations[i]! * SMOOTH_TIMESCALE / timescale;
    const left = count - 1 - i;
    const limit = left > 0 ? span - left : Infinity;
    const duration = Math.min(elapsed - end, limit - end, MAX_DURATION);
    end += duration;
    return duration;
  });
}

/** Smooth Streaming has no edit list: samples that end before time 0 are not served. */
function skipPriming(samples: SourceSamples): SourceSamples {
  const { count, presentationTimes, durations } = samples;
  let skip = 0;
  while (skip < count - 1 && presentationTimes[skip]! + durations[skip]! <= 0) skip++;
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
