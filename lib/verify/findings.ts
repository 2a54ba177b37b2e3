/** What a verification found, and where. */

import type { Rule } from "./rules.ts";

/** A format that a presentation goes out in: a column of the table. */
export type Format =
  | "source"
  | "CMAF"
  | "DASH manifest"
  | "DASH manifest, wvtt"
  | "HLS playlists"
  | "HLS playlists, MPEG-TS"
  | "MPEG-TS"
  | "Smooth"
  | "Smooth manifest"
  | "WebVTT"
  | "wvtt"
  | "TTML"
  | "JPEG";

/** What is being looked at. */
export interface FindingLocation {
  readonly format: Format;
  /** Its name; "" for what is of the whole presentation. */
  readonly rendition: string;
  /** From 1 on, as sequence numbers of fragments count. */
  readonly segment?: number;
}

export interface Finding extends FindingLocation {
  /** From 1 on, in decode order, as sample numbers of ISO/IEC 14496-12 count; of a text: the cue. */
  readonly sample?: number;
  /** Which rule it breaks: `decode time`. */
  readonly rule: Rule;
  readonly message: string;
}

/** Says what is found in a location. */
export type Report = (rule: Rule, message: string, sample?: number) => void;

/** Findings of one rule, format and rendition that are listed; others are counted. */
const MAX_LISTED = 5;

/** A fault in every sample is said a few times, then counted: a long title must not fill the memory with it. */
export class Findings {
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<string, { last: Finding; count: number }>();

  /** @param sample from 0 on */
  add(location: FindingLocation, rule: Rule, message: string, sample?: number): void {
    const finding = {
      ...location,
      ...sample === undefined ? {} : { sample: sample + 1 },
      rule,
      message,
    };
    const key = JSON.stringify([location.format, location.rendition, rule]);
    const counted = this.#counts.get(key) ?? { last: finding, count: 0 };
    counted.count++;
    counted.last = finding;
    this.#counts.set(key, counted);
    if (counted.count <= MAX_LISTED) this.#listed.push(finding);
  }

  at(location: FindingLocation): Report {
    return (rule, message, sample) => this.add(location, rule, message, sample);
  }

  /** In the order in which they were made; at their end, how many of a kind are not listed. */
  list(): Finding[] {
    const more = [...this.#counts.values()].filter(({ count }) => count > MAX_LISTED);
    return [
      ...this.#listed,
      ...more.map(({ last: { format, rendition, rule }, count }) => ({
        format,
        rendition,
        rule,
        message: `${count - MAX_LISTED} more of this kind`,
      })),
    ];
  }

  /** Of a format of a rendition; of a manifest, whichever rendition it is about; without a location, of all. */
  count(location?: FindingLocation): number {
    let sum = 0;
    for (const { last, count } of this.#counts.values()) {
      const same = !location || last.format === location.format &&
          (location.rendition === "" || last.rendition === location.rendition);
      if (same) sum += count;
    }
    return sum;
  }
}
