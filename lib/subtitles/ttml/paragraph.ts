/** A paragraph of TTML, read: its spans, each with its times, become the texts of one or more cues. */

import { MediaError } from "../../errors.ts";
import type { CueNode, CueSpan } from "../cue_text.ts";
import { createSpan, formatCueText } from "../cue_text.ts";
import type { ParseWarnings } from "../parse_warnings.ts";
import { isSameStyle } from "../text_style.ts";
import type { StyleClasses, TextStyle } from "../text_style.ts";
import { isTtmlName } from "./document.ts";
import type { TtmlDocument } from "./document.ts";
import { inheritStyles, isHiddenStyle, resolveBackground, toTextStyle } from "./style.ts";
import type { StyleSheet, TtmlStyles } from "./style.ts";
import { computeChildIntervals, MAX_SECONDS } from "./timing.ts";
import type { ActiveInterval } from "./timing.ts";
import type { XmlNode } from "../../xml_reader.ts";

/** The element, and what holds for it. */
export interface TtmlParagraph {
  readonly node: XmlNode;
  readonly span: ActiveInterval;
  readonly styles: TtmlStyles;
  readonly background?: string | undefined;
  /** White space stands as it is. */
  readonly preserve: boolean;
}

export interface ParagraphContext {
  readonly document: TtmlDocument;
  readonly sheet: StyleSheet;
  readonly classes: StyleClasses;
  readonly warnings: ParseWarnings;
  /** Spans times changes that may still be written. */
  readonly budget: { left: number };
}

/** Text of a paragraph from when to when, in milliseconds. */
export interface TimedText {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Text that looks the same all through, and when it is shown; or what stands around such. */
type Part = Leaf | Group;

interface Leaf {
  readonly text: string;
  readonly style: TextStyle;
  readonly preserve: boolean;
  readonly span: ActiveInterval;
}

interface Group {
  readonly kind: "plain" | "ruby" | "rt" | "lang";
  /** Of `lang`. */
  readonly language: string;
  readonly parts: readonly Part[];
}

/** @throws MediaError when its spans change more often than a real one's */
export function readParagraph(
  paragraph: TtmlParagraph,
  context: ParagraphContext,
): { cues: TimedText[]; endless: boolean } {
  const collector = new Collector(context);
  const parts = collector.inside(paragraph);
  const times = [...collector.times].sort((a, b) => a - b);
  spend(context.budget, Math.max(0, times.length - 1) * collector.leaves);
  const cues = times.slice(0, -1).flatMap((time, i) => {
    const nodes = new Assembly(time, context.classes).nodes(parts);
    const text = formatCueText(trimSpaces(nodes));
    const [start, end] = [time, times[i + 1]!].map((seconds) => Math.round(seconds * 1000));
    return text && start! < end! ? [{ start: start!, end: end!, text }] : [];
  });
  const endless = cues.at(-1)?.end === MAX_SECONDS * 1000;
  return { cues: mergeAdjacent(endless ? cues.map(limitToOneDay) : cues), endless };
}

const DAY_MS = 86_400_000;

/** What never ends is shown as long as any film may last. */
function limitToOneDay(cue: TimedText): TimedText {
  return { ...cue, end: Math.min(cue.end, cue.start + DAY_MS) };
}

/** Pieces that follow one another and read the same are one: a span that says nothing may have come or gone. */
function mergeAdjacent(cues: readonly TimedText[]): TimedText[] {
  const all: TimedText[] = [];
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

  inside(outer: TtmlParagraph): Part[] {
    const { document: { clock }, warnings } = this.#context;
    const children = outer.node.children.filter((child) =>
      typeof child === "string" || isContent(child)
    );
    for (const child of outer.node.children) if (typeof child !== "string") this.#name(child);
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

  #name({ name }: XmlNode): void {
    if (isTtmlName(name, "set") || isTtmlName(name, "animate")) {
      this.#context.warnings.add("Cannot say animations of TTML: text stays as it starts");
    }
  }

  #text(text: string, { span, styles, background, preserve, node }: TtmlParagraph): Part[] {
    if (span.begin >= span.end || node.attributes.get("timeContainer") === "seq") return [];
    this.times.add(span.begin).add(span.end);
    this.leaves++;
    return [{ text, style: toTextStyle(styles, background), preserve, span }];
  }

  #element(node: XmlNode, outer: TtmlParagraph): Part[] {
    if (isTtmlName(node.name, "br")) return this.#text("\n", { ...outer, preserve: true });
    const own = this.#context.sheet.getOwnStyles(node);
    const styles = inheritStyles(outer.styles, own);
    if (isHiddenStyle(styles)) return [];
    const space = node.attributes.get("xml:space");
    const inner: TtmlParagraph = {
      node,
      span: outer.span,
      styles,
      background: resolveBackground(own, outer.background),
      preserve: space === undefined ? outer.preserve : space === "preserve",
    };
    return groupParts(node, own, this.inside(inner), this.#context.document.language);
  }
}

function isContent({ name }: XmlNode): boolean {
  return isTtmlName(name, "span") || isTtmlName(name, "br");
}

function groupParts(node: XmlNode, own: TtmlStyles, parts: Part[], outerLanguage: string): Part[] {
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
  readonly #classes: StyleClasses;
  /** What was written last ends a word: another space would be one too many (TTML1 §7.2.3). */
  #spaced = true;

  constructor(time: number, classes: StyleClasses) {
    this.#time = time;
    this.#classes = classes;
  }

  nodes(parts: readonly Part[]): CueNode[] {
    const nodes: CueNode[] = [];
    let run: { style: TextStyle; text: string } | undefined;
    const close = () => {
      if (run) nodes.push(...this.#applyStyle(run));
      run = undefined;
    };
    for (const part of parts) {
      if ("kind" in part) {
        close();
        nodes.push(...this.#group(part));
      } else if (part.span.begin <= this.#time && this.#time < part.span.end) {
        const text = this.#spacesOf(part);
        if (run && (isSameStyle(run.style, part.style) || text === "\n")) run.text += text;
        else {
          close();
          run = { style: part.style, text };
        }
      }
    }
    close();
    return nodes;
  }

  /** Space and line breaks alone look like nothing. */
  #applyStyle({ style, text }: { style: TextStyle; text: string }): CueNode[] {
    return /^\s*$/.test(text) ? [text] : this.#classes.apply(style, [text]);
  }

  #group({ kind, language, parts }: Group): CueNode[] {
    const children = this.nodes(parts);
    if (kind === "plain" || children.length === 0) return children;
    const name = kind;
    return [
      kind === "lang"
        ? { ...createSpan("lang", children), annotation: language } as CueSpan
        : createSpan(name, children),
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
function trimSpaces(nodes: readonly CueNode[], atEnd = true): CueNode[] {
  return nodes.map((node, i) => {
    const isLast = atEnd && i === nodes.length - 1;
    if (typeof node !== "string") return { ...node, children: trimSpaces(node.children, isLast) };
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
