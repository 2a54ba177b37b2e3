/** WebVTT cue text (W3C WebVTT §4.2.2, §6.4) as a tree of spans. */

import { decodeReferences } from "./html_entities.ts";

export type CueNode = string | CueSpan;

export interface CueSpan {
  readonly name: SpanName;
  readonly classes: readonly string[];
  readonly annotation: string;
  readonly children: readonly CueNode[];
}

const SPAN_NAMES = ["c", "i", "b", "u", "ruby", "rt", "v", "lang"] as const;
export type SpanName = typeof SPAN_NAMES[number];

export function createSpan(name: SpanName, children: readonly CueNode[]): CueSpan {
  return { name, classes: [], annotation: "", children };
}

/** The first name is outermost. */
export function wrapInTags(names: readonly SpanName[], children: readonly CueNode[]): CueNode[] {
  return names.reduceRight<CueNode[]>((inner, name) => [createSpan(name, inner)], [...children]);
}

const REFERENCES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeCueText(text: string): string {
  return text.replace(/[&<>]/g, (character) => REFERENCES[character]!);
}

/** Omits empty spans and blank lines, which would end the cue. */
export function formatCueText(nodes: readonly CueNode[]): string {
  const writer = new Writer();
  writer.nodes(nodes);
  return writer.text;
}

/** Defers line breaks, so that none is leading, trailing or doubled. */
class Writer {
  text = "";
  #hasPendingBreak = false;

  nodes(nodes: readonly CueNode[]): void {
    for (const node of nodes) typeof node === "string" ? this.#string(node) : this.#span(node);
  }

  #string(text: string): void {
    for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
      if (i > 0) this.#hasPendingBreak = this.text !== "";
      if (line.trim() === "" && (this.#hasPendingBreak || this.text === "")) continue;
      if (this.#hasPendingBreak) this.text += "\n";
      this.#hasPendingBreak = false;
      this.text += escapeCueText(line).replaceAll("\0", "\uFFFD");
    }
  }

  #span({ name, classes, annotation, children }: CueSpan): void {
    const before = this.text;
    if (this.#hasPendingBreak) this.text += "\n";
    const broken = this.#hasPendingBreak;
    this.#hasPendingBreak = false;
    const tag = [name, ...classes].join(".");
    const open = `<${tag}${
      annotation ? ` ${escapeCueText(annotation.replace(/\s+/g, " "))}` : ""
    }>`;
    const start = this.text + open;
    this.text = start;
    this.nodes(children);
    if (this.text === start) {
      [this.text, this.#hasPendingBreak] = [
        before,
        broken || this.#hasPendingBreak && before !== "",
      ];
    } else this.text += `</${name}>`;
  }
}

const MAX_DEPTH = 32;

interface OpenSpan {
  readonly name: SpanName | "";
  readonly children: CueNode[];
}

/** Ignores unknown tags, timestamps and mismatched end tags, as browsers do. */
export function parseCueText(text: string): CueNode[] {
  const root: CueNode[] = [];
  const open: OpenSpan[] = [{ name: "", children: root }];
  for (const part of text.split(/(<[^>]*(?:>|$))/)) {
    if (part.startsWith("<")) readTag(part, open);
    else if (part) open.at(-1)!.children.push(decodeReferences(part));
  }
  return root;
}

function readTag(tag: string, open: OpenSpan[]): void {
  const [, end, word = "", classes = "", rest = ""] =
    /^<(\/?)([^.\s>]*)((?:\.[^.\s>]*)*)\s*([^>]*)/.exec(tag) ?? [];
  const name = SPAN_NAMES.find((known) => known === word);
  if (!name) return;
  const current = open.at(-1)!;
  if (end) return closeSpan(name, open);
  if (open.length > MAX_DEPTH || name === "rt" && current.name !== "ruby") return;
  const children: CueNode[] = [];
  current.children.push({
    name,
    classes: classes.split(".").filter(Boolean),
    annotation: name === "v" || name === "lang" ? decodeReferences(rest).trim() : "",
    children,
  });
  open.push({ name, children });
}

function closeSpan(name: SpanName, open: OpenSpan[]): void {
  if (open.at(-1)!.name === name) open.pop();
  else if (name === "ruby" && open.at(-1)!.name === "rt") open.length -= 2; // an end tag of ruby also closes rt
}

/** Omits styles and ruby annotations. */
export function toPlainText(nodes: readonly CueNode[]): string {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    return node.name === "rt" ? "" : toPlainText(node.children);
  }).join("");
}

/** Splits nodes at line breaks; spans of several lines are repeated in each. */
export function splitCueLines(nodes: readonly CueNode[]): CueNode[][] {
  const lines: CueNode[][] = [[]];
  for (const node of nodes) {
    const parts: readonly CueNode[] = typeof node === "string"
      ? node.split("\n")
      : splitCueLines(node.children).map((children) => ({ ...node, children }));
    for (const [i, part] of parts.entries()) {
      if (i > 0) lines.push([]);
      if (part) lines.at(-1)!.push(part);
    }
  }
  return lines;
}
