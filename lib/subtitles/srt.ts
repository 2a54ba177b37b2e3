/** SubRip parser. Timing lines identify cues, even without numbers and blank lines: no standard exists. */

import { MediaError } from "../errors.ts";
import { exceedsMaxCueSize, MAX_CUE_SIZE } from "./cue.ts";
import type { Cue } from "./cue.ts";
import { formatCueSettings, parseCueSettings } from "./cue_settings.ts";
import { toLineFeeds, undoDoubleConversion } from "./line_ends.ts";
import { ParseWarnings } from "./parse_warnings.ts";
import { StyleClasses } from "./text_style.ts";
import { SrtMarkup } from "./srt_markup.ts";
import type { Webvtt } from "./webvtt.ts";

/** Hours and fraction are optional; spaces are allowed. */
const TIME = String
  .raw`(-?)\s?(?:(\d{1,6})\s?:\s?)?(\d{1,6})\s?:\s?(\d{1,3})(?:\s?[.,:]\s?(\d{1,9}))?`;
const TIMING = new RegExp(
  String.raw`^\s{0,99}${TIME}\s{0,9}[-–—]{1,3}\s?>\s{0,9}${TIME}(?!\d)(.*)$`,
);

const MAX_TIMING_LENGTH = 500;

/** Pixels of a video of unknown size. */
const COORDINATES = /^\s*X1:\d+/i;

interface Timing {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly rest: string;
}

/** @throws MediaError if the text has no timing line */
export function parseSrt(text: string): Omit<Webvtt, "header"> & { header: "" } {
  const lines = toLineFeeds(undoDoubleConversion(text)).split("\n");
  const timings = lines.flatMap((line, i) => parseTiming(line, i) ?? []);
  if (timings.length === 0) {
    throw new MediaError(
      "Cannot find a cue: expected a line such as 00:00:01,000 --> 00:00:02,000",
    );
  }
  const reader = new SrtReader(lines, timings);
  const cues = timings.flatMap((timing, i) => reader.readCue(timing, i));
  return {
    header: "",
    blocks: reader.classes.toBlocks(),
    cues: cues.sort((a, b) => a.start - b.start),
    warnings: reader.warnings.list,
  };
}

function parseTiming(line: string, index: number): Timing | undefined {
  if (!line.includes(">") || line.length > MAX_TIMING_LENGTH) return undefined;
  const match = TIMING.exec(line);
  if (!match) return undefined;
  const [start, end] = [toMilliseconds(match.slice(1, 6)), toMilliseconds(match.slice(6, 11))];
  return { line: index, start, end, rest: match[11]! };
}

function toMilliseconds(
  [sign, hours = "0", minutes, seconds, fraction = ""]: readonly (string | undefined)[],
): number {
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const time = whole * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
  return sign ? -time : time;
}

class SrtReader {
  readonly warnings = new ParseWarnings();
  readonly classes = new StyleClasses();
  readonly #lines: readonly string[];
  readonly #timings: readonly Timing[];
  readonly #numbered: boolean;

  constructor(lines: readonly string[], timings: readonly Timing[]) {
    this.#lines = lines;
    this.#timings = timings;
    this.#numbered = isNumber(lines[timings[0]!.line - 1]);
    const before = lines.slice(0, timings[0]!.line - (this.#numbered ? 1 : 0));
    const stray = before.findIndex((line) => /[^\s\uFEFF]/.test(line));
    if (stray >= 0) this.warnings.addLine(stray + 1, "text before the first cue is ignored");
  }

  readCue(timing: Timing, index: number): Cue[] {
    const { line, rest } = timing;
    const start = Math.max(0, timing.start);
    if (timing.start < 0) {
      this.warnings.addLine(line + 1, "the cue starts before 0 and is shown from 0");
    }
    if (timing.end < start) {
      this.warnings.addLine(line + 1, "the cue ends before it starts and is ignored");
      return [];
    }
    const source = this.#text(index);
    if (source.length > MAX_CUE_SIZE) return this.#ignoreLargeCue(line);
    const markup = new SrtMarkup(this.classes, this.warnings, line + 2);
    const text = markup.read(source);
    if (text === "") return [];
    const settings = this.#settings(line, rest) || markup.settings;
    const cue = { start, end: timing.end, id: this.#id(line), settings, text };
    return exceedsMaxCueSize(cue) ? this.#ignoreLargeCue(line) : [cue];
  }

  #ignoreLargeCue(line: number): [] {
    this.warnings.addLine(line + 1, `the cue exceeds ${MAX_CUE_SIZE} bytes and is ignored`);
    return [];
  }

  #text(index: number): string {
    const first = this.#timings[index]!.line + 1;
    const next = this.#timings[index + 1]?.line ?? this.#lines.length;
    const last = index + 1 < this.#timings.length && this.#hasNumber(next) ? next - 1 : next;
    const lines = this.#lines.slice(first, last);
    const stop = lines.findLastIndex((line) => line.trim() !== "");
    return lines.slice(0, stop + 1).join("\n");
  }

  /** Text may be a number: without numbered cues, only one after a blank line counts. */
  #hasNumber(line: number): boolean {
    const isAfterBlank = (this.#lines[line - 2] ?? "").trim() === "";
    return isNumber(this.#lines[line - 1]) && (this.#numbered || isAfterBlank);
  }

  #id(line: number): string {
    return this.#hasNumber(line) ? this.#lines[line - 1]!.replace("\uFEFF", "").trim() : "";
  }

  /** Some programs append WebVTT settings to the times. */
  #settings(line: number, rest: string): string {
    const settings = formatCueSettings({ ...parseCueSettings(rest), region: undefined });
    if (COORDINATES.test(rest)) {
      this.warnings.add(
        "Coordinates such as X1:40 are ignored: the video size that they refer to is unknown",
      );
    } else if (rest.trim() && !settings) {
      this.warnings.addLine(
        line + 1,
        `"${rest.trim().slice(0, 40)}" after the times is ignored`,
      );
    }
    return settings;
  }
}

function isNumber(line: string | undefined): boolean {
  return /^[\s\uFEFF]*\d{1,9}\s*$/.test(line ?? "");
}
