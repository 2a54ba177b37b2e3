/** TTML styles (TTML1 §8). */

import { MediaError } from "../../errors.ts";
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

/** Others are dropped, so that chained styles do not copy ever more. */
const KNOWN = new Set([
  ...INHERITED,
  ..."backgroundColor display displayAlign extent forcedDisplay opacity origin position ruby".split(
    " ",
  ),
]);

/** Longer values are invalid. Each element that inherits one parses it. */
const MAX_VALUE_LENGTH = 200;

const NO_STYLES: TtmlStyles = new Map();

/** A style refers to a style, which refers to another. */
const MAX_CHAIN = 32;

interface ResolvedStyle {
  readonly styles: TtmlStyles;
  /** Number of styles in the longest chain of references. */
  readonly length: number;
}

const UNKNOWN_STYLE: ResolvedStyle = { styles: NO_STYLES, length: 0 };
const TOO_LONG: ResolvedStyle = { styles: NO_STYLES, length: MAX_CHAIN };

/** Names in one attribute. */
const MAX_REFERENCES = 100;

export class StyleSheet {
  readonly #elements = new Map<string, XmlNode>();
  readonly #resolved = new Map<string, ResolvedStyle>();

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

  /** @throws MediaError if a chain of styles exceeds `MAX_CHAIN` */
  getOwnStyles(node: XmlNode): TtmlStyles {
    return this.#resolve(node, 0).styles;
  }

  #resolve(node: XmlNode, depth: number): ResolvedStyle {
    const references = getStyleIds(node).map((id) => this.#resolveId(id, depth));
    const length = references.reduce((longest, { length }) => Math.max(longest, length), 0);
    return { styles: mergeStyles(references, node), length };
  }

  /** Circular references resolve to nothing. */
  #resolveId(id: string, depth: number): ResolvedStyle {
    const known = this.#resolved.get(id);
    if (known) return known;
    this.#resolved.set(id, UNKNOWN_STYLE);
    const element = this.#elements.get(id);
    if (!element) return UNKNOWN_STYLE;
    const { styles, length } = depth < MAX_CHAIN ? this.#resolve(element, depth + 1) : TOO_LONG;
    if (length >= MAX_CHAIN) {
      const message = `Cannot read TTML: more than ${MAX_CHAIN} styles refer to each other in turn`;
      throw new MediaError(message, "MEDIA_UNSUPPORTED");
    }
    const resolved = { styles, length: length + 1 };
    this.#resolved.set(id, resolved);
    return resolved;
  }
}

function getStyleIds({ attributes }: XmlNode): string[] {
  return attributes.get("style")?.split(/\s+/).filter(Boolean).slice(0, MAX_REFERENCES) ?? [];
}

/** Later styles, and those of the element itself, take precedence (TTML1 §8.4.2). */
function mergeStyles(references: readonly ResolvedStyle[], node: XmlNode): TtmlStyles {
  const nested = getChildElements(node).filter(({ name }) =>
    isTtmlName(name, "style") || name === "tts:style"
  );
  const inline = [node, ...nested].flatMap(readInlineStyles);
  if (inline.length === 0 && references.length <= 1) return references[0]?.styles ?? NO_STYLES;
  return new Map([...references.flatMap(({ styles }) => [...styles]), ...inline]);
}

function readInlineStyles({ attributes }: XmlNode): [string, string][] {
  return Array.from(attributes).flatMap(([name, value]): [string, string][] => {
    const local = name.slice(name.indexOf(":") + 1);
    const isKnown = (name.startsWith("tts:") || name.startsWith("itts:")) && KNOWN.has(local);
    return isKnown && value.length <= MAX_VALUE_LENGTH ? [[local, value]] : [];
  });
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
