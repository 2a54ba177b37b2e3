/** Base of the checks of one format of one rendition, segment by segment. */

import type { Builder, Tally } from "../build.ts";
import { createTally } from "../build.ts";
import type { FindingLocation, Format, Report } from "../findings.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { MediaDecryption } from "./media_decryption.ts";

/** What the checks of a media rendition share. */
export interface MediaContext {
  readonly measurements: RenditionMeasurements;
  readonly builder: Builder;
  readonly decryption: MediaDecryption;
}

export abstract class SegmentCheck<Expected = undefined> {
  readonly tally: Tally;
  readonly #location: FindingLocation;

  constructor(format: Format, rendition: string, readonly builder: Builder) {
    this.#location = { format, rendition };
    this.tally = createTally(this.#location);
  }

  abstract segment(index: number, expected: Expected): Promise<void>;

  /** Reports what only the last segment shows. */
  finish(): void {}

  protected reportAt(index?: number): Report {
    const { findings } = this.builder;
    if (index === undefined) return findings.at(this.#location);
    return findings.at({ ...this.#location, segment: index + 1 });
  }

  protected count(bytes: number, samples: number): void {
    this.tally.segments++;
    this.tally.bytes += bytes;
    this.tally.samples += samples;
  }
}
