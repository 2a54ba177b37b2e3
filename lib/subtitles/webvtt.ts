/** WebVTT files (W3C Candidate Recommendation of 2019), parsed as in browsers. */

import { Buffer, isUtf8 } from "node:buffer";
import { MediaError } from "../errors.ts";
import { MAX_TEXT_SIZE } from "./charset.ts";
import type { Cue } from "./cue.ts";
import { ParseWarnings } from "./parse_warnings.ts";

export interface Webvtt {
  /** After the signature, up to the first empty line. */
  readonly header: string;
  readonly blocks: readonly WebvttBlock[];
  readonly cues: readonly Cue[];
  /** Content that players ignore. */
  readonly warnings: readonly string[];
}

export interface WebvttBlock {
  readonly type: "style" | "region" | "note";
  readonly text: string;
  /** Number of cues before the block. */
  readonly before: number;
}

export const MAX_WEBVTT_SIZE = MAX_TEXT_SIZE;

const SIGNATURE = /^WEBVTT(?=[ \t\n]|$)/;

/**
 * Warns about errors that players ignore.
 *
 * @throws MediaError if the signature is missing or the size exceeds `MAX_WEBVTT_SIZE`
 */
export function parseWebvtt(bytes: Uint8Array): Webvtt {
  checkSize(bytes);
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");
  if (!SIGNATURE.test(text)) throw new MediaError("Cannot find the signature WEBVTT at the start");
  const parser = new Parser(text.slice("WEBVTT".length).split("\n"));
  if (!isUtf8(bytes)) parser.warn(findReplacementLine(text), "the bytes are not UTF-8");
  return parser.parse();
}

export function removeByteOrderMark(bytes: Uint8Array): Uint8Array {
  const hasMark = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF;
  return hasMark ? bytes.subarray(3) : bytes;
}

/** Formats the configuration of a wvtt track: header, styles and regions. */
export function formatWebvttHeader({ header, blocks }: Omit<Webvtt, "warnings">): string {
  const definitions = blocks.filter(({ type }) => type !== "note");
  return [`WEBVTT${header}`, ...definitions.map(({ text }) => text)].join("\n\n");
}

/** Formats what `parseWebvtt` parses to the same content. */
export function formatWebvtt({ header, blocks, cues }: Omit<Webvtt, "warnings">): string {
  const parts = [`WEBVTT${header}`];
  let written = 0;
  for (const { text, before } of blocks) {
    for (; written < Math.min(before, cues.length); written++) {
      parts.push(formatCue(cues[written]!));
    }
    parts.push(text);
  }
  for (; written < cues.length; written++) parts.push(formatCue(cues[written]!));
  return parts.join("\n\n") + "\n";
}

function formatCue({ start, end, id, settings, text }: Cue): string {
  const timing = `${formatTimestamp(start)} --> ${formatTimestamp(end)}`;
  return [id, settings ? `${timing} ${settings}` : timing, text].filter(Boolean).join("\n");
}

const ARROW_LENGTH = 5;

/** Returns the bytes of a cue in what `formatWebvtt()` returns, without building its text. */
export function measureWebvttCue({ start, end, id, settings, text }: Cue): number {
  const line = (content: string) => content ? 1 + Buffer.byteLength(content) : 0;
  return line(id) + measureTimestamp(start) + ARROW_LENGTH + measureTimestamp(end) +
    line(settings) + line(text);
}

const HOURS_100 = 360_000_000;

function measureTimestamp(time: number): number {
  const { length } = "00:00:00.000";
  return time < HOURS_100 ? length : length - 2 + String(Math.floor(time / 3_600_000)).length;
}

/** Formats milliseconds as `01:02:03.456`. */
export function formatTimestamp(time: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = [time / 3600000, time / 60000 % 60, time / 1000 % 60].map(two).join(":");
  return `${clock}.${String(time % 1000).padStart(3, "0")}`;
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length <= MAX_WEBVTT_SIZE) return;
  const why = `Cannot read ${bytes.length} bytes of text, expected at most ${MAX_WEBVTT_SIZE}`;
  throw new MediaError(why, "MEDIA_UNSUPPORTED");
}

function findReplacementLine(text: string): number {
  return text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
}

interface LineBlock {
  readonly first: number;
  readonly timing?: string;
  readonly id: string;
  readonly body: readonly string[];
}

class Parser {
  readonly #blocks: WebvttBlock[] = [];
  readonly #cues: Cue[] = [];
  readonly #warnings = new ParseWarnings();
  #next = 0;

  constructor(readonly lines: readonly string[]) {}

  parse(): Webvtt {
    const header = this.#header();
    while (this.#next < this.lines.length) {
      if (this.lines[this.#next] === "") this.#next++;
      else this.#block(this.#collect());
    }
    return { header, blocks: this.#blocks, cues: this.#cues, warnings: this.#warnings.list };
  }

  warn(line: number, why: string): void {
    this.#warnings.addLine(line, why);
  }

  /** Only the first line may contain an arrow. */
  #header(): string {
    this.#next = 1;
    while (this.lines[this.#next] && !this.lines[this.#next]!.includes("-->")) this.#next++;
    return this.lines.slice(0, this.#next).join("\n");
  }

  /** Stops at an empty line or the arrow of the next cue. */
  #collect(): LineBlock {
    const first = this.#next;
    const id = this.lines[first]!.includes("-->") ? "" : this.lines[first]!;
    const arrow = id === "" ? first : first + 1;
    const isCue = this.lines[arrow]?.includes("-->") ?? false;
    this.#next = isCue ? arrow + 1 : arrow;
    while (this.lines[this.#next] && !this.lines[this.#next]!.includes("-->")) this.#next++;
    const body = this.lines.slice(isCue ? arrow + 1 : first, this.#next);
    return isCue ? { first, timing: this.lines[arrow]!, id, body } : { first, id: "", body };
  }

  #block({ first, timing, id, body }: LineBlock): void {
    if (timing !== undefined) {
      return this.#cue(first + (id ? 2 : 1), timing, { id, text: body.join("\n") });
    }
    const type = getBlockType(body);
    if (!type) return this.warn(first + 1, "expected a cue, comment, style sheet or region");
    if (type !== "note" && this.#cues.length) {
      this.warn(first + 1, `a ${type} block must precede the first cue`);
    }
    this.#blocks.push({ type, text: body.join("\n"), before: this.#cues.length });
  }

  #cue(line: number, timing: string, rest: Pick<Cue, "id" | "text">): void {
    const times = parseTiming(timing);
    if (!times) {
      return this.warn(line, "expected times such as 00:01.000 --> 00:02.000");
    }
    if (times.end < times.start) return this.warn(line, "the cue ends before it starts");
    this.#cues.push({ ...times, ...rest });
  }
}

function getBlockType([first = "", second]: readonly string[]): WebvttBlock["type"] | undefined {
  if (/^NOTE(?=[ \t]|$)/.test(first)) return "note";
  if (second === undefined) return undefined;
  const [, word] = /^(STYLE|REGION)[ \t\f]*$/.exec(first) ?? [];
  return word?.toLowerCase() as "style" | "region" | undefined;
}

const TIMESTAMP = String.raw`(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})(?!\d)`;
const TIMING = new RegExp(`^[ \\t\\f]*${TIMESTAMP}[ \\t\\f]*-->[ \\t\\f]*${TIMESTAMP}(.*)$`);

function parseTiming(line: string): Pick<Cue, "start" | "end" | "settings"> | undefined {
  const match = TIMING.exec(line);
  if (!match) return undefined;
  const start = toMilliseconds(match.slice(1, 5));
  const end = toMilliseconds(match.slice(5, 9));
  if (start === undefined || end === undefined) return undefined;
  return { start, end, settings: match[9]!.trim() };
}

function toMilliseconds(parts: readonly (string | undefined)[]): number | undefined {
  const [hours, minutes, seconds, thousandths] = parts.map((part) => Number(part ?? 0));
  const time = ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + thousandths!;
  return minutes! < 60 && seconds! < 60 && Number.isSafeInteger(time) ? time : undefined;
}
