/** Builds and parses resources; failures become findings. */

import { getBufferSize, readPlan } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { FindingLocation, Findings, Report } from "./findings.ts";
import { MediaError } from "../errors.ts";
import type { Generators } from "./generators.ts";
import type { Rule } from "./rules.ts";

/** Row of the report: what was verified of one format of a rendition, or of one manifest. */
export interface Tally {
  readonly location: FindingLocation;
  segments: number;
  /** Cues of subtitles. */
  samples: number;
  bytes: number;
}

export function createTally(location: FindingLocation): Tally {
  return { location, segments: 0, samples: 0, bytes: 0 };
}

export class Builder {
  builtBytes = 0;
  #buffer = new Uint8Array(2 ** 16);

  constructor(readonly generators: Generators, readonly findings: Findings) {}

  /** @returns bytes that are valid until the next call; undefined, with a finding, on failure */
  async build(plan: () => SegmentPlan, report: Report): Promise<Uint8Array | undefined> {
    try {
      const planned = plan();
      const size = getBufferSize(planned);
      if (size > this.#buffer.length) this.#buffer = new Uint8Array(size);
      const bytes = await readPlan(planned, this.#buffer);
      this.builtBytes += bytes.length;
      return bytes;
    } catch (error) {
      reportFailure(error, report);
      return undefined;
    }
  }

  /** @returns undefined, with a finding, on failure */
  generate<T extends string | Uint8Array>(generate: () => T, report: Report): T | undefined {
    try {
      const generated = generate();
      this.builtBytes += generated.length;
      return generated;
    } catch (error) {
      reportFailure(error, report);
      return undefined;
    }
  }
}

function reportFailure(error: unknown, report: Report): void {
  report("build", `cannot be built: ${(error as Error).message}`);
}

/** @returns undefined, with a finding, if `read` throws a MediaError */
export function tryRead<T>(read: () => T, report: Report, rule: Rule = "boxes"): T | undefined {
  try {
    return read();
  } catch (error) {
    reportMediaError(error, report, rule);
    return undefined;
  }
}

/** @returns as `tryRead()` */
export async function tryReadAsync<T>(
  read: () => Promise<T>,
  report: Report,
  rule: Rule = "codec",
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    reportMediaError(error, report, rule);
    return undefined;
  }
}

function reportMediaError(error: unknown, report: Report, rule: Rule): void {
  if (!(error instanceof MediaError)) throw error;
  report(rule, `cannot be read: ${error.message}`);
}
