/** Where segments are built to be looked at: the generators, a buffer for them, and what was found. */

import { getBufferSize, readPlan } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { FindingLocation, Findings, Report } from "./findings.ts";
import { MediaError } from "../errors.ts";
import type { Generators } from "./generators.ts";
import type { Rule } from "./rules.ts";

/** One format of one rendition. */
export interface FormatCheck<Segment> {
  readonly tally: Tally;
  /** Builds a segment, reads it back, compares. */
  segment(index: number, source: Segment): Promise<void>;
  /** When all segments were. */
  finish(): void;
}

/** What was read back of a format of a rendition: a row of the table. */
export interface Tally {
  readonly location: FindingLocation;
  segments: number;
  /** Of a text: cues. */
  samples: number;
  bytes: number;
}

export function createTally(location: FindingLocation): Tally {
  return { location, segments: 0, samples: 0, bytes: 0 };
}

export class Builder {
  /** Bytes that generators have made. */
  bytes = 0;
  #buffer = new Uint8Array(2 ** 16);

  constructor(readonly generators: Generators, readonly findings: Findings) {}

  /** The bytes of a plan, until the next call; undefined where they could not be made, which is found. */
  async build(plan: () => SegmentPlan, report: Report): Promise<Uint8Array | undefined> {
    try {
      const made = plan();
      const needed = getBufferSize(made);
      if (needed > this.#buffer.length) this.#buffer = new Uint8Array(needed);
      const bytes = await readPlan(made, this.#buffer);
      this.bytes += bytes.length;
      return bytes;
    } catch (error) {
      report("build", `it can't be built: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** What a writer gives at once. */
  make<T extends string | Uint8Array>(write: () => T, report: Report): T | undefined {
    try {
      const made = write();
      this.bytes += made.length;
      return made;
    } catch (error) {
      report("build", `it can't be built: ${(error as Error).message}`);
      return undefined;
    }
  }
}

/** What `read` gives; what keeps it from being read is found, under the rule `boxes` unless another is named. */
export function readBack<T>(read: () => T, report: Report, rule: Rule = "boxes"): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    report(rule, `it can't be read: ${error.message}`);
    return undefined;
  }
}
