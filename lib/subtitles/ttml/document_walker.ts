/** Walks the body of a TTML document, and collects the cues of its paragraphs. */

import { toBcp47 } from "../../language.ts";
import type { XmlNode } from "../../xml_reader.ts";
import type { Cue } from "../cue.ts";
import { toRightToLeft } from "../direction.ts";
import type { ParseWarnings } from "../parse_warnings.ts";
import type { StyleClasses } from "../text_style.ts";
import type { CueTextBudget } from "./budget.ts";
import {
  getChildElements,
  getTtmlChildren,
  isTtmlName,
  mayContainText,
  readLanguage,
} from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { readParagraph } from "./paragraph.ts";
import type { TimedText } from "./paragraph.ts";
import type { TtmlParagraph } from "./part_collector.ts";
import { getDirection, toRegionSettings } from "./region.ts";
import { getId, inheritStyles, isRemoved, resolveBackground, StyleSheet } from "./style.ts";
import type { TtmlStyles } from "./style.ts";
import { computeChildIntervals, MAX_SECONDS } from "./timing.ts";
import type { ActiveInterval } from "./timing.ts";

export interface TtmlCue extends Cue {
  /** BCP 47, of the `div`; "" if undeclared. */
  readonly language: string;
  readonly forced: boolean;
}

interface InheritedContext {
  readonly span: ActiveInterval;
  readonly styles: TtmlStyles;
  readonly background?: string | undefined;
  readonly region?: string | undefined;
  readonly preserve?: boolean | undefined;
  readonly forced?: boolean | undefined;
  readonly language: string;
}

interface TtmlRegion {
  readonly styles: TtmlStyles;
  readonly span: ActiveInterval;
}

/** Shared by the documents of a track. */
export interface TtmlOutput {
  readonly classes: StyleClasses;
  readonly warnings: ParseWarnings;
  readonly budget: CueTextBudget;
}

export class DocumentWalker {
  readonly cues: TtmlCue[] = [];
  hasImages = false;
  readonly #document: TtmlDocument;
  readonly #sheet: StyleSheet;
  readonly #regions = new Map<string, TtmlRegion>();
  readonly #output: TtmlOutput;

  constructor(document: TtmlDocument, output: TtmlOutput) {
    this.#document = document;
    this.#output = output;
    this.#sheet = new StyleSheet(document);
    for (const head of getTtmlChildren(document.root, "head")) {
      for (const layout of getTtmlChildren(head, "layout")) this.#readLayout(layout);
    }
  }

  /** A region is active relative to the document (TTML1 §9.1.2). */
  #readLayout(layout: XmlNode): void {
    const regions = getTtmlChildren(layout, "region");
    const spans = this.#computeIntervals(layout, regions, { begin: 0, end: MAX_SECONDS });
    for (const [i, region] of regions.entries()) {
      this.#regions.set(getId(region), {
        styles: this.#sheet.getOwnStyles(region),
        span: spans[i]!,
      });
    }
  }

  #computeIntervals(
    node: XmlNode,
    children: readonly XmlNode[],
    outer: ActiveInterval,
  ): ActiveInterval[] {
    const { clock } = this.#document;
    return computeChildIntervals(node, children, { outer, clock, warnings: this.#output.warnings });
  }

  readBlock(node: XmlNode, outer: InheritedContext): void {
    const context = this.#createContext(node, outer);
    if (isRemoved(context.styles)) return;
    this.#checkImages(node);
    const children = getChildElements(node).filter(mayContainText);
    for (const [i, span] of this.#computeIntervals(node, children, context.span).entries()) {
      const child = children[i]!;
      const inside = { ...context, span };
      if (isTtmlName(child.name, "p")) this.#readParagraph(child, inside);
      else this.readBlock(child, inside);
    }
  }

  #createContext(node: XmlNode, outer: InheritedContext): InheritedContext {
    const { attributes } = node;
    const region = attributes.get("region") ?? outer.region ?? findSpanRegion(node);
    const own = this.#sheet.getOwnStyles(node);
    // Styles of the region precede those of body and div (§8.4.4).
    const base = region !== outer.region ? this.#regions.get(region ?? "")?.styles : undefined;
    const styles = inheritStyles(base ? new Map([...base, ...outer.styles]) : outer.styles, own);
    const space = attributes.get("xml:space");
    const forced = own.get("forcedDisplay");
    return {
      span: outer.span,
      styles,
      background: resolveBackground(own, outer.background),
      region,
      preserve: space === undefined
        ? outer.preserve ?? this.#preservesSpace()
        : space === "preserve",
      forced: forced === undefined ? outer.forced : forced === "true",
      language: readLanguage(node) ?? outer.language,
    };
  }

  #preservesSpace(): boolean {
    return this.#document.root.attributes.get("xml:space") === "preserve";
  }

  #checkImages(node: XmlNode): void {
    const images = node.attributes.has("smpte:backgroundImage") ||
      getChildElements(node).some(({ name }) => isTtmlName(name, "image"));
    if (images) {
      this.hasImages = true;
      this.#output.warnings.add("Images are ignored");
    }
  }

  #readParagraph(node: XmlNode, outer: InheritedContext): void {
    const context = this.#createContext(node, outer);
    const region = context.region === undefined ? undefined : this.#regions.get(context.region);
    if (isRemoved(context.styles) || region && isRemoved(region.styles)) return;
    this.#checkImages(node);
    const settings = toRegionSettings(region?.styles, context.styles, this.#document);
    const { styles, background, preserve = false, span, language, forced = false } = context;
    const paragraph: TtmlParagraph = { node, span, styles, background, preserve, language };
    const { cues, endless } = readParagraph(paragraph, {
      document: this.#document,
      sheet: this.#sheet,
      ...this.#output,
    });
    if (endless) this.#output.warnings.addLine(node.line, "the paragraph has no end");
    const common = {
      id: getId(node),
      settings,
      language: normalizeLanguage(outer.language || language),
      forced,
    };
    const isRightToLeft = getDirection(region?.styles, styles) === "rtl";
    for (const cue of clipToRegion(cues, region)) {
      const text = isRightToLeft ? toRightToLeft(cue.text) : cue.text;
      this.cues.push({ ...cue, text, ...common });
    }
  }
}

/** A paragraph without region is in that of its first span, as ffmpeg writes it. */
function findSpanRegion(node: XmlNode): string | undefined {
  if (!isTtmlName(node.name, "p")) return undefined;
  const spans = getTtmlChildren(node, "span");
  return spans.find(({ attributes }) => attributes.has("region"))?.attributes.get("region");
}

/** Foreign words in a paragraph do not change the language of the cue. */
function normalizeLanguage(tag: string): string {
  const language = toBcp47(tag);
  return language === "und" ? "" : language;
}

function clipToRegion(cues: readonly TimedText[], region: TtmlRegion | undefined): TimedText[] {
  const { begin, end } = region?.span ?? { begin: 0, end: Infinity };
  return cues.map((cue) => ({
    ...cue,
    start: Math.max(cue.start, Math.round(begin * 1000)),
    end: Math.min(cue.end, Math.round(end * 1000)),
  })).filter((cue) => cue.start < cue.end);
}
