/** WebVTT (W3C, Candidate Recommendation of 2019): its file parser, as browsers run it, and its writer. */

import { isUtf8 } from "node:buffer";
import { MediaError } from "../errors.ts";
import { MAX_TEXT_SIZE } from "./charset.ts";
import type { Cue } from "./cue.ts";
import { ParseWarnings } from "./parse_warnings.ts";

export interface Webvtt {
  /** What follows the signature: the rest of its line, and the lines up to the first empty one. */
  readonly header: string;
  /** Style sheets, regions and comments, in file order. */
  readonly blocks: readonly WebvttBlock[];
  /** In file order. */
  readonly cues: readonly Cue[];
  /** What a player will pass over, a sentence each, with its line. */
  readonly warnings: readonly string[];
}

export interface WebvttBlock {
  readonly type: "style" | "region" | "note";
  /** All of it, the line with its type included. */
  readonly text: string;
  /** How many cues stand before it. */
  readonly before: number;
}

/** In bytes: a text file is kept in memory whole. Whoever reads one asks for its size first. */
export const MAX_WEBVTT_SIZE = MAX_TEXT_SIZE;

const SIGNATURE = /^WEBVTT(?=[ \t\n]|$)/;

/**
 * @param bytes of UTF-8
 * @throws MediaError when the signature is missing, or there is more of it than `MAX_WEBVTT_SIZE`. Whatever else is wrong, players pass over, and so does this, with a warning.
 */
export function parseWebvtt(bytes: Uint8Array): Webvtt {
  checkSize(bytes);
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");
  if (!SIGNATURE.test(text)) throw new MediaError("Cannot find the signature WEBVTT at the start");
  const parser = new Parser(text.slice("WEBVTT".length).split("\n"));
  if (!isUtf8(bytes)) parser.warn(findReplacementLine(text), "its bytes are not UTF-8");
  return parser.parse();
}

/** What players get: the file's own bytes, without the byte order mark. */
export function removeByteOrderMark(bytes: Uint8Array): Uint8Array {
  const hasMark = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF;
  return hasMark ? bytes.subarray(3) : bytes;
}

/** What stands before the cues of a file, as the configuration of a track has it: styles and regions, no comments. */
export function formatWebvttHeader({ header, blocks }: Omit<Webvtt, "warnings">): string {
  const kept = blocks.filter(({ type }) => type !== "note");
  return [`WEBVTT${header}`, ...kept.map(({ text }) => text)].join("\n\n");
}

/** The text of a file, which `parseWebvtt` takes back. Cues must be as `Cue` says. */
export function formatWebvtt({ header, blocks, cues }: Omit<Webvtt, "warnings">): string {
  const parts = [`WEBVTT${header}`];
  let written = 0;
  for (const { text, before } of blocks) {
    parts.push(...cues.slice(written, before).map(formatCue), text);
    written = Math.max(written, before);
  }
  parts.push(...cues.slice(written).map(formatCue));
  return parts.join("\n\n") + "\n";
}

function formatCue({ start, end, id, settings, text }: Cue): string {
  const timing = `${formatTimestamp(start)} --> ${formatTimestamp(end)}`;
  return [id, settings ? `${timing} ${settings}` : timing, text].filter(Boolean).join("\n");
}

/** `01:02:03.456` of milliseconds. */
export function formatTimestamp(time: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = [time / 3600000, time / 60000 % 60, time / 1000 % 60].map(two).join(":");
  return `${clock}.${String(time % 1000).padStart(3, "0")}`;
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length <= MAX_WEBVTT_SIZE) return;
  const why = `Cannot read ${bytes.length} bytes of text: over ${MAX_WEBVTT_SIZE}`;
  throw new MediaError(why, "MEDIA_UNSUPPORTED");
}

/** Line, from 1 on, of the first character that the decoder had to replace. */
function findReplacementLine(text: string): number {
  return text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
}

/** Lines that belong together (§6.1, "collect a WebVTT block"). */
interface LineBlock {
  /** Index of the first. */
  readonly first: number;
  /** The line with the arrow, which makes it a cue; not there in other blocks. */
  readonly timing?: string;
  /** What stands before the arrow's line. */
  readonly id: string;
  /** The others. */
  readonly body: readonly string[];
}

class Parser {
  readonly #blocks: WebvttBlock[] = [];
  readonly #cues: Cue[] = [];
  readonly #warnings = new ParseWarnings();
  #next = 0;

  /** @param lines the first without its signature */
  constructor(readonly lines: readonly string[]) {}

  parse(): Webvtt {
    const header = this.#header();
    while (this.#next < this.lines.length) {
      if (this.lines[this.#next] === "") this.#next++;
      else this.#block(this.#collect());
    }
    return { header, blocks: this.#blocks, cues: this.#cues, warnings: this.#warnings.list };
  }

  /** @param line from 1 on */
  warn(line: number, why: string): void {
    this.#warnings.addLine(line, why);
  }

  /** The first line may hold an arrow; those below it end at one. */
  #header(): string {
    this.#next = 1;
    while (this.lines[this.#next] && !this.lines[this.#next]!.includes("-->")) this.#next++;
    return this.lines.slice(0, this.#next).join("\n");
  }

  /** Up to an empty line, or up to an arrow that stands too low to be this block's. */
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
    if (!type) return this.warn(first + 1, "no cue, comment, style sheet or region starts here");
    if (type !== "note" && this.#cues.length) {
      this.warn(first + 1, `a ${type} must stand before the first cue`);
    }
    this.#blocks.push({ type, text: body.join("\n"), before: this.#cues.length });
  }

  #cue(line: number, timing: string, rest: Pick<Cue, "id" | "text">): void {
    const times = parseTiming(timing);
    if (!times) {
      return this.warn(line, "it doesn't give two times, as 00:01.000 --> 00:02.000 does");
    }
    if (times.end < times.start) return this.warn(line, "its cue ends before it starts");
    this.#cues.push({ ...times, ...rest });
  }
}

function getBlockType([first = "", second]: readonly string[]): WebvttBlock["type"] | undefined {
  if (/^NOTE(?=[ \t]|$)/.test(first)) return "note";
  if (second === undefined) return undefined; // a style sheet and a region have something in them
  const [, word] = /^(STYLE|REGION)[ \t\f]*$/.exec(first) ?? [];
  return word?.toLowerCase() as "style" | "region" | undefined;
}

const TIMESTAMP = String.raw`(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})(?!\d)`;
const TIMING = new RegExp(`^[ \\t\\f]*${TIMESTAMP}[ \\t\\f]*-->[ \\t\\f]*${TIMESTAMP}(.*)$`);

/** A cue's times and settings (§6.3); undefined where the line gives none. */
function parseTiming(line: string): Pick<Cue, "start" | "end" | "settings"> | undefined {
  const match = TIMING.exec(line);
  if (!match) return undefined;
  const start = toMilliseconds(match.slice(1, 5));
  const end = toMilliseconds(match.slice(5, 9));
  if (start === undefined || end === undefined) return undefined;
  return { start, end, settings: match[9]!.trim() };
}

/** Of hours, minutes, seconds and thousandths; undefined where a clock would not show them. */
function toMilliseconds(parts: readonly (string | undefined)[]): number | undefined {
  const [hours, minutes, seconds, thousandths] = parts.map((part) => Number(part ?? 0));
  const time = ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + thousandths!;
  return minutes! < 60 && seconds! < 60 && Number.isSafeInteger(time) ? time : undefined;
}
