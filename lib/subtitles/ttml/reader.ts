/** TTML, read (TTML1, and what TTML2 and IMSC1 add that text needs): paragraphs become cues. */

import type { Cue } from "../cue.ts";
import { Faults } from "../parse_warnings.ts";
import { Classes } from "../text_style.ts";
import { elements, isNamed, readTtmlDocument } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { readParagraph } from "./paragraph.ts";
import type { Paragraph } from "./paragraph.ts";
import { settingsOf } from "./region.ts";
import { backgroundOf, cascaded, idOf, isHidden, StyleSheet } from "./style.ts";
import type { Styles } from "./style.ts";
import { childSpans, MOST_SECONDS } from "./timing.ts";
import type { Span } from "./timing.ts";
import type { Webvtt } from "../webvtt.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface Ttml {
  /** With the text as WebVTT says it. */
  readonly text: Webvtt;
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
  readonly faults = new Faults();
  readonly classes = new Classes();

  /**
   * @throws MediaError when this is no XML, or no TTML, or its spans change more often than a real one's
   */
  read(text: string): Ttml {
    const document = readTtmlDocument(text, this.faults);
    const walk = new Walk(document, this);
    const bodies = elements(document.root).filter(({ name }) => isNamed(name, "body"));
    const outer = { begin: 0, end: MOST_SECONDS };
    const timing = { outer, clock: document.clock, faults: this.faults };
    for (const [i, span] of childSpans(document.root, bodies, timing).entries()) {
      walk.block(bodies[i]!, { span, styles: new Map() });
    }
    const cues = walk.cues.sort((a, b) => a.start - b.start);
    return {
      text: { header: "", blocks: this.classes.blocks(), cues, warnings: this.faults.list },
      language: document.language,
      profile: document.profile,
      hasImages: walk.hasImages,
      forced: walk.forced > 0 && walk.forced === walk.shown,
    };
  }
}

/** One document's cues. @throws MediaError as `TtmlReader.read` */
export function parseTtml(text: string): Ttml {
  return new TtmlReader().read(text);
}

/** What holds around an element. */
interface Around {
  readonly span: Span;
  readonly styles: Styles;
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
  readonly #regions = new Map<string, Styles>();
  readonly #reader: TtmlReader;
  /** Spans times changes that may still be written. */
  #budget = { left: 2 ** 22 };

  constructor(document: TtmlDocument, reader: TtmlReader) {
    this.#document = document;
    this.#reader = reader;
    this.#sheet = new StyleSheet(document);
    for (const head of elements(document.root).filter(({ name }) => isNamed(name, "head"))) {
      for (const layout of elements(head).filter(({ name }) => isNamed(name, "layout"))) {
        for (const region of elements(layout)) {
          this.#regions.set(idOf(region), this.#sheet.own(region));
        }
      }
    }
  }

  /** body, div, and what is in them. */
  block(node: XmlNode, outer: Around): void {
    const around = this.#around(node, outer);
    if (isHidden(around.styles)) return;
    this.#look(node);
    const { clock } = this.#document;
    const children = elements(node).filter(({ name }) =>
      isNamed(name, "div") || isNamed(name, "p")
    );
    const timing = { outer: around.span, clock, faults: this.#reader.faults };
    for (const [i, span] of childSpans(node, children, timing).entries()) {
      const child = children[i]!;
      const inside = { ...around, span };
      if (isNamed(child.name, "div")) this.block(child, inside);
      else this.#paragraph(child, inside);
    }
  }

  #around(node: XmlNode, outer: Around): Around {
    const { attributes } = node;
    const region = attributes.get("region") ?? outer.region;
    const own = this.#sheet.own(node);
    // What a region hands down comes before anything that the body says (§8.4.4).
    const base = region !== outer.region ? this.#regions.get(region ?? "") : undefined;
    const styles = cascaded(base ? new Map([...base, ...outer.styles]) : outer.styles, own);
    const space = attributes.get("xml:space");
    const forced = own.get("forcedDisplay");
    return {
      span: outer.span,
      styles,
      background: backgroundOf(own, outer.background),
      region,
      preserve: space === undefined ? outer.preserve ?? this.#preserves() : space === "preserve",
      forced: forced === undefined ? outer.forced : forced === "true",
    };
  }

  #preserves(): boolean {
    return this.#document.root.attributes.get("xml:space") === "preserve";
  }

  /** What can't be said as a cue is named. */
  #look(node: XmlNode): void {
    const images = node.attributes.has("smpte:backgroundImage") ||
      elements(node).some(({ name }) => isNamed(name, "image"));
    if (images) {
      this.hasImages = true;
      this.#reader.faults.say("Cannot show the pictures of this TTML as text");
    }
  }

  #paragraph(node: XmlNode, outer: Around): void {
    const around = this.#around(node, outer);
    const regionStyles = this.#regionOf(around);
    if (isHidden(around.styles) || regionStyles && isHidden(regionStyles)) return;
    this.#look(node);
    const { styles, background, preserve = false, span } = around;
    const settings = settingsOf(regionStyles, styles, this.#document);
    const paragraph: Paragraph = { node, span, styles, background, preserve };
    const { cues, endless } = readParagraph(paragraph, {
      document: this.#document,
      sheet: this.#sheet,
      classes: this.#reader.classes,
      faults: this.#reader.faults,
      budget: this.#budget,
    });
    if (endless) this.#reader.faults.line(node.line, "nothing says when its text ends");
    const id = idOf(node);
    for (const { start, end, text } of cues) this.cues.push({ start, end, id, settings, text });
    if (cues.length > 0) this.shown++;
    if (cues.length > 0 && around.forced) this.forced++;
  }

  #regionOf({ region }: Around): Styles | undefined {
    if (region !== undefined) return this.#regions.get(region);
    return undefined;
  }
}
