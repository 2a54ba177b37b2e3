/** Single images, held against the source: each is a sample as it is. */

import type { RenditionFacts } from "../measurements.ts";
import type { Place } from "../findings.ts";
import { match } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { newTally } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

export class ImageCheck implements FormCheck<SourceSamples> {
  readonly tally;
  readonly #place: Place;

  constructor(
    readonly source: SourceTrack,
    readonly facts: RenditionFacts,
    readonly bench: Workbench,
  ) {
    this.#place = { form: "JPEG", rendition: source.rendition.name };
    this.tally = newTally(this.#place);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { bench, source: { rendition } } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const bytes = await bench.build(() => bench.writers.imageSegment(rendition, index), say);
    if (!bytes) return;
    this.tally.segments++;
    this.tally.samples++;
    this.tally.bytes += bytes.length;
    match({ count: 1, sample: () => bytes }, samples, say);
    if (bytes[0] !== 0xFF || bytes[1] !== 0xD8) say("bytes", "it does not start as a JPEG does");
    const [start] = samples.decodeTimes;
    this.facts.cmaf[index] = {
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
