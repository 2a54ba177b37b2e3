/** Style sheets of WebVTT (W3C WebVTT §8.2), as far as other formats can say what is in them. */

import { parseColor } from "./color.ts";
import type { CueSpan } from "./cue_text.ts";
import type { Look } from "./text_style.ts";
import type { WebvttBlock } from "./webvtt.ts";

interface Rule {
  /** Name of a span; "" for any, "::cue" for all of a cue. */
  readonly name: string;
  readonly classes: readonly string[];
  /** Whose voice, or which language; undefined: any. */
  readonly annotation?: string | undefined;
  readonly look: Look;
}

/** Rules beyond these are passed over: each span is held against each. */
const MOST_RULES = 256;

/** What browsers know without a sheet (§5.1, §5.2). */
const COLORS = ["white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black"];
const OWN: readonly Rule[] = COLORS.flatMap((color) => [
  { name: "", classes: [color], look: { color: parseColor(color) } },
  { name: "", classes: [`bg_${color}`], look: { background: parseColor(color) } },
]);

const TAGS: Record<string, Look> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
};

export class CueStyles {
  readonly #rules: readonly Rule[];
  /** Of all of a cue. */
  readonly cue: Look;

  constructor(blocks: readonly WebvttBlock[]) {
    const sheets = blocks.filter(({ type }) => type === "style").map(({ text }) => text);
    const rules = sheets.flatMap(readSheet).slice(0, MOST_RULES);
    this.#rules = [...OWN, ...rules];
    this.cue = merged(rules.filter(({ name }) => name === "::cue"));
  }

  /** What a span looks like by itself. */
  look(span: CueSpan): Look {
    const own = TAGS[span.name] ?? {};
    return { ...own, ...merged(this.#rules.filter((rule) => matches(rule, span))) };
  }
}

function merged(rules: readonly Rule[]): Look {
  return Object.assign({}, ...rules.map(({ look }) => look));
}

function matches({ name, classes, annotation }: Rule, span: CueSpan): boolean {
  return (name === "" || name === span.name) &&
    classes.every((one) => span.classes.includes(one)) &&
    (annotation === undefined || annotation === span.annotation);
}

function readSheet(block: string): Rule[] {
  const text = block.replace(/^STYLE[^\n]*\n?/, "").replace(/\/\*[^]*?\*\//g, " ");
  return [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors, declarations]) => {
    const look = readLook(declarations!);
    return selectors!.split(",").flatMap((selector) => readSelector(selector.trim(), look) ?? []);
  });
}

/** `::cue`, `::cue(.red)`, `::cue(b.loud)`, `::cue(v[voice="Mary"])`; others are no rules for anything. */
function readSelector(selector: string, look: Look): Rule | undefined {
  if (selector === "::cue") return { name: "::cue", classes: [], look };
  const [, name = "", classes, annotation] =
    /^::cue\(\s*([a-z]*)((?:\.[^\s.()[\]:#]+)*)(?:\[(?:voice|lang)="([^"]*)"\])?\s*\)$/.exec(
      selector,
    ) ?? [];
  if (classes === undefined || !name && !classes && annotation === undefined) return undefined;
  return { name, classes: classes.split(".").filter(Boolean).map(unescaped), annotation, look };
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

function readLook(declarations: string): Look {
  const look: { -readonly [K in keyof Look]: Look[K] } = {};
  for (const declaration of declarations.split(";")) {
    const [property = "", value = ""] = declaration.split(/:(.*)/s).map((part) => part.trim());
    const plain = value.replace(/\s*!important$/, "");
    if (property === "color") look.color = parseColor(plain) ?? look.color;
    if (/^background(-color)?$/.test(property)) {
      look.background = parseColor(plain) ?? look.background;
    }
    if (property === "font-style") look.italic = /italic|oblique/.test(plain);
    if (property === "font-weight") look.bold = /^(bold|bolder|[6-9]00)$/.test(plain);
    if (/^text-decoration(-line)?$/.test(property)) {
      look.underline = /\bunderline\b/.test(plain);
      look.lineThrough = /\bline-through\b/.test(plain);
    }
  }
  return look;
}
