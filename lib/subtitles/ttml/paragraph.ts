/** A paragraph of TTML, read: its spans, each with its times, become the texts of one or more cues. */

import { MediaError } from "../../errors.ts";
import type { CueNode, CueSpan } from "../cue_text.ts";
import { formatCueText, span } from "../cue_text.ts";
import type { Faults } from "../parse_warnings.ts";
import { sameLook } from "../text_style.ts";
import type { Classes, Look } from "../text_style.ts";
import { isNamed } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { backgroundOf, cascaded, isHidden, lookOf } from "./style.ts";
import type { Styles, StyleSheet } from "./style.ts";
import { childSpans, MOST_SECONDS } from "./timing.ts";
import type { Span } from "./timing.ts";
import type { XmlNode } from "../../xml_reader.ts";

/** The element, and what holds for it. */
export interface Paragraph {
  readonly node: XmlNode;
  readonly span: Span;
  readonly styles: Styles;
  readonly background?: string | undefined;
  /** White space stands as it is. */
  readonly preserve: boolean;
}

export interface ParagraphContext {
  readonly document: TtmlDocument;
  readonly sheet: StyleSheet;
  readonly classes: Classes;
  readonly faults: Faults;
  /** Spans times changes that may still be written. */
  readonly budget: { left: number };
}

/** Text of a paragraph from when to when, in milliseconds. */
export interface ParagraphText {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Text that looks the same all through, and when it is shown; or what stands around such. */
type Part = Leaf | Group;

interface Leaf {
  readonly text: string;
  readonly look: Look;
  readonly preserve: boolean;
  readonly span: Span;
}

interface Group {
  readonly kind: "plain" | "ruby" | "rt" | "lang";
  /** Of `lang`. */
  readonly language: string;
  readonly parts: readonly Part[];
}

/** @throws MediaError when its spans change more often than a real one's */
export function readParagraph(
  paragraph: Paragraph,
  context: ParagraphContext,
): { cues: ParagraphText[]; endless: boolean } {
  const collector = new Collector(context);
  const parts = collector.inside(paragraph);
  const times = [...collector.times].sort((a, b) => a - b);
  spend(context.budget, Math.max(0, times.length - 1) * collector.leaves);
  const cues = times.slice(0, -1).flatMap((time, i) => {
    const nodes = new Assembly(time, context.classes).nodes(parts);
    const text = formatCueText(trimmed(nodes));
    const [start, end] = [time, times[i + 1]!].map((seconds) => Math.round(seconds * 1000));
    return text && start! < end! ? [{ start: start!, end: end!, text }] : [];
  });
  const endless = cues.at(-1)?.end === MOST_SECONDS * 1000;
  return { cues: joined(endless ? cues.map(withinADay) : cues), endless };
}

const DAY = 86_400_000;

/** What never ends is shown as long as any film may last. */
function withinADay(cue: ParagraphText): ParagraphText {
  return { ...cue, end: Math.min(cue.end, cue.start + DAY) };
}

/** Pieces that follow one another and read the same are one: a span that says nothing may have come or gone. */
function joined(cues: readonly ParagraphText[]): ParagraphText[] {
  const all: ParagraphText[] = [];
  for (const cue of cues) {
    const last = all.at(-1);
    if (last && last.end === cue.start && last.text === cue.text) {
      all[all.length - 1] = { ...last, end: cue.end };
    } else all.push(cue);
  }
  return all;
}

/** Gathers parts, and the times at which something comes or goes. */
class Collector {
  readonly times = new Set<number>();
  leaves = 0;
  readonly #context: ParagraphContext;

  constructor(context: ParagraphContext) {
    this.#context = context;
  }

  inside(outer: Paragraph): Part[] {
    const { document: { clock }, faults } = this.#context;
    const children = outer.node.children.filter((child) =>
      typeof child === "string" || isContent(child)
    );
    for (const child of outer.node.children) if (typeof child !== "string") this.#name(child);
    const timed = children.filter((child) => typeof child !== "string");
    const spans = childSpans(outer.node, timed, { outer: outer.span, clock, faults });
    let next = 0;
    return children.flatMap((child) =>
      typeof child === "string"
        ? this.#text(child, outer)
        : this.#element(child, { ...outer, span: spans[next++]! })
    );
  }

  #name({ name }: XmlNode): void {
    if (isNamed(name, "set") || isNamed(name, "animate")) {
      this.#context.faults.say("Cannot say animations of TTML: text stays as it starts");
    }
  }

  #text(text: string, { span, styles, background, preserve, node }: Paragraph): Part[] {
    if (span.begin >= span.end || node.attributes.get("timeContainer") === "seq") return [];
    this.times.add(span.begin).add(span.end);
    this.leaves++;
    return [{ text, look: lookOf(styles, background), preserve, span }];
  }

  #element(node: XmlNode, outer: Paragraph): Part[] {
    if (isNamed(node.name, "br")) return this.#text("\n", { ...outer, preserve: true });
    const own = this.#context.sheet.own(node);
    const styles = cascaded(outer.styles, own);
    if (isHidden(styles)) return [];
    const space = node.attributes.get("xml:space");
    const inner: Paragraph = {
      node,
      span: outer.span,
      styles,
      background: backgroundOf(own, outer.background),
      preserve: space === undefined ? outer.preserve : space === "preserve",
    };
    return grouped(node, own, this.inside(inner), this.#context.document.language);
  }
}

function isContent({ name }: XmlNode): boolean {
  return isNamed(name, "span") || isNamed(name, "br");
}

function grouped(node: XmlNode, own: Styles, parts: Part[], outerLanguage: string): Part[] {
  const language = node.attributes.get("xml:lang") ?? "";
  const ruby = own.get("ruby") ?? "none";
  if (ruby === "delimiter") return [];
  if (ruby === "container") return [{ kind: "ruby", language: "", parts }];
  if (ruby === "text") return [{ kind: "rt", language: "", parts }];
  if (!language || language === outerLanguage) return parts;
  return [{ kind: "lang", language, parts }];
}

/** Writes what is shown at one time. */
class Assembly {
  readonly #time: number;
  readonly #classes: Classes;
  /** What was written last ends a word: another space would be one too many (TTML1 §7.2.3). */
  #spaced = true;

  constructor(time: number, classes: Classes) {
    this.#time = time;
    this.#classes = classes;
  }

  nodes(parts: readonly Part[]): CueNode[] {
    const nodes: CueNode[] = [];
    let run: { look: Look; text: string } | undefined;
    const close = () => {
      if (run) nodes.push(...this.#dressed(run));
      run = undefined;
    };
    for (const part of parts) {
      if ("kind" in part) {
        close();
        nodes.push(...this.#group(part));
      } else if (part.span.begin <= this.#time && this.#time < part.span.end) {
        const text = this.#spacesOf(part);
        if (run && (sameLook(run.look, part.look) || text === "\n")) run.text += text;
        else {
          close();
          run = { look: part.look, text };
        }
      }
    }
    close();
    return nodes;
  }

  /** Space and line breaks alone look like nothing. */
  #dressed({ look, text }: { look: Look; text: string }): CueNode[] {
    return /^\s*$/.test(text) ? [text] : this.#classes.dressed(look, [text]);
  }

  #group({ kind, language, parts }: Group): CueNode[] {
    const children = this.nodes(parts);
    if (kind === "plain" || children.length === 0) return children;
    const name = kind;
    return [
      kind === "lang"
        ? { ...span("lang", children), annotation: language } as CueSpan
        : span(name, children),
    ];
  }

  #spacesOf({ text, preserve }: Leaf): string {
    if (preserve) {
      this.#spaced = text.endsWith("\n");
      return text;
    }
    const collapsed = text.replace(/[ \t\n\r]+/g, " ");
    const own = this.#spaced ? collapsed.replace(/^ /, "") : collapsed;
    if (own) this.#spaced = own.endsWith(" ");
    return own;
  }
}

/** Spaces before a line break and at the end go: those after one never came. */
function trimmed(nodes: readonly CueNode[], atEnd = true): CueNode[] {
  return nodes.map((node, i) => {
    const isLast = atEnd && i === nodes.length - 1;
    if (typeof node !== "string") return { ...node, children: trimmed(node.children, isLast) };
    const inner = node.replace(/ +\n/g, "\n");
    return isLast ? inner.replace(/ +$/, "") : inner;
  });
}

/** @throws MediaError when spans change more often than a real document's */
function spend(budget: { left: number }, cost: number): void {
  budget.left -= cost;
  if (budget.left < 0) {
    throw new MediaError(
      "Cannot read TTML whose spans change millions of times",
      "MEDIA_UNSUPPORTED",
    );
  }
}
