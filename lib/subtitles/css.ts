/** WebVTT style sheets (W3C WebVTT §8.2), as far as other formats support them. */

import { parseColor } from "./color.ts";
import { removeComments } from "./comments.ts";
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

const MAX_CLASSES = 32;

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
    const rules = parseRules(blocks);
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
  return rules.reduce((merged, { style }) => Object.assign(merged, style), {});
}

function isMatch({ name, classes, annotation }: Rule, span: CueSpan): boolean {
  return (name === "" || name === span.name) &&
    classes.every((one) => span.classes.includes(one)) &&
    (annotation === undefined || annotation === span.annotation);
}

function parseRules(blocks: readonly WebvttBlock[]): Rule[] {
  const rules: Rule[] = [];
  for (const { type, text } of blocks) {
    if (type !== "style") continue;
    for (const rule of parseSheet(text)) {
      if (rules.push(rule) >= MAX_RULES) return rules;
    }
  }
  return rules;
}

/** Ignores the selectors of enclosing blocks such as `@media`. */
function* parseSheet(block: string): Generator<Rule> {
  const sheet = block.replace(/^STYLE[^\n]*\n?/, "");
  const closed = removeComments(sheet, { start: "/*", end: "*/", replacement: " " });
  const [text = ""] = closed.split("/*", 1); // a comment without an end reaches to that of the sheet (CSS Syntax §4.3.2)
  for (const rule of text.split("}").slice(0, -1)) {
    const parts = rule.split("{");
    if (parts.length < 2) continue;
    const style = parseDeclarations(parts.at(-1)!);
    for (const selector of parts.at(-2)!.split(",")) {
      const parsed = parseSelector(selector.trim(), style);
      if (parsed) yield parsed;
    }
  }
}

/** Parses `::cue`, `::cue(.red)`, `::cue(b.loud)` and `::cue(v[voice="Mary"])`. */
function parseSelector(selector: string, style: TextStyle): Rule | undefined {
  if (selector === "::cue") return { name: "::cue", classes: [], style };
  if (!selector.startsWith("::cue(") || !selector.endsWith(")")) return undefined;
  const [, name = "", list, annotation] =
    /^([a-z]*)((?:\.[^\s.()[\]:#]+)*)(?:\[(?:voice|lang)="([^"]*)"\])?$/.exec(
      selector.slice("::cue(".length, -1).trim(),
    ) ?? [];
  if (list === undefined || !name && !list && annotation === undefined) return undefined;
  const classes = list.split(".").filter(Boolean).map(unescapeName);
  return classes.length > MAX_CLASSES ? undefined : { name, classes, annotation, style };
}

function unescapeName(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

const IMPORTANT = "!important";

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
