/** WebVTT style sheets (W3C WebVTT §8.2), as far as other formats support them. */

import { parseColor } from "./color.ts";
import type { CueSpan } from "./cue_text.ts";
import type { TextStyle } from "./text_style.ts";
import type { WebvttBlock } from "./webvtt.ts";

interface Rule {
  /** "" for any, "::cue" for whole cues. */
  readonly name: string;
  readonly classes: readonly string[];
  readonly annotation?: string | undefined;
  readonly style: TextStyle;
}

/** Limits the cost, since every span is matched against every rule. */
const MAX_RULES = 256;

const IMPORTANT = "!important";

const COLORS = ["white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black"];
const BUILT_IN_RULES: readonly Rule[] = COLORS.flatMap((color) => [
  { name: "", classes: [color], style: { color: parseColor(color) } },
  { name: "", classes: [`bg_${color}`], style: { background: parseColor(color) } },
]);

const TAG_STYLES: Record<string, TextStyle> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
};

export class CueStyles {
  readonly #rules: readonly Rule[];
  readonly cueStyle: TextStyle;

  constructor(blocks: readonly WebvttBlock[]) {
    const sheets = blocks.filter(({ type }) => type === "style").map(({ text }) => text);
    const rules = sheets.flatMap(parseSheet).slice(0, MAX_RULES);
    this.#rules = [...BUILT_IN_RULES, ...rules];
    this.cueStyle = mergeStyles(rules.filter(({ name }) => name === "::cue"));
  }

  /** Excludes inherited styles. */
  getStyle(span: CueSpan): TextStyle {
    const own = TAG_STYLES[span.name] ?? {};
    return { ...own, ...mergeStyles(this.#rules.filter((rule) => isMatch(rule, span))) };
  }
}

function mergeStyles(rules: readonly Rule[]): TextStyle {
  return Object.assign({}, ...rules.map(({ style }) => style));
}

function isMatch({ name, classes, annotation }: Rule, span: CueSpan): boolean {
  return (name === "" || name === span.name) &&
    classes.every((one) => span.classes.includes(one)) &&
    (annotation === undefined || annotation === span.annotation);
}

/** Takes linear time: regular expressions with a repetition at every start would take hours for a broken sheet. */
function parseSheet(block: string): Rule[] {
  const text = removeComments(block.replace(/^STYLE[^\n]*\n?/, ""));
  return text.split("}").slice(0, -1).flatMap((part) => {
    const open = part.lastIndexOf("{");
    if (open <= 0) return [];
    const style = parseDeclarations(part.slice(open + 1));
    const selectors = part.slice(part.lastIndexOf("{", open - 1) + 1, open);
    return selectors.split(",").flatMap((selector) => parseSelector(selector.trim(), style) ?? []);
  });
}

/** A comment without an end reaches to that of the sheet (CSS Syntax §4.3.2). */
function removeComments(text: string): string {
  let result = "";
  for (let at = 0; at < text.length;) {
    const start = text.indexOf("/*", at);
    if (start < 0) return result + text.slice(at);
    result += `${text.slice(at, start)} `;
    const end = text.indexOf("*/", start + 2);
    at = end < 0 ? text.length : end + 2;
  }
  return result;
}

/** Parses `::cue`, `::cue(.red)`, `::cue(b.loud)` and `::cue(v[voice="Mary"])`. */
function parseSelector(selector: string, style: TextStyle): Rule | undefined {
  if (selector === "::cue") return { name: "::cue", classes: [], style };
  if (!selector.startsWith("::cue(") || !selector.endsWith(")")) return undefined;
  const [, name = "", classes, annotation] =
    /^([a-z]*)((?:\.[^\s.()[\]:#]+)*)(?:\[(?:voice|lang)="([^"]*)"\])?$/.exec(
      selector.slice("::cue(".length, -1).trim(),
    ) ?? [];
  if (classes === undefined || !name && !classes && annotation === undefined) return undefined;
  return {
    name,
    classes: classes.split(".").filter(Boolean).map(unescapeName),
    annotation,
    style,
  };
}

function unescapeName(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

function parseDeclarations(declarations: string): TextStyle {
  const style: { -readonly [K in keyof TextStyle]: TextStyle[K] } = {};
  for (const declaration of declarations.split(";")) {
    const [property = "", value = ""] = declaration.split(/:(.*)/s).map((part) => part.trim());
    const plain = value.endsWith(IMPORTANT) ? value.slice(0, -IMPORTANT.length).trimEnd() : value;
    if (property === "color") style.color = parseColor(plain) ?? style.color;
    if (/^background(-color)?$/.test(property)) {
      style.background = parseColor(plain) ?? style.background;
    }
    if (property === "font-style") style.italic = /italic|oblique/.test(plain);
    if (property === "font-weight") style.bold = /^(bold|bolder|[6-9]00)$/.test(plain);
    if (/^text-decoration(-line)?$/.test(property)) {
      style.underline = /\bunderline\b/.test(plain);
      style.lineThrough = /\bline-through\b/.test(plain);
    }
  }
  return style;
}
