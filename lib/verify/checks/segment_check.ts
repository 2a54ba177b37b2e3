/** Base of the checks of one format of one rendition, segment by segment. */

import type { Builder, Tally } from "../build.ts";
import { createTally } from "../build.ts";
import type { FindingLocation, Format, Report } from "../findings.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { SegmentPlan } from "../../storage/read_plan.ts";
import type { MediaDecryption } from "./media_decryption.ts";
import { checkSlices } from "./slices.ts";

const MAX_UNSLICED_BYTES = 8 * 2 ** 20;

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

  /** Builds a segment, and the slices of the first one and of large ones. @returns as `Builder.build()` */
  protected async buildSegment(
    plan: () => SegmentPlan,
    index: number,
  ): Promise<Uint8Array | undefined> {
    const report = this.reportAt(index);
    const bytes = await this.builder.build(plan, report);
    if (bytes && (index === 0 || bytes.length > MAX_UNSLICED_BYTES)) {
      await checkSlices(plan(), bytes, report);
    }
    return bytes;
  }

  protected count(bytes: number, samples: number): void {
    this.tally.segments++;
    this.tally.bytes += bytes;
    this.tally.samples += samples;
  }
}
