/** Findings of a verification. */

import type { Rule } from "./rules.ts";

export type Format =
  | "source"
  | "archive"
  | "CMAF"
  | "CMAF key frames"
  | "DASH manifest"
  | "DASH manifest, wvtt"
  | "HLS playlists"
  | "HLS playlists, MPEG-TS"
  | "MPEG-TS"
  | "MPEG-TS key frames"
  | "Smooth"
  | "Smooth manifest"
  | "WebVTT"
  | "wvtt"
  | "TTML"
  | "JPEG";

export interface FindingLocation {
  readonly format: Format;
  /** Empty for the whole presentation. */
  readonly rendition: string;
  /** Number of an archive block. */
  readonly block?: number;
  /** Number of a period of a channel. */
  readonly period?: number;
  /** From 1. */
  readonly segment?: number;
}

export interface Finding extends FindingLocation {
  /** From 1, in decode order; number of the cue in subtitles. */
  readonly sample?: number;
  readonly rule: Rule;
  readonly message: string;
}

export type Report = (rule: Rule, message: string, sampleIndex?: number) => void;

/** Others of the same rule, format and rendition are only counted, to bound memory. */
const MAX_LISTED = 5;

export class Findings {
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<string, { last: Finding; count: number }>();

  add(location: FindingLocation, rule: Rule, message: string, sampleIndex?: number): void {
    const finding = {
      ...location,
      ...sampleIndex === undefined ? {} : { sample: sampleIndex + 1 },
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
    return (rule, message, sampleIndex) => this.add(location, rule, message, sampleIndex);
  }

  /** Findings in order, followed by the number of unlisted ones of each kind. */
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

  /** Findings of a format of a rendition; of a format, if `rendition` is ""; of all, without a location. */
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
