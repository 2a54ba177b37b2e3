/** TTML (W3C, TTML1), written: cues as a document. */

import type { Cue } from "./cue.ts";

/** The span of time that a document is for, in milliseconds: its times count from `start`. */
export interface TtmlSpan {
  readonly start: number;
  readonly end: number;
  /** BCP 47. */
  readonly language: string;
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>`;

/** Namespaces of the language, its styling and its parameters. */
const TT = "http://www.w3.org/ns/ttml";

/** Tags of WebVTT that TTML has a style for. */
const STYLES: Record<string, string> = {
  b: `tts:fontWeight="bold"`,
  i: `tts:fontStyle="italic"`,
  u: `tts:textDecoration="underline"`,
};

const ALIGNMENTS: Record<string, string> = {
  start: "start",
  center: "center",
  end: "end",
  left: "left",
  right: "right",
};

/** What XML 1.0 forbids (§2.2). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** The cues that are shown at any time of the span, each for the part of it that lies inside. */
export function formatTtml(cues: readonly Cue[], { start, end, language }: TtmlSpan): string {
  const inside = cues.filter((cue) => cue.start < end && cue.end > start);
  const paragraphs = inside.map((cue) => {
    const [begin, stop] = [Math.max(cue.start, start) - start, Math.min(cue.end, end) - start];
    return `<p begin="${clock(begin)}" end="${clock(stop)}"${alignment(cue)}>${
      content(cue.text)
    }</p>`;
  });
  const root =
    `<tt xmlns="${TT}" xmlns:tts="${TT}#styling" xmlns:ttp="${TT}#parameter" ttp:timeBase="media"`;
  return `${HEAD}\n${root} xml:lang="${
    escaped(language)
  }">\n${LAYOUT}\n<body region="below"><div>\n` +
    `${paragraphs.join("\n")}\n</div></body>\n</tt>\n`;
}

/** Where cues stand that don't say: below, in the middle. */
const LAYOUT = `<head><layout><region xml:id="below" tts:origin="10% 10%" tts:extent="80% 80%" ` +
  `tts:displayAlign="after" tts:textAlign="center"/></layout></head>`;

/** `00:00:01.500` of milliseconds. */
function clock(time: number): string {
  const whole = Math.round(time);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const parts = [whole / 3600000, whole / 60000 % 60, whole / 1000 % 60].map(two);
  return `${parts.join(":")}.${String(whole % 1000).padStart(3, "0")}`;
}

function alignment({ settings }: Cue): string {
  const said = /(?:^|\s)align:(\w+)/.exec(settings)?.[1] ?? "";
  const align = ALIGNMENTS[said];
  return align ? ` tts:textAlign="${align}"` : "";
}

/** A cue's text: tags of WebVTT become spans where TTML can say them, its entities characters, its lines breaks. */
function content(text: string): string {
  const open: string[] = [];
  const parts = text.split(/(<[^>]*>|\n)/).map((part) => {
    if (part === "\n") return "<br/>";
    if (!part.startsWith("<")) return escaped(characters(part));
    const [, end, name = ""] = /^<(\/?)([a-z]*)/.exec(part) ?? [];
    if (!STYLES[name]) return "";
    if (!end) {
      open.push(name);
      return `<span ${STYLES[name]}>`;
    }
    if (open.at(-1) !== name) return ""; // crossed tags: the later end closes all
    open.pop();
    return "</span>";
  });
  return parts.join("") + "</span>".repeat(open.length);
}

/** Entities that WebVTT knows by name (§4.2.2), and by number. */
const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  lrm: "\u200E",
  rlm: "\u200F",
  nbsp: "\u00A0",
};

function characters(text: string): string {
  return text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (name) return NAMED[name] ?? all;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
}

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(
    />/g,
    "&gt;",
  )
    .replace(/"/g, "&quot;");
}
