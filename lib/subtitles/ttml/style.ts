/** TTML styles (TTML1 §8). */

import { parseColor } from "../color.ts";
import type { TextStyle } from "../text_style.ts";
import { getChildElements, getTtmlChildren, isTtmlName } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import type { XmlNode } from "../../xml_reader.ts";

export type TtmlStyles = ReadonlyMap<string, string>;

const INHERITED = new Set(
  ("color direction fontStyle fontWeight textAlign textDecoration visibility writingMode").split(
    " ",
  ),
);

/** Other attributes have no effect, and would make styles of styles large. */
const KNOWN = new Set([
  ...INHERITED,
  ...("backgroundColor display displayAlign extent forcedDisplay opacity origin position ruby")
    .split(" "),
]);

const NO_STYLES: TtmlStyles = new Map();

/** Greatest number of styles that refer to each other in a chain. */
const MAX_REFERENCES = 100;

export class StyleSheet {
  readonly #elements = new Map<string, XmlNode>();
  readonly #resolved = new Map<string, TtmlStyles>();
  #depth = 0;

  constructor({ root }: TtmlDocument) {
    for (const head of getTtmlChildren(root, "head")) {
      for (const styling of getTtmlChildren(head, "styling")) {
        for (const style of getChildElements(styling)) this.#define(style);
      }
    }
  }

  #define(style: XmlNode): void {
    const id = getId(style);
    if (isTtmlName(style.name, "style") && id && !this.#elements.has(id)) {
      this.#elements.set(id, style);
    }
  }

  getOwnStyles(node: XmlNode): TtmlStyles {
    const named = this.#getNamedStyles(node);
    const nested = getChildElements(node).filter(({ name }) =>
      isTtmlName(name, "style") || name === "tts:style"
    );
    const inline = [node, ...nested].flatMap(({ attributes }) => [...attributes]).filter(isStyling);
    if (inline.length === 0) return named;
    return new Map([
      ...named,
      ...inline.map(([name, value]) => [getLocalName(name), value] as const),
    ]);
  }

  #getNamedStyles({ attributes }: XmlNode): TtmlStyles {
    const ids = attributes.get("style")?.split(/\s+/).filter(Boolean) ?? [];
    if (ids.length === 0) return NO_STYLES;
    if (ids.length === 1) return this.#resolveStyle(ids[0]!);
    return new Map(ids.slice(0, 100).flatMap((id) => [...this.#resolveStyle(id)]));
  }

  /** Circular references and the end of long chains resolve to nothing. */
  #resolveStyle(id: string): TtmlStyles {
    const known = this.#resolved.get(id);
    if (known) return known;
    const element = this.#elements.get(id);
    if (!element || this.#depth >= MAX_REFERENCES) return NO_STYLES;
    this.#resolved.set(id, NO_STYLES);
    this.#depth++;
    const styles = this.getOwnStyles(element);
    this.#depth--;
    this.#resolved.set(id, styles);
    return styles;
  }
}

/** Styles of HTML elements, which some programs write into paragraphs. */
const TAG_STYLES = new Map<string, TtmlStyles>([
  ...["b", "strong"].map((tag) => [tag, new Map([["fontWeight", "bold"]])] as const),
  ...["i", "em"].map((tag) => [tag, new Map([["fontStyle", "italic"]])] as const),
  ["u", new Map([["textDecoration", "underline"]])],
]);

export function getTagStyles({ name }: XmlNode): TtmlStyles {
  return TAG_STYLES.get(name.replace(/^tt:/, "")) ?? NO_STYLES;
}

export function getId({ attributes }: XmlNode): string {
  return attributes.get("xml:id") ?? attributes.get("id") ?? "";
}

function isStyling([name]: readonly [string, string]): boolean {
  return /^i?tts:/.test(name) && KNOWN.has(getLocalName(name));
}

function getLocalName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

export function inheritStyles(outer: TtmlStyles, own: TtmlStyles): TtmlStyles {
  const inherited = [...outer].filter(([name]) => INHERITED.has(name));
  if (own.size === 0 && inherited.length === outer.size) return outer;
  return new Map([...inherited, ...own]);
}

const WHITE = "#ffffff";

export function toTextStyle(styles: TtmlStyles, background: string | undefined): TextStyle {
  const color = parseColor(styles.get("color") ?? "");
  const decoration = styles.get("textDecoration") ?? "";
  return {
    color: color === WHITE ? undefined : color,
    background,
    bold: styles.get("fontWeight") === "bold",
    italic: ["italic", "oblique"].includes(styles.get("fontStyle") ?? ""),
    underline: /(?:^|\s)underline(?:\s|$)/.test(decoration),
    lineThrough: /(?:^|\s)lineThrough(?:\s|$)/.test(decoration),
  };
}

/** Returns the outer colour if the element's is transparent. */
export function resolveBackground(
  styles: TtmlStyles,
  outer: string | undefined,
): string | undefined {
  const color = parseColor(styles.get("backgroundColor") ?? "");
  return color === undefined || color.length === 9 && color.endsWith("00") ? outer : color;
}

/** Returns true if the element is not shown, whatever its children declare. */
export function isRemoved(styles: TtmlStyles): boolean {
  return styles.get("display") === "none" || Number(styles.get("opacity") ?? 1) === 0;
}

/** Returns true for text that is not shown. A child of hidden elements may be visible. */
export function isInvisible(styles: TtmlStyles): boolean {
  return styles.get("visibility") === "hidden";
}
