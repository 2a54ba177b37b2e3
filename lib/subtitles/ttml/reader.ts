/** TTML reader (TTML1, text features of TTML2 and IMSC1). */

import type { Cue } from "../cue.ts";
import { ParseWarnings } from "../parse_warnings.ts";
import { StyleClasses } from "../text_style.ts";
import { getChildElements, getTtmlChildren, isTtmlName, readTtmlDocument } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { readParagraph } from "./paragraph.ts";
import type { TtmlParagraph } from "./part_collector.ts";
import { toRegionSettings } from "./region.ts";
import { getId, inheritStyles, isHiddenStyle, resolveBackground, StyleSheet } from "./style.ts";
import type { TtmlStyles } from "./style.ts";
import { computeChildIntervals, MAX_SECONDS } from "./timing.ts";
import type { ActiveInterval } from "./timing.ts";
import type { Webvtt } from "../webvtt.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface TtmlContent {
  readonly webvtt: Webvtt;
  /** BCP 47; "" if undeclared. */
  readonly language: string;
  /** Codecs parameter: `im1t`; "" if unknown. */
  readonly profile: string;
  readonly hasImages: boolean;
  /** Shown even if subtitles are off (IMSC1 §7.4.4). */
  readonly forced: boolean;
}

export class TtmlReader {
  readonly warnings = new ParseWarnings();
  readonly classes = new StyleClasses();

  /** @throws MediaError if the text is not TTML or its spans change too often */
  read(text: string): TtmlContent {
    const document = readTtmlDocument(text, this.warnings);
    const walk = new DocumentWalker(document, this);
    const bodies = getTtmlChildren(document.root, "body");
    const outer = { begin: 0, end: MAX_SECONDS };
    const timing = { outer, clock: document.clock, warnings: this.warnings };
    for (const [i, span] of computeChildIntervals(document.root, bodies, timing).entries()) {
      walk.readBlock(bodies[i]!, { span, styles: new Map() });
    }
    const cues = walk.cues.sort((a, b) => a.start - b.start);
    return {
      webvtt: { header: "", blocks: this.classes.toBlocks(), cues, warnings: this.warnings.list },
      language: document.language,
      profile: document.profile,
      hasImages: walk.hasImages,
      forced: walk.forcedCount > 0 && walk.forcedCount === walk.paragraphCount,
    };
  }
}

/** @throws MediaError if the text is not TTML or its spans change too often */
export function parseTtml(text: string): TtmlContent {
  return new TtmlReader().read(text);
}

interface InheritedContext {
  readonly span: ActiveInterval;
  readonly styles: TtmlStyles;
  readonly background?: string | undefined;
  readonly region?: string | undefined;
  readonly preserve?: boolean | undefined;
  readonly forced?: boolean | undefined;
}

class DocumentWalker {
  readonly cues: Cue[] = [];
  hasImages = false;
  paragraphCount = 0;
  forcedCount = 0;
  readonly #document: TtmlDocument;
  readonly #sheet: StyleSheet;
  readonly #regions = new Map<string, TtmlStyles>();
  readonly #reader: TtmlReader;
  #budget = { left: 2 ** 22 };

  constructor(document: TtmlDocument, reader: TtmlReader) {
    this.#document = document;
    this.#reader = reader;
    this.#sheet = new StyleSheet(document);
    for (const head of getTtmlChildren(document.root, "head")) {
      for (const layout of getTtmlChildren(head, "layout")) {
        for (const region of getChildElements(layout)) {
          this.#regions.set(getId(region), this.#sheet.getOwnStyles(region));
        }
      }
    }
  }

  readBlock(node: XmlNode, outer: InheritedContext): void {
    const context = this.#createContext(node, outer);
    if (isHiddenStyle(context.styles)) return;
    this.#checkImages(node);
    const { clock } = this.#document;
    const children = getTtmlChildren(node, "div", "p");
    const timing = { outer: context.span, clock, warnings: this.#reader.warnings };
    for (const [i, span] of computeChildIntervals(node, children, timing).entries()) {
      const child = children[i]!;
      const inside = { ...context, span };
      if (isTtmlName(child.name, "div")) this.readBlock(child, inside);
      else this.#readParagraph(child, inside);
    }
  }

  #createContext(node: XmlNode, outer: InheritedContext): InheritedContext {
    const { attributes } = node;
    const region = attributes.get("region") ?? outer.region;
    const own = this.#sheet.getOwnStyles(node);
    // Styles of the region precede those of body and div (§8.4.4).
    const base = region !== outer.region ? this.#regions.get(region ?? "") : undefined;
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
      this.#reader.warnings.add("Images are ignored");
    }
  }

  #readParagraph(node: XmlNode, outer: InheritedContext): void {
    const context = this.#createContext(node, outer);
    const { region } = context;
    const regionStyles = region === undefined ? undefined : this.#regions.get(region);
    if (isHiddenStyle(context.styles) || regionStyles && isHiddenStyle(regionStyles)) return;
    this.#checkImages(node);
    const { styles, background, preserve = false, span } = context;
    const settings = toRegionSettings(regionStyles, styles, this.#document);
    const paragraph: TtmlParagraph = { node, span, styles, background, preserve };
    const { cues, endless } = readParagraph(paragraph, {
      document: this.#document,
      sheet: this.#sheet,
      classes: this.#reader.classes,
      warnings: this.#reader.warnings,
      budget: this.#budget,
    });
    if (endless) this.#reader.warnings.addLine(node.line, "the paragraph has no end");
    const id = getId(node);
    for (const { start, end, text } of cues) this.cues.push({ start, end, id, settings, text });
    if (cues.length > 0) this.paragraphCount++;
    if (cues.length > 0 && context.forced) this.forcedCount++;
  }
}
