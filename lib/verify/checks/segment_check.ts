/** Verification of one format of one rendition, segment by segment: the base of all checks in this directory. */

import type { Builder, Tally } from "../build.ts";
import { createTally } from "../build.ts";
import type { FindingLocation, Format, Report } from "../findings.ts";

/** @template S expected content of a segment; undefined where the check finds it by itself */
export abstract class SegmentCheck<S = undefined> {
  readonly tally: Tally;
  readonly #location: FindingLocation;

  constructor(format: Format, rendition: string, readonly builder: Builder) {
    this.#location = { format, rendition };
    this.tally = createTally(this.#location);
  }

  /** Builds a segment, reads it and compares it with the source. */
  abstract segment(index: number, expected: S): Promise<void>;

  /** Reports what only the last segment shows. */
  finish(): void {}

  /** Reports findings about one segment, or about all of them. */
  protected reportAt(index?: number): Report {
    const { findings } = this.builder;
    if (index === undefined) return findings.at(this.#location);
    return findings.at({ ...this.#location, segment: index + 1 });
  }

  /** Counts a segment that could be read. */
  protected count(bytes: number, samples: number): void {
    this.tally.segments++;
    this.tally.bytes += bytes;
    this.tally.samples += samples;
  }
}
