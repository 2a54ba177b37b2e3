/** How text looks, in the words that all formats share, and as WebVTT says it: spans, classes, a style sheet. */

import type { CueNode, SpanName } from "./cue_text.ts";
import { createSpan, wrapInTags } from "./cue_text.ts";
import type { WebvttBlock } from "./webvtt.ts";

export interface TextStyle {
  /** `#rrggbb`, or `#rrggbbaa`; left out: as the player has it. */
  readonly color?: string | undefined;
  readonly background?: string | undefined;
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly lineThrough?: boolean | undefined;
}

/** What browsers know as classes by themselves (W3C WebVTT §5.1). */
const CLASSES = new Map([
  ["#ffffff", "white"],
  ["#00ff00", "lime"],
  ["#00ffff", "cyan"],
  ["#ff0000", "red"],
  ["#ffff00", "yellow"],
  ["#ff00ff", "magenta"],
  ["#0000ff", "blue"],
  ["#000000", "black"],
]);

/** A bold span and its like are there for these. */
const SPANS: readonly [key: "bold" | "italic" | "underline", name: SpanName][] = [
  ["bold", "b"],
  ["italic", "i"],
  ["underline", "u"],
];

/** Classes beyond these are left out: a sheet stands in each segment. */
const MAX_CLASSES = 256;

/** The classes that a text uses, and what they mean. */
export class StyleClasses {
  readonly #rules = new Map<string, string>();

  /** Text that looks so: as it is where it has no look of its own. */
  apply(style: TextStyle, children: readonly CueNode[]): CueNode[] {
    const names = SPANS.filter(([key]) => style[key]).map(([, name]) => name);
    const inner = wrapInTags(names, children);
    const classes = [
      style.color && this.#color(style.color),
      style.background && this.#background(style.background),
      style.lineThrough && this.#add("line-through", "text-decoration: line-through"),
    ].filter((name) => typeof name === "string" && name !== "") as string[];
    return classes.length > 0 ? [{ ...createSpan("c", inner), classes }] : inner;
  }

  /** The style sheet; empty where none is wanted. */
  toBlocks(): WebvttBlock[] {
    if (this.#rules.size === 0) return [];
    const rules = [...this.#rules].map(([name, rule]) => `::cue(.${name}) { ${rule} }`);
    return [{ type: "style", text: ["STYLE", ...rules].join("\n"), before: 0 }];
  }

  #color(color: string): string {
    return this.#add(CLASSES.get(color) ?? `color-${color.slice(1)}`, `color: ${color}`);
  }

  #background(color: string): string {
    return this.#add(`bg_${CLASSES.get(color) ?? color.slice(1)}`, `background-color: ${color}`);
  }

  #add(name: string, rule: string): string {
    if (!this.#rules.has(name) && this.#rules.size >= MAX_CLASSES) return "";
    this.#rules.set(name, rule);
    return name;
  }
}

/** Looks are the same. */
export function isSameStyle(a: TextStyle, b: TextStyle): boolean {
  const keys = ["color", "background", "bold", "italic", "underline", "lineThrough"] as const;
  return keys.every((key) => (a[key] || undefined) === (b[key] || undefined));
}
