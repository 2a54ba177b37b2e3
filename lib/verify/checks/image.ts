/** Single images, held against the source: each is a sample as it is. */

import type { RenditionMeasurements } from "../measurements.ts";
import type { FindingLocation } from "../findings.ts";
import { compareSamples } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { createTally } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

export class ImageCheck implements FormatCheck<SourceSamples> {
  readonly tally;
  readonly #location: FindingLocation;

  constructor(
    readonly source: SourceTrack,
    readonly measurements: RenditionMeasurements,
    readonly builder: Builder,
  ) {
    this.#location = { format: "JPEG", rendition: source.rendition.name };
    this.tally = createTally(this.#location);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, source: { rendition } } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const bytes = await builder.build(
      () => builder.generators.imageSegment(rendition, index),
      report,
    );
    if (!bytes) return;
    this.tally.segments++;
    this.tally.samples++;
    this.tally.bytes += bytes.length;
    compareSamples({ count: 1, sample: () => bytes }, samples, report);
    if (bytes[0] !== 0xFF || bytes[1] !== 0xD8) report("bytes", "it does not start as a JPEG does");
    const [start] = samples.decodeTimes;
    this.measurements.cmaf[index] = {
      bytes: bytes.length,
      firstEnd: bytes.length,
      start: start!,
      end: start! + samples.durations[0]!,
      earliest: samples.presentationTimes[0]!,
      shown: samples.presentationTimes[0]!,
      shownEnd: samples.presentationTimes[0]! + samples.durations[0]!,
      sync: true,
      independent: true,
    };
  }

  finish(): void {}
}
