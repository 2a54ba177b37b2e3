/** Programme clocks of a transport stream (13818-1 §2.4.2.2, §2.7.2), from segment to segment. */

import type { DemuxedPes, DemuxedSegment } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { unwrap, WRAP } from "../expected/ts_times.ts";

/** Ticks of 27 MHz in a tick of 90 kHz. */
const FINE = 300;

/** A clock is said at least so often: 100 ms. In ticks of 27 MHz. */
const MOST_APART = 2_700_000;

/** Through a picture that is shown for hours, clocks are said no more often than this. */
const MOST_CLOCKS = 1000;

export class PcrCheck {
  #last: number | undefined;
  /** By how much decoding is behind the clock, from the first picture on. */
  #delay: number | undefined;
  /** In ticks of 27 MHz: the picture that is shown longest, of this segment and the one before it. */
  #longest = 0;
  #longestBefore = 0;

  /**
   * @param pictures in the stream that brings the clock
   * @param longest seconds for which one of them is shown
   */
  check(
    { pcrs }: DemuxedSegment,
    { pictures, longest }: { pictures: readonly DemuxedPes[]; longest: number },
    report: Report,
  ): void {
    [this.#longestBefore, this.#longest] = [this.#longest, longest * 27_000_000];
    if (pictures.length > 0 && pictures[0]!.pcr === undefined) {
      report("PCR", "the segment does not start with one");
    }
    for (const [i, { time }] of pcrs.entries()) this.#follow(time, i, report);
    for (const { pcr, dts } of pictures) {
      if (pcr !== undefined) this.#compare(pcr, dts, report);
    }
  }

  /** Clocks rise, and are not too far apart. */
  #follow(clock: number, index: number, report: Report): void {
    const last = this.#last;
    const time = last === undefined ? clock : unwrap(clock, last, WRAP * FINE);
    this.#last = time;
    if (last === undefined) return;
    const seconds = ((time - last) / 27_000_000).toFixed(6);
    if (time <= last) {
      report("PCR", `clock ${index + 1} of the segment is ${seconds} s after the one before it`);
    } else if (time - last > this.#mostApart()) {
      report("PCR", `clock ${index + 1} of the segment comes ${seconds} s after the one before it`);
    }
  }

  #mostApart(): number {
    return Math.max(MOST_APART, Math.max(this.#longest, this.#longestBefore) / MOST_CLOCKS);
  }

  /** What is decoded has arrived; the clock runs evenly with decoding. */
  #compare(clock: number, dts: number, report: Report): void {
    const delay = unwrap(dts * FINE, clock, WRAP * FINE) - clock;
    if (delay < 0) {
      report("PCR", `it is ${-delay / FINE} ticks behind what is to be decoded (90 kHz)`);
    }
    this.#delay ??= delay;
    if (delay !== this.#delay) {
      report(
        "PCR",
        `DTS ${dts} is ${delay / FINE} ticks later, not ${this.#delay / FINE} (90 kHz)`,
      );
    }
  }
}
