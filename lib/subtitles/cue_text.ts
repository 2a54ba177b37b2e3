/** The text of a cue as WebVTT writes it (W3C WebVTT §4.2.2, §6.4): a tree of spans, read and written. */

/** Text, its lines parted by LF; or a span. */
export type CueNode = string | CueSpan;

export interface CueSpan {
  readonly name: SpanName;
  readonly classes: readonly string[];
  /** Whose voice, which language; "" for all others. */
  readonly annotation: string;
  readonly children: readonly CueNode[];
}

const NAMES = ["c", "i", "b", "u", "ruby", "rt", "v", "lang"] as const;
export type SpanName = typeof NAMES[number];

/** A span without classes and annotation. */
export function span(name: SpanName, children: readonly CueNode[]): CueSpan {
  return { name, classes: [], annotation: "", children };
}

/** Text in a span for each of the names, the first one outermost. */
export function wrapped(names: readonly SpanName[], children: readonly CueNode[]): CueNode[] {
  return names.reduceRight<CueNode[]>((inner, name) => [span(name, inner)], [...children]);
}

const REFERENCES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => REFERENCES[character]!);
}

/**
 * The tree as text. Lines without a letter, which would end the cue, and spans without one are left out; "" where there is
 * none at all.
 */
export function formatCueText(nodes: readonly CueNode[]): string {
  const writer = new Writer();
  writer.nodes(nodes);
  return writer.text;
}

/** A line break is written when the next letter comes: so none stands at the start or the end, or by another. */
class Writer {
  text = "";
  #break = false;

  nodes(nodes: readonly CueNode[]): void {
    for (const node of nodes) typeof node === "string" ? this.#string(node) : this.#span(node);
  }

  #string(text: string): void {
    for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
      if (i > 0) this.#break = this.text !== "";
      if (line.trim() === "" && (this.#break || this.text === "")) continue;
      if (this.#break) this.text += "\n";
      this.#break = false;
      this.text += escaped(line).replaceAll("\0", "\uFFFD");
    }
  }

  #span({ name, classes, annotation, children }: CueSpan): void {
    const before = this.text;
    if (this.#break) this.text += "\n";
    const broken = this.#break;
    this.#break = false;
    const tag = [name, ...classes].join(".");
    const open = `<${tag}${annotation ? ` ${escaped(annotation.replace(/\s+/g, " "))}` : ""}>`;
    const start = this.text + open;
    this.text = start;
    this.nodes(children);
    if (this.text === start) {
      [this.text, this.#break] = [before, broken || this.#break && before !== ""];
    } else this.text += `</${name}>`;
  }
}

/** Deeper spans than these are read as if they were closed: no viewer sees a difference. */
const DEEPEST = 32;

interface Open {
  readonly name: SpanName | "";
  readonly children: CueNode[];
}

/** As browsers read it: unknown tags and times are passed over, crossed end tags too. */
export function parseCueText(text: string): CueNode[] {
  const root: CueNode[] = [];
  const open: Open[] = [{ name: "", children: root }];
  for (const part of text.split(/(<[^>]*(?:>|$))/)) {
    if (part.startsWith("<")) readTag(part, open);
    else if (part) open.at(-1)!.children.push(characters(part));
  }
  return root;
}

function readTag(tag: string, open: Open[]): void {
  const [, end, word = "", classes = "", rest = ""] =
    /^<(\/?)([^.\s>]*)((?:\.[^.\s>]*)*)\s*([^>]*)/.exec(tag) ?? [];
  const name = NAMES.find((known) => known === word);
  if (!name) return;
  const current = open.at(-1)!;
  if (end) return close(name, open);
  if (open.length > DEEPEST || name === "rt" && current.name !== "ruby") return;
  const children: CueNode[] = [];
  current.children.push({
    name,
    classes: classes.split(".").filter(Boolean),
    annotation: name === "v" || name === "lang" ? characters(rest).trim() : "",
    children,
  });
  open.push({ name, children });
}

function close(name: SpanName, open: Open[]): void {
  if (open.at(-1)!.name === name) open.pop();
  else if (name === "ruby" && open.at(-1)!.name === "rt") open.length -= 2; // rt stands in ruby alone
}

/** Entities that WebVTT knows by name (§4.2.2), and by number. */
const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["lrm", "\u200E"],
  ["rlm", "\u200F"],
  ["nbsp", "\u00A0"],
]);

/** Text with its references to characters replaced; those that name none stay. */
export function characters(text: string): string {
  return text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (name) return NAMED.get(name) ?? all;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
}

/** What a viewer reads of a tree, without styles; what ruby says above the line is left out. */
export function plainText(nodes: readonly CueNode[]): string {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    return node.name === "rt" ? "" : plainText(node.children);
  }).join("");
}
