/** TTML paragraphs, whose spans have times of their own, converted to cues. */

import { exceedsMaxCueSize, MAX_CUE_SIZE } from "../cue.ts";
import type { CueNode, CueSpan } from "../cue_text.ts";
import { createSpan, formatCueText } from "../cue_text.ts";
import { isSameStyle } from "../text_style.ts";
import type { StyleClasses, TextStyle } from "../text_style.ts";
import { PartCollector } from "./part_collector.ts";
import type { Group, Leaf, ParagraphContext, Part, TtmlParagraph } from "./part_collector.ts";
import { countCharacters, divideAtTimes } from "./snapshots.ts";
import type { Snapshot } from "./snapshots.ts";
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
  const cues: TimedText[] = [];
  for (const { span, parts: active } of divideAtTimes(parts, times)) {
    const text = formatSnapshot(active, paragraph, context);
    const [start, end] = [span.begin, span.end].map((seconds) => Math.round(seconds * 1000));
    if (text && start! < end!) cues.push({ start: start!, end: end!, text });
  }
  const endless = cues.at(-1)?.end === MAX_SECONDS * 1000;
  return { cues: mergeAdjacent(endless ? cues.map(limitToOneDay) : cues), endless };
}

/** Returns "" if nothing is shown, or too much. */
function formatSnapshot(
  parts: Snapshot["parts"],
  { node }: TtmlParagraph,
  { classes, warnings, budget }: ParagraphContext,
): string {
  const characters = countCharacters(parts);
  budget.spend(characters);
  const text = characters > MAX_CUE_SIZE
    ? undefined
    : formatCueText(trimSpaces(new SnapshotBuilder(classes).build(parts)));
  if (text !== undefined && !exceedsMaxCueSize({ id: "", settings: "", text })) return text;
  warnings.addLine(node.line, `the paragraph exceeds ${MAX_CUE_SIZE} bytes and is ignored`);
  return "";
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
  readonly #classes: StyleClasses;
  #endsWithSpace = true;

  constructor(classes: StyleClasses) {
    this.#classes = classes;
  }

  build(parts: readonly Part[]): CueNode[] {
    const nodes: CueNode[][] = [];
    let run: { style: TextStyle; text: string } | undefined;
    const close = () => {
      if (run) nodes.push(this.#applyStyle(run));
      run = undefined;
    };
    for (const part of parts) {
      if ("kind" in part) {
        close();
        nodes.push(this.#group(part));
      } else {
        const text = this.#collapseSpaces(part);
        if (run && (isSameStyle(run.style, part.style) || text === "\n")) run.text += text;
        else {
          close();
          run = { style: part.style, text };
        }
      }
    }
    close();
    return nodes.flat();
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
    const own = this.#endsWithSpace ? text.replace(/^ /, "") : text;
    if (own) this.#endsWithSpace = own.endsWith(" ");
    return own;
  }
}

/** Trims before line breaks and at the end. `SnapshotBuilder` trims after line breaks. */
function trimSpaces(nodes: readonly CueNode[], atEnd = true): CueNode[] {
  return nodes.map((node, i) => {
    const isLast = atEnd && i === nodes.length - 1;
    if (typeof node !== "string") return { ...node, children: trimSpaces(node.children, isLast) };
    const lines = node.split("\n");
    return lines.map((line, i) => isLast || i < lines.length - 1 ? trimSpaceEnd(line) : line)
      .join("\n");
  });
}

/** A regular expression is quadratic in spaces within a line. */
function trimSpaceEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end--;
  return line.slice(0, end);
}
