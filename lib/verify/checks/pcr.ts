/** Checks the PCRs of consecutive MPEG-TS segments (13818-1 §2.4.2.2, §2.7.2). */

import type { DemuxedPes, DemuxedSegment } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { unwrap, WRAP } from "../expected/ts_times.ts";

const PCR_FREQUENCY = 27_000_000;

const PCR_TICKS_PER_DTS_TICK = 300;

const MAX_INTERVAL_TICKS = PCR_FREQUENCY / 10;

const MAX_PCRS_PER_SAMPLE = 1000;

export class PcrCheck {
  #last: number | undefined;
  /** DTS less PCR, in ticks of 27 MHz. */
  #delay: number | undefined;
  #longestSample = 0;
  #previousLongestSample = 0;

  check(
    { pcrs }: DemuxedSegment,
    { video, longestSampleSeconds }: { video: readonly DemuxedPes[]; longestSampleSeconds: number },
    report: Report,
  ): void {
    [this.#previousLongestSample, this.#longestSample] = [
      this.#longestSample,
      longestSampleSeconds * PCR_FREQUENCY,
    ];
    if (video.length > 0 && video[0]!.pcr === undefined) {
      report("PCR", "missing at the start of the segment");
    }
    for (const [i, { time }] of pcrs.entries()) this.#checkInterval(time, i, report);
    for (const { pcr, dts } of video) {
      if (pcr !== undefined) this.#checkDelay(pcr, dts, report);
    }
  }

  #checkInterval(pcr: number, index: number, report: Report): void {
    const last = this.#last;
    const time = last === undefined ? pcr : unwrap(pcr, last, WRAP * PCR_TICKS_PER_DTS_TICK);
    this.#last = time;
    if (last === undefined || time > last && time - last <= this.#maxInterval()) return;
    const seconds = ((time - last) / PCR_FREQUENCY).toFixed(6);
    report("PCR", `number ${index + 1} of the segment is ${seconds} s after the previous one`);
  }

  #maxInterval(): number {
    const longest = Math.max(this.#longestSample, this.#previousLongestSample);
    return Math.max(MAX_INTERVAL_TICKS, longest / MAX_PCRS_PER_SAMPLE);
  }

  /** Data must arrive before it is decoded, with a constant delay. */
  #checkDelay(pcr: number, dts: number, report: Report): void {
    const delay = unwrap(dts * PCR_TICKS_PER_DTS_TICK, pcr, WRAP * PCR_TICKS_PER_DTS_TICK) - pcr;
    if (delay < 0) {
      report("PCR", `${-delay / PCR_TICKS_PER_DTS_TICK} ticks of 90 kHz after DTS ${dts}`);
    }
    this.#delay ??= delay;
    if (delay !== this.#delay) {
      const [got, expected] = [
        delay / PCR_TICKS_PER_DTS_TICK,
        this.#delay / PCR_TICKS_PER_DTS_TICK,
      ];
      report("PCR", `got ${got} ticks of 90 kHz until DTS ${dts}, expected ${expected}`);
    }
  }
}
