/** Parts of Markdown (GitHub flavoured) that tests compare with code and files. */

/** A fenced code block. */
export interface CodeBlock {
  /** The word after the fence; "" without one. */
  readonly language: string;
  /** The lines between the fences, each with its newline, without the indentation of the fence. */
  readonly text: string;
  /** Line number of the opening fence, from 1. */
  readonly line: number;
}

const FENCE = /^( *)(`{3,}|~{3,})([^\n`]*)\n([^]*?)^ *\2 *$/gm;

/** All fenced code blocks, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(({ 1: indent, 3: info, 4: text, index }) => ({
    language: info!.trim().split(/\s/, 1)[0]!,
    text: text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    line: markdown.slice(0, index).split("\n").length,
  }));
}

/** The text without code blocks and code spans: links and headings in these are none. */
export function withoutCode(markdown: string): string {
  return markdown.replaceAll(FENCE, "").replaceAll(/`[^`\n]+`/g, "");
}

/** Targets of links and images, reference definitions and HTML attributes included, in order. */
export function linkTargets(markdown: string): string[] {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:href|src)\s*=\s*["']([^"']+)["']/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, target]) => target!));
}

/** Anchors of the headings, as GitHub generates them: a repeated heading becomes `name-1`. */
export function headingAnchors(markdown: string): string[] {
  const taken = new Map<string, number>();
  const headings = markdown.replaceAll(FENCE, "").matchAll(/^ {0,3}#{1,6} +(.*?) *#* *$/gm);
  return [...headings].map(([, heading]) => {
    const anchor = toAnchor(heading!);
    const count = taken.get(anchor) ?? 0;
    taken.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function toAnchor(heading: string): string {
  return heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim().toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
}

/**
 * The text below a heading, up to the next one of the same level or above.
 *
 * @param heading with its `#`s
 * @returns undefined without such a heading
 */
export function sectionOf(markdown: string, heading: string): string | undefined {
  const [marks] = heading.split(" ", 1);
  const text = markdown.replaceAll(FENCE, (block) => block.replaceAll(/^#/gm, " "));
  const start = `\n${text}`.indexOf(`\n${heading}\n`);
  if (start < 0) return undefined;
  const from = start + heading.length + 1;
  const length = text.slice(from).search(new RegExp(`^#{1,${marks!.length}} `, "m"));
  return markdown.slice(from, length < 0 ? undefined : from + length);
}

/** Cells of all tables, row by row, without the header rows. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split("\n");
  const rows = lines.filter((line, i) =>
    line.startsWith("|") && !isDelimiterRow(line) && !isDelimiterRow(lines[i + 1] ?? "")
  );
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The row between the header of a table and its body. */
function isDelimiterRow(line: string): boolean {
  return /^\|[-:| ]+\|$/.test(line);
}

/** Contents of code spans, in order. */
export function codeSpans(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}
