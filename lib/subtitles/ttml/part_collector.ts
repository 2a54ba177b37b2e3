/** Parts of a TTML paragraph: styled text with its active interval, and groups. */

import type { CueTextBudget } from "./budget.ts";
import { isTtmlName, mayContainText, readLanguage } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import {
  getTagStyles,
  inheritStyles,
  isInvisible,
  isRemoved,
  resolveBackground,
  toTextStyle,
} from "./style.ts";
import type { StyleSheet, TtmlStyles } from "./style.ts";
import { computeChildIntervals } from "./timing.ts";
import type { ActiveInterval } from "./timing.ts";
import type { ParseWarnings } from "../parse_warnings.ts";
import type { StyleClasses, TextStyle } from "../text_style.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface TtmlParagraph {
  readonly node: XmlNode;
  readonly span: ActiveInterval;
  readonly styles: TtmlStyles;
  readonly background?: string | undefined;
  readonly preserve: boolean;
  /** BCP 47; "" if undeclared. */
  readonly language: string;
  /** True in elements whose only content is ruby text and its base. */
  readonly isRubyContainer?: boolean;
}

export interface ParagraphContext {
  readonly document: TtmlDocument;
  readonly sheet: StyleSheet;
  readonly classes: StyleClasses;
  readonly warnings: ParseWarnings;
  readonly budget: CueTextBudget;
}

export type Part = Leaf | Group;

export interface Leaf {
  /** White space is collapsed to single spaces unless it is preserved. */
  readonly text: string;
  readonly style: TextStyle;
  readonly preserve: boolean;
  readonly span: ActiveInterval;
}

export interface Group {
  readonly kind: "plain" | "ruby" | "rt" | "lang";
  readonly language: string;
  readonly parts: readonly Part[];
}

export class PartCollector {
  readonly times = new Set<number>();
  readonly #context: ParagraphContext;

  constructor(context: ParagraphContext) {
    this.#context = context;
  }

  collect(outer: TtmlParagraph): Part[] {
    const { document: { clock }, warnings } = this.#context;
    const children = outer.node.children.filter((child) =>
      typeof child === "string" || mayContainText(child)
    );
    for (const child of outer.node.children) {
      if (typeof child !== "string") this.#checkAnimation(child);
    }
    const timed = children.filter((child) => typeof child !== "string");
    const spans = computeChildIntervals(outer.node, timed, {
      outer: outer.span,
      clock,
      warnings,
    });
    let next = 0;
    return children.flatMap((child) =>
      typeof child === "string"
        ? this.#text(child, outer)
        : this.#element(child, { ...outer, span: spans[next++]! })
    );
  }

  #checkAnimation({ name }: XmlNode): void {
    if (isTtmlName(name, "set") || isTtmlName(name, "animate")) {
      this.#context.warnings.add("Animations of TTML are ignored");
    }
  }

  #text(text: string, outer: TtmlParagraph): Part[] {
    const { span, styles, background, preserve, node, isRubyContainer } = outer;
    if (span.begin >= span.end || node.attributes.get("timeContainer") === "seq") return [];
    if (isInvisible(styles) || isRubyContainer && text.trim() === "") return [];
    this.times.add(span.begin).add(span.end);
    const shown = preserve ? text : text.replace(/[ \t\n\r]+/g, " ");
    return [{ text: shown, style: toTextStyle(styles, background), preserve, span }];
  }

  #element(node: XmlNode, outer: TtmlParagraph): Part[] {
    if (isTtmlName(node.name, "br")) return this.#text("\n", { ...outer, preserve: true });
    const own = new Map([...getTagStyles(node), ...this.#context.sheet.getOwnStyles(node)]);
    const styles = inheritStyles(outer.styles, own);
    if (isRemoved(styles)) return [];
    const space = node.attributes.get("xml:space");
    const inner: TtmlParagraph = {
      node,
      span: outer.span,
      styles,
      background: resolveBackground(own, outer.background),
      preserve: space === undefined ? outer.preserve : space === "preserve",
      language: readLanguage(node) ?? outer.language,
      isRubyContainer: /container$/i.test(own.get("ruby") ?? ""),
    };
    return groupParts(own, this.collect(inner), inner.language, outer.language);
  }
}

function groupParts(
  own: TtmlStyles,
  parts: Part[],
  language: string,
  outerLanguage: string,
): Part[] {
  const ruby = own.get("ruby") ?? "none";
  if (ruby === "delimiter") return [];
  if (ruby === "container") return [{ kind: "ruby", language: "", parts }];
  if (ruby === "text") return [{ kind: "rt", language: "", parts }];
  if (!language || language === outerLanguage) return parts;
  return [{ kind: "lang", language, parts }];
}
