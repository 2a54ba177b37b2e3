/** TTML paragraphs, whose spans have times of their own, converted to cues. */

import { MediaError } from "../../errors.ts";
import type { CueNode, CueSpan } from "../cue_text.ts";
import { createSpan, formatCueText } from "../cue_text.ts";
import { isSameStyle } from "../text_style.ts";
import type { StyleClasses, TextStyle } from "../text_style.ts";
import { PartCollector } from "./part_collector.ts";
import type { Group, Leaf, ParagraphContext, Part, TtmlParagraph } from "./part_collector.ts";
import { MAX_SECONDS } from "./timing.ts";

/** In milliseconds. */
export interface TimedText {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Reads cues; `endless` means an unknown end.
 *
 * @throws MediaError if spans change too often
 */
export function readParagraph(
  paragraph: TtmlParagraph,
  context: ParagraphContext,
): { cues: TimedText[]; endless: boolean } {
  const collector = new PartCollector(context);
  const parts = collector.collect(paragraph);
  const times = [...collector.times].sort((a, b) => a - b);
  spend(context.budget, Math.max(0, times.length - 1) * collector.leaves);
  const cues = times.slice(0, -1).flatMap((time, i) => {
    const nodes = new SnapshotBuilder(time, context.classes).build(parts);
    const text = formatCueText(trimSpaces(nodes));
    const [start, end] = [time, times[i + 1]!].map((seconds) => Math.round(seconds * 1000));
    return text && start! < end! ? [{ start: start!, end: end!, text }] : [];
  });
  const endless = cues.at(-1)?.end === MAX_SECONDS * 1000;
  return { cues: mergeAdjacent(endless ? cues.map(limitToOneDay) : cues), endless };
}

const DAY_MS = 86_400_000;

function limitToOneDay(cue: TimedText): TimedText {
  return { ...cue, end: Math.min(cue.end, cue.start + DAY_MS) };
}

/** Spans without text may have changed between equal cues. */
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

class SnapshotBuilder {
  readonly #time: number;
  readonly #classes: StyleClasses;
  #endsWithSpace = true;

  constructor(time: number, classes: StyleClasses) {
    this.#time = time;
    this.#classes = classes;
  }

  build(parts: readonly Part[]): CueNode[] {
    const nodes: CueNode[] = [];
    let run: { style: TextStyle; text: string } | undefined;
    const close = () => {
      if (run) nodes.push(...this.#applyStyle(run));
      run = undefined;
    };
    for (const part of parts) {
      if ("kind" in part) {
        close();
        for (const node of this.#group(part)) nodes.push(node);
      } else if (part.span.begin <= this.#time && this.#time < part.span.end) {
        const text = this.#collapseSpaces(part);
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

  #applyStyle({ style, text }: { style: TextStyle; text: string }): CueNode[] {
    return /^\s*$/.test(text) ? [text] : this.#classes.apply(style, [text]);
  }

  #group({ kind, language, parts }: Group): CueNode[] {
    const children = this.build(parts);
    if (kind === "plain" || children.length === 0) return children;
    const name = kind;
    return [
      kind === "lang"
        ? { ...createSpan("lang", children), annotation: language } as CueSpan
        : createSpan(name, children),
    ];
  }

  #collapseSpaces({ text, preserve }: Leaf): string {
    if (preserve) {
      this.#endsWithSpace = text.endsWith("\n");
      return text;
    }
    const collapsed = text.replace(/[ \t\n\r]+/g, " ");
    const own = this.#endsWithSpace ? collapsed.replace(/^ /, "") : collapsed;
    if (own) this.#endsWithSpace = own.endsWith(" ");
    return own;
  }
}

/** Trims before line breaks and at the end. `SnapshotBuilder` trims after line breaks. */
function trimSpaces(nodes: readonly CueNode[], atEnd = true): CueNode[] {
  return nodes.map((node, i) => {
    const isLast = atEnd && i === nodes.length - 1;
    if (typeof node !== "string") return { ...node, children: trimSpaces(node.children, isLast) };
    const inner = node.replace(/ +\n/g, "\n");
    return isLast ? inner.replace(/ +$/, "") : inner;
  });
}

function spend(budget: { left: number }, cost: number): void {
  budget.left -= cost;
  if (budget.left < 0) {
    throw new MediaError(
      "Cannot read TTML: its spans change millions of times",
      "MEDIA_UNSUPPORTED",
    );
  }
}
