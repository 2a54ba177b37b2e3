/** Compares key frames, each a resource of its own, with the source. */

import { tryRead } from "../build.ts";
import { findExpectedKeyFrames } from "../expected/key_frames.ts";
import { computeTsTimes } from "../expected/ts_times.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import type { Format, Report } from "../findings.ts";
import type { KeyFrameMeasurements } from "../measurements.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";
import { TsDemuxer } from "../readers/ts_demuxer.ts";
import { checkFragmentBoxes, compareFragment } from "./cmaf.ts";
import type { InitData } from "./init.ts";
import { checkTables } from "./program_tables.ts";
import { compareSamples } from "./sample_match.ts";
import { type MediaContext, SegmentCheck } from "./segment_check.ts";
import { checkVideo } from "./video.ts";

abstract class KeyFrameCheck extends SegmentCheck<SourceSamples> {
  constructor(
    format: Format,
    readonly source: SourceTrack,
    readonly context: MediaContext,
    readonly measurements: KeyFrameMeasurements[],
  ) {
    super(format, source.rendition.name, context.builder);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { source: { rendition, timescale, edited }, measurements, context: { decryption } } =
      this;
    const report = this.reportAt(index);
    const end = rendition.timeline.times[index + 1]!;
    const isCovered = (sample: number) => edited?.isCovered(sample) ?? false;
    for (const expected of findExpectedKeyFrames(samples, { timescale, end, isCovered })) {
      const { time } = expected;
      const sent = await this.build(time, report);
      const whole = { sequence: measurements.length, samples: expected.samples };
      measurements.push({ time, bytes: sent?.length });
      const bytes = sent && decryption.segment(sent, whole, report);
      if (!bytes) continue;
      this.count(sent.length, 1);
      this.check(bytes, expected.samples, report);
    }
  }

  protected abstract build(time: number, report: Report): Promise<Uint8Array | undefined>;

  protected abstract check(bytes: Uint8Array, samples: SourceSamples, report: Report): void;
}

export class CmafKeyFrameCheck extends KeyFrameCheck {
  constructor(
    source: SourceTrack,
    readonly init: InitData | undefined,
    context: MediaContext,
  ) {
    super("CMAF key frames", source, context, context.measurements.keyFrames);
  }

  build(time: number, report: Report): Promise<Uint8Array | undefined> {
    const { builder, source: { rendition } } = this;
    return builder.build(() => builder.generators.keyFrame(rendition, time), report);
  }

  check(bytes: Uint8Array, samples: SourceSamples, report: Report): void {
    const { init } = this;
    const fragment = init && tryRead(() => readFragment(bytes, init.defaults), report);
    if (!fragment) return;
    checkFragmentBoxes(fragment, init, report);
    const encrypted = { fragment, samples, format: "CMAF key frames" } as const;
    this.context.decryption.samples(bytes, encrypted, report);
    const sample = (i: number) => getFragmentSample(bytes, fragment.samples, i);
    const pairs = compareSamples({ count: fragment.samples.count, sample }, samples, report);
    compareFragment(fragment, { init, samples, pairs, report });
  }
}

export class TsKeyFrameCheck extends KeyFrameCheck {
  constructor(source: SourceTrack, context: MediaContext) {
    super("MPEG-TS key frames", source, context, context.measurements.tsKeyFrames);
  }

  build(time: number, report: Report): Promise<Uint8Array | undefined> {
    const { builder, source: { rendition } } = this;
    return builder.build(() => builder.generators.tsKeyFrame(rendition, time), report);
  }

  /** Players request key frames in any order, so continuity counters do not continue. DTS equals PTS. */
  check(bytes: Uint8Array, samples: SourceSamples, report: Report): void {
    const { source } = this;
    const segment = new TsDemuxer().read(bytes, report);
    if (!segment) return;
    checkTables(segment, [source], report);
    const [video = []] = segment.streams;
    if (video[0]?.pcr === undefined) report("PCR", "missing at the start of the key frame");
    const { pts } = computeTsTimes(source, samples);
    checkVideo(video, { source, samples, report, times: { pts, dts: pts } });
  }
}
