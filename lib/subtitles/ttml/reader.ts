/** TTML, read (TTML1, and what TTML2 and IMSC1 add that text needs): paragraphs become cues. */

import type { Cue } from "../cue.ts";
import { ParseWarnings } from "../parse_warnings.ts";
import { StyleClasses } from "../text_style.ts";
import { getChildElements, isTtmlName, readTtmlDocument } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { readParagraph } from "./paragraph.ts";
import type { TtmlParagraph } from "./paragraph.ts";
import { toRegionSettings } from "./region.ts";
import { getId, inheritStyles, isHiddenStyle, resolveBackground, StyleSheet } from "./style.ts";
import type { TtmlStyles } from "./style.ts";
import { computeChildIntervals, MAX_SECONDS } from "./timing.ts";
import type { ActiveInterval } from "./timing.ts";
import type { Webvtt } from "../webvtt.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface TtmlContent {
  /** With the text as WebVTT says it. */
  readonly webvtt: Webvtt;
  /** BCP 47; "" where the document says none. */
  readonly language: string;
  /** As codecs parameters name it: `im1t`; "" for what has no name there. */
  readonly profile: string;
  /** It shows pictures, which no other form can. */
  readonly hasImages: boolean;
  /** Every cue is to be shown also where subtitles are off (IMSC1 §7.4.4). */
  readonly forced: boolean;
}

/** Reads one document, or one after the other into the same classes. */
export class TtmlReader {
  readonly warnings = new ParseWarnings();
  readonly classes = new StyleClasses();

  /**
   * @throws MediaError when this is no XML, or no TTML, or its spans change more often than a real one's
   */
  read(text: string): TtmlContent {
    const document = readTtmlDocument(text, this.warnings);
    const walk = new Walk(document, this);
    const bodies = getChildElements(document.root).filter(({ name }) => isTtmlName(name, "body"));
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
      forced: walk.forced > 0 && walk.forced === walk.shown,
    };
  }
}

/** One document's cues. @throws MediaError as `TtmlReader.read` */
export function parseTtml(text: string): TtmlContent {
  return new TtmlReader().read(text);
}

/** What holds around an element. */
interface InheritedContext {
  readonly span: ActiveInterval;
  readonly styles: TtmlStyles;
  readonly background?: string | undefined;
  /** xml:id of the region; undefined: none was named. */
  readonly region?: string | undefined;
  readonly preserve?: boolean | undefined;
  readonly forced?: boolean | undefined;
}

class Walk {
  readonly cues: Cue[] = [];
  hasImages = false;
  /** Paragraphs that are shown, and those that must be. */
  shown = 0;
  forced = 0;
  readonly #document: TtmlDocument;
  readonly #sheet: StyleSheet;
  readonly #regions = new Map<string, TtmlStyles>();
  readonly #reader: TtmlReader;
  /** Spans times changes that may still be written. */
  #budget = { left: 2 ** 22 };

  constructor(document: TtmlDocument, reader: TtmlReader) {
    this.#document = document;
    this.#reader = reader;
    this.#sheet = new StyleSheet(document);
    for (
      const head of getChildElements(document.root).filter(({ name }) => isTtmlName(name, "head"))
    ) {
      for (
        const layout of getChildElements(head).filter(({ name }) => isTtmlName(name, "layout"))
      ) {
        for (const region of getChildElements(layout)) {
          this.#regions.set(getId(region), this.#sheet.getOwnStyles(region));
        }
      }
    }
  }

  /** body, div, and what is in them. */
  readBlock(node: XmlNode, outer: InheritedContext): void {
    const around = this.#createContext(node, outer);
    if (isHiddenStyle(around.styles)) return;
    this.#checkImages(node);
    const { clock } = this.#document;
    const children = getChildElements(node).filter(({ name }) =>
      isTtmlName(name, "div") || isTtmlName(name, "p")
    );
    const timing = { outer: around.span, clock, warnings: this.#reader.warnings };
    for (const [i, span] of computeChildIntervals(node, children, timing).entries()) {
      const child = children[i]!;
      const inside = { ...around, span };
      if (isTtmlName(child.name, "div")) this.readBlock(child, inside);
      else this.#readParagraph(child, inside);
    }
  }

  #createContext(node: XmlNode, outer: InheritedContext): InheritedContext {
    const { attributes } = node;
    const region = attributes.get("region") ?? outer.region;
    const own = this.#sheet.getOwnStyles(node);
    // What a region hands down comes before anything that the body says (§8.4.4).
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

  /** What can't be said as a cue is named. */
  #checkImages(node: XmlNode): void {
    const images = node.attributes.has("smpte:backgroundImage") ||
      getChildElements(node).some(({ name }) => isTtmlName(name, "image"));
    if (images) {
      this.hasImages = true;
      this.#reader.warnings.add("Cannot show the pictures of this TTML as text");
    }
  }

  #readParagraph(node: XmlNode, outer: InheritedContext): void {
    const around = this.#createContext(node, outer);
    const regionStyles = this.#getRegionStyles(around);
    if (isHiddenStyle(around.styles) || regionStyles && isHiddenStyle(regionStyles)) return;
    this.#checkImages(node);
    const { styles, background, preserve = false, span } = around;
    const settings = toRegionSettings(regionStyles, styles, this.#document);
    const paragraph: TtmlParagraph = { node, span, styles, background, preserve };
    const { cues, endless } = readParagraph(paragraph, {
      document: this.#document,
      sheet: this.#sheet,
      classes: this.#reader.classes,
      warnings: this.#reader.warnings,
      budget: this.#budget,
    });
    if (endless) this.#reader.warnings.addLine(node.line, "nothing says when its text ends");
    const id = getId(node);
    for (const { start, end, text } of cues) this.cues.push({ start, end, id, settings, text });
    if (cues.length > 0) this.shown++;
    if (cues.length > 0 && around.forced) this.forced++;
  }

  #getRegionStyles({ region }: InheritedContext): TtmlStyles | undefined {
    if (region !== undefined) return this.#regions.get(region);
    return undefined;
  }
}
