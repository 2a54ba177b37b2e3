/** TTML (W3C, TTML1), written: cues as a document. */

import type { Cue } from "./cue.ts";

/** The span of time that a document is for, in milliseconds: its times count from `start`. */
export interface TtmlSpan {
  readonly start: number;
  readonly end: number;
  /** BCP 47. */
  readonly language: string;
}

/** Namespaces of the language, its styling and its parameters. */
const TT = "http://www.w3.org/ns/ttml";

/** Tags of WebVTT that TTML has a style for. */
const STYLES = new Map([
  ["b", `tts:fontWeight="bold"`],
  ["i", `tts:fontStyle="italic"`],
  ["u", `tts:textDecoration="underline"`],
]);

/** Values of `align` in WebVTT, and of textAlign. */
const ALIGNMENTS = ["start", "center", "end", "left", "right"];

/** What XML 1.0 forbids (§2.2). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/**
 * The cues that are shown in the span, each for the part of it that lies inside, to the millisecond; not those that last
 * no time.
 */
export function formatTtml(cues: readonly Cue[], { start, end, language }: TtmlSpan): string {
  const paragraphs = cues.flatMap((cue) => {
    const begin = Math.round(Math.max(cue.start, start) - start);
    const stop = Math.round(Math.min(cue.end, end) - start);
    return begin < stop ? [paragraph(cue, begin, stop)] : [];
  });
  const namespaces = `xmlns="${TT}" xmlns:tts="${TT}#styling" xmlns:ttp="${TT}#parameter"`;
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<tt ${namespaces} ttp:timeBase="media" xml:space="preserve" xml:lang="${escaped(language)}">`,
    LAYOUT,
    `<body region="below"><div>`,
    ...paragraphs,
    "</div></body>",
    "</tt>",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function paragraph(cue: Cue, begin: number, end: number): string {
  const times = `begin="${clock(begin)}" end="${clock(end)}"`;
  return `<p ${times}${alignment(cue)}>${content(cue.text)}</p>`;
}

/** Where cues stand that don't say: below, in the middle. */
const LAYOUT = `<head><layout><region xml:id="below" tts:origin="10% 10%" tts:extent="80% 80%" ` +
  `tts:displayAlign="after" tts:textAlign="center"/></layout></head>`;

/** `00:00:01.500` of milliseconds. */
function clock(time: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const parts = [time / 3600000, time / 60000 % 60, time / 1000 % 60].map(two);
  return `${parts.join(":")}.${String(time % 1000).padStart(3, "0")}`;
}

function alignment({ settings }: Cue): string {
  const align = /(?:^|\s)align:(\w+)/.exec(settings)?.[1] ?? "";
  return ALIGNMENTS.includes(align) ? ` tts:textAlign="${align}"` : "";
}

/** A cue's text: tags of WebVTT become spans where TTML can say them, its entities characters, its lines breaks. */
function content(text: string): string {
  const open: string[] = [];
  const parts = text.split(/(<[^>]*(?:>|$)|\n)/).map((part) => {
    if (part === "\n") return "<br/>";
    if (!part.startsWith("<")) return escaped(characters(part));
    const [, end, name = ""] = /^<(\/?)([^.\s>]*)/.exec(part) ?? [];
    const style = STYLES.get(name);
    if (!style) return "";
    if (!end) {
      open.push(name);
      return `<span ${style}>`;
    }
    if (open.at(-1) !== name) return ""; // as browsers take crossed tags
    open.pop();
    return "</span>";
  });
  return parts.join("") + "</span>".repeat(open.length);
}

/** Entities that WebVTT knows by name (§4.2.2), and by number. */
const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["lrm", "\u200E"],
  ["rlm", "\u200F"],
  ["nbsp", "\u00A0"],
]);

function characters(text: string): string {
  return text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (name) return NAMED.get(name) ?? all;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
}

const REFERENCES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/[&<>"]/g, (character) => REFERENCES[character]!);
}
