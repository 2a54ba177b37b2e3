/** What a verification found, and where. */

import type { Rule } from "./rules.ts";

/** A form that a presentation goes out in: a column of the table. */
export type Form =
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
export interface Place {
  readonly form: Form;
  /** Its name; "" for what is of the whole presentation. */
  readonly rendition: string;
  /** From 1 on, as sequence numbers of fragments count. */
  readonly segment?: number;
}

export interface Finding extends Place {
  /** From 1 on, in decode order, as sample numbers of ISO/IEC 14496-12 count; of a text: the cue. */
  readonly sample?: number;
  /** Which rule it breaks: `decode time`. */
  readonly rule: Rule;
  readonly message: string;
}

/** Says what is found in a place. */
export type Say = (rule: Rule, message: string, sample?: number) => void;

/** Findings of one rule, form and rendition that are listed; others are counted. */
const MOST = 5;

/** A fault in every sample is said a few times, then counted: a long title must not fill the memory with it. */
export class Findings {
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<string, { last: Finding; count: number }>();

  /** @param sample from 0 on */
  add(place: Place, rule: Rule, message: string, sample?: number): void {
    const finding = {
      ...place,
      ...sample === undefined ? {} : { sample: sample + 1 },
      rule,
      message,
    };
    const key = JSON.stringify([place.form, place.rendition, rule]);
    const counted = this.#counts.get(key) ?? { last: finding, count: 0 };
    counted.count++;
    counted.last = finding;
    this.#counts.set(key, counted);
    if (counted.count <= MOST) this.#listed.push(finding);
  }

  at(place: Place): Say {
    return (rule, message, sample) => this.add(place, rule, message, sample);
  }

  /** In the order in which they were made; at their end, how many of a kind are not listed. */
  list(): Finding[] {
    const more = [...this.#counts.values()].filter(({ count }) => count > MOST);
    return [
      ...this.#listed,
      ...more.map(({ last: { form, rendition, rule }, count }) => ({
        form,
        rendition,
        rule,
        message: `${count - MOST} more of this kind`,
      })),
    ];
  }

  /** Of a form of a rendition; of a manifest, whichever rendition it is about; without a place, of all. */
  count(place?: Place): number {
    let sum = 0;
    for (const { last, count } of this.#counts.values()) {
      const same = !place || last.form === place.form &&
          (place.rendition === "" || last.rendition === place.rendition);
      if (same) sum += count;
    }
    return sum;
  }
}
