/** Compares JPEG images with the samples of their track. */

import type { RenditionMeasurements } from "../measurements.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

export class ImageCheck extends SegmentCheck<SourceSamples> {
  constructor(
    readonly source: SourceTrack,
    readonly measurements: RenditionMeasurements,
    builder: Builder,
  ) {
    super("JPEG", source.rendition.name, builder);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, source: { rendition } } = this;
    const report = this.reportAt(index);
    const { imageSegment } = builder.generators;
    const bytes = await builder.build(() => imageSegment(rendition, index), report);
    if (!bytes) return;
    this.count(bytes.length, 1);
    compareSamples({ count: 1, sample: () => bytes }, samples, report);
    if (bytes[0] !== 0xFF || bytes[1] !== 0xD8) report("bytes", "does not start with SOI of JPEG");
    const [start, presentation, duration] = [
      samples.decodeTimes[0]!,
      samples.presentationTimes[0]!,
      samples.durations[0]!,
    ];
    this.measurements.cmaf[index] = {
      bytes: bytes.length,
      decodeStart: start,
      decodeEnd: start + duration,
      earliestPresentation: presentation,
      firstSamplePresentation: presentation,
      presentationEnd: presentation + duration,
      startsWithSync: true,
      independent: true,
    };
  }
}
