/** Text style, converted to WebVTT spans, classes and a style sheet. */

import type { CueNode, SpanName } from "./cue_text.ts";
import { createSpan, wrapInTags } from "./cue_text.ts";
import type { WebvttBlock } from "./webvtt.ts";

export interface TextStyle {
  /** `#rrggbb` or `#rrggbbaa`; undefined for the default. */
  readonly color?: string | undefined;
  readonly background?: string | undefined;
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly lineThrough?: boolean | undefined;
}

const DEFAULT_CLASSES = new Map([
  ["#ffffff", "white"],
  ["#00ff00", "lime"],
  ["#00ffff", "cyan"],
  ["#ff0000", "red"],
  ["#ffff00", "yellow"],
  ["#ff00ff", "magenta"],
  ["#0000ff", "blue"],
  ["#000000", "black"],
]);

const SPANS: readonly [key: "bold" | "italic" | "underline", name: SpanName][] = [
  ["bold", "b"],
  ["italic", "i"],
  ["underline", "u"],
];

/** Limits the style sheet, which every segment contains. */
const MAX_CLASSES = 256;

export class StyleClasses {
  readonly #rules = new Map<string, string>();

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

  toBlocks(): WebvttBlock[] {
    if (this.#rules.size === 0) return [];
    const rules = [...this.#rules].map(([name, rule]) => `::cue(.${name}) { ${rule} }`);
    return [{ type: "style", text: ["STYLE", ...rules].join("\n"), before: 0 }];
  }

  #color(color: string): string {
    return this.#add(DEFAULT_CLASSES.get(color) ?? `color-${color.slice(1)}`, `color: ${color}`);
  }

  #background(color: string): string {
    return this.#add(
      `bg_${DEFAULT_CLASSES.get(color) ?? color.slice(1)}`,
      `background-color: ${color}`,
    );
  }

  #add(name: string, rule: string): string {
    if (!this.#rules.has(name) && this.#rules.size >= MAX_CLASSES) return "";
    this.#rules.set(name, rule);
    return name;
  }
}

export function isSameStyle(a: TextStyle, b: TextStyle): boolean {
  const keys = ["color", "background", "bold", "italic", "underline", "lineThrough"] as const;
  return keys.every((key) => (a[key] || undefined) === (b[key] || undefined));
}
