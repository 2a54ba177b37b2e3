/** Texts as WebVTT, whole and in segments, held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { parseWebvtt } from "../../subtitles/webvtt.ts";
import type { Webvtt } from "../../subtitles/webvtt.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { pairSamples } from "./sample_match.ts";
import { TS_ZERO } from "../expected/ts_times.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** The media that segments go with, and what their time 0 is called there. In ticks of 90 kHz. */
const TIME_ZERO = { fmp4: 0, ts: TS_ZERO };

export class WebvttCheck implements FormatCheck<undefined> {
  readonly tally;
  readonly #location: FindingLocation;
  /** Cues that no segment has had yet. */
  readonly #waiting: Record<keyof typeof TIME_ZERO, Set<number>>;

  constructor(readonly rendition: SubtitleRendition, readonly builder: Builder) {
    this.#location = { format: "WebVTT", rendition: rendition.name };
    this.tally = createTally(this.#location);
    const all = rendition.webvtt.cues.keys();
    this.#waiting = { fmp4: new Set(all), ts: new Set(rendition.webvtt.cues.keys()) };
    this.#whole();
  }

  async segment(index: number): Promise<void> {
    const { rendition, builder } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    this.tally.segments++;
    for (const format of ["fmp4", "ts"] as const) {
      const { webvttSegment } = builder.generators;
      const bytes = await builder.build(() => webvttSegment(rendition, index, format), report);
      const text = bytes && readBack(() => parseWebvtt(bytes), report, "text");
      if (!text) continue;
      this.tally.bytes += bytes.length;
      const shown = shownIn(rendition, index);
      for (const cue of shown) this.#waiting[format].delete(cue);
      checkCues(text, { cues: rendition.webvtt.cues, shown, report });
      checkBlocks(text, rendition.webvtt, report);
      checkTimeMap(text, format, report);
    }
  }

  finish(): void {
    const report = this.builder.findings.at(this.#location);
    for (const cues of Object.values(this.#waiting)) {
      for (const cue of cues) report("lost cue", "no segment shows it", cue);
    }
  }

  #whole(): void {
    const { builder, rendition } = this;
    const report = builder.findings.at(this.#location);
    const bytes = builder.make(() => builder.generators.wholeText(rendition), report);
    const text = bytes && readBack(() => parseWebvtt(bytes), report, "text");
    if (!text) return;
    const { cues } = rendition.webvtt;
    this.tally.bytes += bytes.length;
    this.tally.samples += text.cues.length;
    checkCues(text, { cues, shown: [...cues.keys()], report });
    checkBlocks(text, rendition.webvtt, report);
  }
}

/** Cues that are shown at any time of a segment. */
function shownIn(
  { webvtt: { cues }, times, timescale }: SubtitleRendition,
  index: number,
): number[] {
  const [start, end] = [times[index]!, times[index + 1]!].map((time) => time * 1000 / timescale);
  const last = index === times.length - 2;
  return [...cues.keys()].filter((cue) => {
    const { start: from, end: to } = cues[cue]!;
    const begins = last || from < end!;
    return begins && (to > start! || from >= start!);
  });
}

/** Each has its own times, also where a segment shows only a part of it. */
function checkCues(
  { cues: got }: Webvtt,
  { cues, shown, report }: { cues: readonly Cue[]; shown: readonly number[]; report: Report },
): void {
  const own = (index: number) => cues[shown[index]!]!;
  const said = (index: number): Report => (rule, message) => report(rule, message, shown[index]);
  const pairs = pairSamples(got.length, { count: shown.length, first: 0 }, {
    equal: (g, s) => sameText(got[g]!, own(s)),
    differs: ({ source }) => said(source)("cue text", "its text, name or settings are others"),
    report: (rule, message, index) =>
      report(rule, message, index === undefined ? index : shown[index]),
    noun: "cue",
  });
  for (const { got: g, source } of pairs) {
    const [theirs, ours] = [got[g]!, own(source)];
    if (theirs.start === ours.start && theirs.end === ours.end) continue;
    const span = ({ start, end }: Cue) => `${start} to ${end} ms`;
    said(source)("cue time", `it is shown from ${span(theirs)} instead of ${span(ours)}`);
  }
}

function sameText(a: Cue, b: Cue): boolean {
  return a.text === b.text && a.id === b.id && a.settings === b.settings;
}

/** Style sheets and regions are in every segment. */
function checkBlocks({ blocks }: Webvtt, own: Webvtt, report: Report): void {
  const there = new Set(blocks.map(({ text }) => text));
  for (const { type, text } of own.blocks) {
    if (type !== "note" && !there.has(text)) report("style", `a ${type} of the file is not in it`);
  }
}

/** RFC 8216bis §3.1.4 */
function checkTimeMap({ header }: Webvtt, format: keyof typeof TIME_ZERO, report: Report): void {
  const line = /^X-TIMESTAMP-MAP=(.*)$/m.exec(header)?.[1] ?? "";
  const ticks = Number(/MPEGTS:(\d+)/.exec(line)?.[1]);
  const clock = /LOCAL:(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/.exec(line);
  const [hours, minutes, seconds, thousandths] = [1, 2, 3, 4].map((i) => Number(clock?.[i] ?? 0));
  const local = ((hours! * 60 + minutes!) * 60 + seconds!) * 90000 + thousandths! * 90;
  if (clock && ticks - local === TIME_ZERO[format]) return;
  report(
    "time map",
    `it puts time 0 at ${clock ? ticks - local : line || "nothing"}, not ${TIME_ZERO[format]}`,
  );
}
