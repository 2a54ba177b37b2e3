/** Where segments are built to be looked at: the writers, a buffer for them, and what was found. */

import { getBufferSize, readPlan } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { Findings, Place, Say } from "./findings.ts";
import { MediaError } from "../errors.ts";
import type { Writers } from "./generators.ts";
import type { Rule } from "./rules.ts";

/** One form of one rendition. */
export interface FormCheck<Segment> {
  readonly tally: Tally;
  /** Builds a segment, reads it back, compares. */
  segment(index: number, source: Segment): Promise<void>;
  /** When all segments were. */
  finish(): void;
}

/** What was read back of a form of a rendition: a row of the table. */
export interface Tally {
  readonly place: Place;
  segments: number;
  /** Of a text: cues. */
  samples: number;
  bytes: number;
}

export function newTally(place: Place): Tally {
  return { place, segments: 0, samples: 0, bytes: 0 };
}

export class Workbench {
  /** Bytes that writers have made. */
  bytes = 0;
  #buffer = new Uint8Array(2 ** 16);

  constructor(readonly writers: Writers, readonly findings: Findings) {}

  /** The bytes of a plan, until the next call; undefined where they could not be made, which is found. */
  async build(plan: () => SegmentPlan, say: Say): Promise<Uint8Array | undefined> {
    try {
      const made = plan();
      const needed = getBufferSize(made);
      if (needed > this.#buffer.length) this.#buffer = new Uint8Array(needed);
      const bytes = await readPlan(made, this.#buffer);
      this.bytes += bytes.length;
      return bytes;
    } catch (error) {
      say("build", `it can't be built: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** What a writer gives at once. */
  make<T extends string | Uint8Array>(write: () => T, say: Say): T | undefined {
    try {
      const made = write();
      this.bytes += made.length;
      return made;
    } catch (error) {
      say("build", `it can't be built: ${(error as Error).message}`);
      return undefined;
    }
  }
}

/** What `read` gives; what keeps it from being read is found, under the rule `boxes` unless another is named. */
export function readBack<T>(read: () => T, say: Say, rule: Rule = "boxes"): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    say(rule, `it can't be read: ${error.message}`);
    return undefined;
  }
}
