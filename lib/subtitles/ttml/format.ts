/** TTML writer (W3C TTML1, with ruby of TTML2). */

import { MediaError } from "../../errors.ts";
import { CueStyles } from "../css.ts";
import { parseCueText, splitCueLines, toPlainText } from "../cue_text.ts";
import type { CueNode, CueSpan } from "../cue_text.ts";
import { getBaseDirection, hasDirection } from "../direction.ts";
import type { Direction } from "../direction.ts";
import type { TextStyle } from "../text_style.ts";
import { STYLING_PREFIX, TtmlLayout } from "./layout.ts";
import { formatTimestamp } from "../webvtt.ts";
import type { Webvtt } from "../webvtt.ts";

/** In milliseconds. Document times are relative to `start`. */
export interface TtmlSpan {
  readonly start: number;
  readonly end: number;
  readonly language: string;
}

const TT = "http://www.w3.org/ns/ttml";

const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Characters of cue text, and of content. A span over several lines repeats its tags in each. */
const MAX_LENGTH = 2 ** 22;

/**
 * Clips cues to the span, and omits those of no duration.
 *
 * @throws MediaError if the cues of the span exceed `MAX_LENGTH`
 */
export function formatTtml(
  { cues, blocks }: Pick<Webvtt, "cues" | "blocks">,
  { start, end, language }: TtmlSpan,
): string {
  const layout = new TtmlLayout(blocks);
  const styles = new CueStyles(blocks);
  let left = MAX_LENGTH;
  const paragraphs = cues.flatMap((cue) => {
    const begin = Math.round(Math.max(cue.start, start) - start);
    const stop = Math.round(Math.min(cue.end, end) - start);
    if (begin >= stop) return [];
    left = spend(left, cue.text.length);
    const times = `begin="${formatTimestamp(begin)}" end="${formatTimestamp(stop)}"`;
    const nodes = parseCueText(cue.text);
    const direction = getBaseDirection(toPlainText(nodes));
    const attributes = layout.formatAttributes(cue.settings, direction);
    const content = formatContent(nodes, { styles, direction });
    left = spend(left, content.length);
    return [`<p ${times}${attributes}>${content}</p>`];
  });
  const namespaces = [
    `xmlns="${TT}" xmlns:tts="${TT}#styling" xmlns:ttp="${TT}#parameter"`,
    ...layout.usesSecondPrefix ? [`xmlns:${STYLING_PREFIX}="${TT}#styling"`] : [],
  ].join(" ");
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<tt ${namespaces} ttp:timeBase="media" xml:space="preserve" xml:lang="${
      escapeXml(language)
    }">`,
    `<head>${layout.formatHead()}</head>`,
    "<body><div>", // a region here would exclude paragraphs from all other regions (TTML1 §9.3.3)
    ...paragraphs,
    "</div></body>",
    "</tt>",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Returns what is left. */
function spend(left: number, length: number): number {
  if (length <= left) return left - length;
  const message = `Cannot write TTML: the cues of a segment exceed ${MAX_LENGTH} characters`;
  throw new MediaError(message, "MEDIA_UNSUPPORTED");
}

function formatContent(
  nodes: readonly CueNode[],
  { styles, direction }: { styles: CueStyles; direction: Direction },
): string {
  const inner = formatLines(nodes, { styles, direction });
  const whole = formatStyle(styles.cueStyle);
  return whole ? `<span${whole}>${inner}</span>` : inner;
}

/** Each line of WebVTT has a direction of its own (W3C WebVTT §7.3). */
function formatLines(
  nodes: readonly CueNode[],
  { styles, direction }: { styles: CueStyles; direction: Direction },
): string {
  const lines = splitCueLines(nodes);
  const directions = lines.map((line) => getLineDirection(line, direction));
  if (directions.every((own) => own === direction)) return formatNodes(nodes, styles);
  let left = MAX_LENGTH;
  return lines.map((line, i) => {
    const inner = formatNodes(line, styles);
    left = spend(left, inner.length);
    if (directions[i] === direction) return inner;
    return `<span tts:direction="${directions[i]}" tts:unicodeBidi="embed">${inner}</span>`;
  }).join("<br/>");
}

function getLineDirection(line: readonly CueNode[], otherwise: Direction): Direction {
  const text = toPlainText(line);
  return hasDirection(text) ? getBaseDirection(text) : otherwise;
}

function formatNodes(nodes: readonly CueNode[], styles: CueStyles): string {
  return nodes.map((node) => typeof node === "string" ? formatText(node) : formatSpan(node, styles))
    .join(
      "",
    );
}

function formatText(text: string): string {
  return escapeXml(text).replaceAll("\n", "<br/>");
}

function formatSpan(span: CueSpan, styles: CueStyles): string {
  const { name, annotation, children } = span;
  if (name === "ruby") return formatRuby(span, styles);
  const language = name === "lang" && annotation ? ` xml:lang="${escapeXml(annotation)}"` : "";
  const attributes = language + formatStyle(styles.getStyle(span));
  const inner = formatNodes(children, styles);
  return attributes ? `<span${attributes}>${inner}</span>` : inner;
}

/** Alternates base and text spans (TTML2 §10.2.38), which players without ruby support show in sequence. */
function formatRuby(span: CueSpan, styles: CueStyles): string {
  const parts = span.children.map((child) => {
    const isText = typeof child !== "string" && child.name === "rt";
    const inner = isText ? formatNodes(child.children, styles) : formatNodes([child], styles);
    return `<span tts:ruby="${isText ? "text" : "base"}">${inner}</span>`;
  });
  return `<span tts:ruby="container"${formatStyle(styles.getStyle(span))}>${parts.join("")}</span>`;
}

function formatStyle(style: TextStyle): string {
  const lines = [style.underline && "underline", style.lineThrough && "lineThrough"].filter(
    Boolean,
  );
  return [
    style.color && ` tts:color="${style.color}"`,
    style.background && ` tts:backgroundColor="${style.background}"`,
    style.bold !== undefined && ` tts:fontWeight="${style.bold ? "bold" : "normal"}"`,
    style.italic !== undefined && ` tts:fontStyle="${style.italic ? "italic" : "normal"}"`,
    lines.length > 0 && ` tts:textDecoration="${lines.join(" ")}"`,
  ].filter(Boolean).join("");
}

const REFERENCES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/[&<>"]/g, (character) => REFERENCES[character]!);
}
