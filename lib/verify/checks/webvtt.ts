/** Compares WebVTT, as one file and in segments, with the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { parseWebvtt } from "../../subtitles/webvtt.ts";
import type { Webvtt } from "../../subtitles/webvtt.ts";
import type { Report } from "../findings.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import { pairSamples } from "./sample_match.ts";
import { TS_ZERO } from "../expected/ts_times.ts";
import { tryRead } from "../build.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

/** Timestamp of presentation time 0 in ticks of 90 kHz. */
const TIME_ZERO = { fmp4: 0, ts: TS_ZERO };

export class WebvttCheck extends SegmentCheck {
  readonly #unseenCues: Record<keyof typeof TIME_ZERO, Set<number>>;

  constructor(
    readonly rendition: SubtitleRendition,
    readonly measurements: RenditionMeasurements,
    builder: Builder,
  ) {
    super("WebVTT", rendition.name, builder);
    const { cues } = rendition.webvtt;
    this.#unseenCues = { fmp4: new Set(cues.keys()), ts: new Set(cues.keys()) };
    this.#checkFile();
  }

  async segment(index: number): Promise<void> {
    const { rendition, builder } = this;
    const report = this.reportAt(index);
    this.tally.segments++;
    for (const format of ["fmp4", "ts"] as const) {
      const { webvttSegment } = builder.generators;
      const bytes = await builder.build(() => webvttSegment(rendition, index, format), report);
      this.measurements.webvttSizes[format][index] = bytes?.length;
      const text = bytes && tryRead(() => parseWebvtt(bytes), report, "text");
      if (!text) continue;
      this.tally.bytes += bytes.length;
      const shown = findShownCues(rendition, index);
      for (const cue of shown) this.#unseenCues[format].delete(cue);
      checkCues(text, { cues: rendition.webvtt.cues, shown, report });
      checkBlocks(text, rendition.webvtt, report);
      checkTimeMap(text, format, report);
    }
  }

  override finish(): void {
    const report = this.reportAt();
    for (const cues of Object.values(this.#unseenCues)) {
      for (const cue of cues) report("lost cue", "in no segment", cue);
    }
  }

  #checkFile(): void {
    const { builder, rendition } = this;
    const report = this.reportAt();
    const bytes = builder.generate(() => builder.generators.wholeWebvtt(rendition), report);
    const text = bytes && tryRead(() => parseWebvtt(bytes), report, "text");
    if (!text) return;
    const { cues } = rendition.webvtt;
    this.tally.bytes += bytes.length;
    this.tally.samples += text.cues.length;
    checkCues(text, { cues, shown: [...cues.keys()], report });
    checkBlocks(text, rendition.webvtt, report);
  }
}

function findShownCues(
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

/** Cues keep their times even if a segment shows only a part of them. */
function checkCues(
  { cues: got }: Webvtt,
  { cues, shown, report }: { cues: readonly Cue[]; shown: readonly number[]; report: Report },
): void {
  const getCue = (index: number) => cues[shown[index]!]!;
  const pairs = pairSamples(got.length, { count: shown.length, first: 0 }, {
    equal: (g, s) => hasSameText(got[g]!, getCue(s)),
    onDifference: ({ source }) =>
      report("cue text", "text, identifier or settings differ", shown[source]),
    report: (rule, message, index) =>
      report(rule, message, index === undefined ? index : shown[index]),
    noun: "cue",
  });
  for (const { got: g, source } of pairs) {
    const [actual, expected] = [got[g]!, getCue(source)];
    if (actual.start === expected.start && actual.end === expected.end) continue;
    const message = `got ${formatSpan(actual)}, expected ${formatSpan(expected)}`;
    report("cue time", message, shown[source]);
  }
}

function formatSpan({ start, end }: Cue): string {
  return `${start} to ${end} ms`;
}

function hasSameText(a: Cue, b: Cue): boolean {
  return a.text === b.text && a.id === b.id && a.settings === b.settings;
}

function checkBlocks({ blocks }: Webvtt, expected: Webvtt, report: Report): void {
  const found = new Set(blocks.map(({ text }) => text));
  for (const { type, text } of expected.blocks) {
    if (type !== "note" && !found.has(text)) {
      report("style", `a ${type} block of the file is missing`);
    }
  }
}

/** X-TIMESTAMP-MAP (RFC 8216bis §3.1.4). */
function checkTimeMap({ header }: Webvtt, format: keyof typeof TIME_ZERO, report: Report): void {
  const line = /^X-TIMESTAMP-MAP=(.*)$/m.exec(header)?.[1] ?? "";
  const ticks = Number(/MPEGTS:(\d+)/.exec(line)?.[1]);
  const clock = /LOCAL:(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/.exec(line);
  const [hours, minutes, seconds, milliseconds] = [1, 2, 3, 4].map((i) => Number(clock?.[i] ?? 0));
  const local = ((hours! * 60 + minutes!) * 60 + seconds!) * 90000 + milliseconds! * 90;
  if (clock && ticks - local === TIME_ZERO[format]) return;
  const time = clock ? ticks - local : line || "nothing";
  report("time map", `got ${time} for time 0, expected ${TIME_ZERO[format]}`);
}
