/** Styles of TTML (TTML1 §8): what an element looks like, from its own attributes, the styles that it names, and around it. */

import { parseColor } from "../color.ts";
import type { Look } from "../text_style.ts";
import { elements, isNamed } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import type { XmlNode } from "../../xml_reader.ts";

/** Attributes of styling by their local names: `textAlign`. */
export type Styles = ReadonlyMap<string, string>;

/** Those that are handed down to what stands inside (§8.2). */
const INHERITED = new Set(
  ("color direction fontStyle fontWeight textAlign textDecoration visibility writingMode").split(
    " ",
  ),
);

const NO_STYLES: Styles = new Map();

/** The styles that a document's head defines. */
export class StyleSheet {
  readonly #elements = new Map<string, XmlNode>();
  readonly #known = new Map<string, Styles>();

  constructor({ root }: TtmlDocument) {
    for (const head of elements(root).filter(({ name }) => isNamed(name, "head"))) {
      for (const styling of elements(head).filter(({ name }) => isNamed(name, "styling"))) {
        for (const style of elements(styling)) this.#define(style);
      }
    }
  }

  #define(style: XmlNode): void {
    const id = idOf(style);
    if (isNamed(style.name, "style") && id && !this.#elements.has(id)) {
      this.#elements.set(id, style);
    }
  }

  /** What an element says itself, and through the styles that it names or holds. */
  own(node: XmlNode): Styles {
    const named = this.#named(node);
    const nested = elements(node).filter(({ name }) =>
      isNamed(name, "style") || name === "tts:style"
    );
    const inline = [node, ...nested].flatMap(({ attributes }) => [...attributes]).filter(isStyling);
    if (inline.length === 0) return named;
    return new Map([...named, ...inline.map(([name, value]) => [localName(name), value] as const)]);
  }

  #named({ attributes }: XmlNode): Styles {
    const ids = attributes.get("style")?.split(/\s+/).filter(Boolean) ?? [];
    if (ids.length === 0) return NO_STYLES;
    if (ids.length === 1) return this.#style(ids[0]!);
    return new Map(ids.slice(0, 100).flatMap((id) => [...this.#style(id)]));
  }

  /** A style may name others; one that comes back to itself says nothing more. */
  #style(id: string): Styles {
    const known = this.#known.get(id);
    if (known) return known;
    this.#known.set(id, NO_STYLES);
    const element = this.#elements.get(id);
    const styles = element ? this.own(element) : NO_STYLES;
    this.#known.set(id, styles);
    return styles;
  }
}

export function idOf({ attributes }: XmlNode): string {
  return attributes.get("xml:id") ?? attributes.get("id") ?? "";
}

function isStyling([name]: readonly [string, string]): boolean {
  return name.startsWith("tts:") || name.startsWith("itts:");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** What an element has of the one around it, and of itself. */
export function cascaded(outer: Styles, own: Styles): Styles {
  const handed = [...outer].filter(([name]) => INHERITED.has(name));
  if (own.size === 0 && handed.length === outer.size) return outer;
  return new Map([...handed, ...own]);
}

/** White is what players write in unasked. */
const WHITE = "#ffffff";

export function lookOf(styles: Styles, background: string | undefined): Look {
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

/** The colour behind the text of an element; that around it where its own can be seen through. */
export function backgroundOf(styles: Styles, outer: string | undefined): string | undefined {
  const color = parseColor(styles.get("backgroundColor") ?? "");
  return color === undefined || color.length === 9 && color.endsWith("00") ? outer : color;
}

/** Nothing of it is shown. */
export function isHidden(styles: Styles): boolean {
  return styles.get("display") === "none" || styles.get("visibility") === "hidden" ||
    Number(styles.get("opacity") ?? 1) === 0;
}
