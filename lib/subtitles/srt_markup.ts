/** SubRip markup: HTML tags and override codes of SubStation Alpha. */

import { parseColor } from "./color.ts";
import { removeComments } from "./comments.ts";
import type { CommentSyntax } from "./comments.ts";
import { formatCueSettings } from "./cue_settings.ts";
import type { CueSettings } from "./cue_settings.ts";
import type { CueNode } from "./cue_text.ts";
import { formatCueText } from "./cue_text.ts";
import { decodeReferences } from "./html_entities.ts";
import type { ParseWarnings } from "./parse_warnings.ts";
import { isSameStyle } from "./text_style.ts";
import type { StyleClasses, TextStyle } from "./text_style.ts";

/** Elements of HTML that programs write; other words in angle brackets are text. */
const HTML_NAMES =
  "a|abbr|acronym|address|article|b|bdi|bdo|big|blockquote|body|br|center|cite|code|dd|del|dfn|div|dl|dt|em|h[1-6]|hr|html|i|img|" +
  "ins|kbd|li|mark|nobr|ol|p|pre|q|rp|rt|ruby|s|samp|section|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|tt|u|ul|wbr";

const ATTRIBUTES = String.raw`(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*/?`;

/** Tags of WebVTT, from which SubRip files are converted. */
const WEBVTT_TAGS = String
  .raw`</?c(?:\.[^\s<>]*)?>|<v(?:\.[^\s<>]*)?\s[^<>]+>|</v>|<(?:\d+:)?\d\d:\d\d[.,]\d{3}>`;

const TOKEN = new RegExp(
  String
    .raw`(</?(?:${HTML_NAMES})${ATTRIBUTES}>|</?font(?:\s[^<>]*)?>|${WEBVTT_TAGS}` +
    String.raw`|\{\\[^{}]*\}|\{/?[bius]\}|\\[Nh])`,
  "i",
);

const CODE = /^(an?(?=\d+$)|[bius](?=\d*$)|1?c(?=&|$))(&?h?[0-9a-f]{0,8}&?)$/;

const COMMENT: CommentSyntax = { start: "<!--", end: "-->", replacement: "" };

/** The styles of all open tags are merged for each text. */
const MAX_OPEN_TAGS = 32;

interface OpenTag {
  readonly name: string;
  readonly style: TextStyle;
}

const TAG_STYLES: Record<string, TextStyle> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
  s: { lineThrough: true },
  em: { italic: true },
  strong: { bold: true },
  strike: { lineThrough: true },
};

export class SrtMarkup {
  settings = "";
  readonly #open: OpenTag[] = [];
  readonly #runs: { style: TextStyle; text: string }[] = [];

  constructor(
    readonly classes: StyleClasses,
    readonly warnings: ParseWarnings,
    readonly line: number,
  ) {}

  read(text: string): string {
    for (const [i, part] of removeComments(text, COMMENT).split(TOKEN).entries()) {
      if (i % 2 === 0) this.#add(part);
      else if (part.startsWith("\\")) this.#add(/n/i.test(part) ? "\n" : "\u00A0");
      else if (part.startsWith("{\\")) this.#codes(part);
      else this.#tag(part);
    }
    const nodes = this.#runs.flatMap(({ style, text }): CueNode[] =>
      this.classes.apply(style, [decodeReferences(text)])
    );
    return formatCueText(nodes);
  }

  #add(text: string): void {
    if (!text) return;
    const style = this.#open.reduce<TextStyle>(
      (merged, tag) => Object.assign(merged, tag.style),
      {},
    );
    const last = this.#runs.at(-1);
    if (last && isSameStyle(last.style, style)) last.text += text;
    else this.#runs.push({ style, text });
  }

  /** Ignores other elements, so that their text is shown. */
  #tag(tag: string): void {
    const [, end, word = "", rest = ""] = /^[<{](\/?)(\w*)([^]*)[>}]$/.exec(tag)!;
    const name = word.toLowerCase();
    const style = name === "font" && !end ? this.#font(rest) : TAG_STYLES[name];
    if (name === "br") this.#add("\n");
    else if (end) this.#close(name);
    else if (style) this.#start(name, style);
  }

  /** Ignores tags beyond the limit. */
  #start(name: string, style: TextStyle): void {
    if (this.#open.length < MAX_OPEN_TAGS) this.#open.push({ name, style });
  }

  #close(name: string): void {
    const index = this.#open.findLastIndex((tag) => tag.name === name);
    if (index >= 0) this.#open.splice(index, 1);
  }

  #font(attributes: string): TextStyle {
    const [, value = ""] = /\bcolor\s*=\s*["']?([^"'\s>]+(?:\([^)]*\))?)/i.exec(attributes) ?? [];
    if (/\b(?:face|size)\s*=/i.test(attributes)) {
      this.warnings.add("Fonts and sizes of <font> are ignored");
    }
    const color = parseColor(value);
    if (value && !color) {
      this.warnings.addLine(this.line, `"${value.slice(0, 40)}" is not a colour`);
    }
    return { color };
  }

  /** `{\an8\i1}` */
  #codes(block: string): void {
    for (const code of block.slice(2, -1).split("\\")) {
      const [, name = "", value = ""] = CODE.exec(code.trim().toLowerCase()) ?? [];
      if (name === "an" || name === "a") this.#alignment(name, Number(value));
      else if (name.endsWith("c")) this.#color(value);
      else if (name) this.#switch(name, Number(value) !== 0);
      else if (code.trim()) {
        this.warnings.add(`Code {\\${code.slice(0, 40)}} is ignored`);
      }
    }
  }

  #switch(name: string, on: boolean): void {
    if (on) this.#start(name, TAG_STYLES[name]!);
    else this.#close(name);
  }

  #color(value: string): void {
    this.#close("\\c");
    const [, digits = ""] = /^&?h?([0-9a-f]+)&?$/.exec(value) ?? [];
    if (!digits) return;
    const [, blue, green, red] = /(..)(..)(..)$/.exec(digits.padStart(6, "0"))!;
    this.#start("\\c", { color: parseColor(`#${red}${green}${blue}`) });
  }

  /** The first code wins. `an` follows the numeric keypad; `a` is 1 to 3 bottom, 5 to 7 top, 9 to 11 middle. */
  #alignment(name: string, value: number): void {
    if (this.settings) return;
    const column = (name === "an" ? value - 1 : (value & 3) - 1) % 3;
    const row = name === "an" ? Math.floor((value - 1) / 3) : value >> 2 === 1 ? 2 : value >> 3;
    const settings: CueSettings = {
      align: column === 0 ? "left" : column === 2 ? "right" : undefined,
      ...row === 2 ? { line: 0, lineIsNumber: true } : {},
      ...row === 1 ? { line: 50, lineAlign: "center" } : {},
    };
    this.settings = formatCueSettings(settings);
  }
}
