/** Parses XML with namespaces. The library of the writer loses the order of text and elements, which TTML needs. */

import { MediaError } from "./errors.ts";

export interface XmlNode {
  /** Mapped prefix and local name: `tt:p`, or `p` if the prefix is empty. */
  readonly name: string;
  /** By mapped name; attributes without a prefix have no namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlNode | string)[];
  readonly line: number;
}

/** Maps a namespace to the caller's prefix. `prefix` is the document's, for undeclared namespaces. */
export type PrefixMapper = (namespace: string, prefix: string) => string;

const MAX_DEPTH = 100;

/** Elements and texts; about 200 bytes each. */
const MAX_NODES = 2 ** 19;

/** In a document; about 100 bytes each. */
const MAX_TOTAL_ATTRIBUTES = 2 ** 20;

const MAX_ATTRIBUTES = 100;

/** Each name in its scope is mapped by it. */
const MAX_NAMESPACE_LENGTH = 1000;

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** A document's own entities are ignored, which rules out entity expansion attacks. */
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** @throws MediaError with the line if the document is not well-formed or exceeds the limits */
export function parseXml(text: string, mapPrefix: PrefixMapper): XmlNode {
  return new Parser(text, mapPrefix).parse();
}

type MutableNode = XmlNode & { readonly children: (XmlNode | string)[] };

interface OpenElement {
  readonly tag: string;
  readonly node: MutableNode;
  readonly scope: Scope;
}

interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer?: Scope | undefined;
}

const OUTERMOST: Scope = { own: new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]) };

const NAME = String.raw`[^\s<>/=&'"]+`;
const TAG = new RegExp(`<(${NAME})`, "y");
const ATTRIBUTE = new RegExp(String.raw`\s*(${NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')`, "y");
const TAG_END = /\s*(\/?)>/y;
const END_TAG = new RegExp(String.raw`</(${NAME})\s*>`, "y");

class Parser {
  readonly #text: string;
  readonly #mapPrefix: PrefixMapper;
  readonly #open: OpenElement[] = [];
  #at = 0;
  #nodes = 0;
  #attributeCount = 0;
  #root: MutableNode | undefined;
  #lineCounter = { line: 1, end: -1 };

  constructor(text: string, mapPrefix: PrefixMapper) {
    this.#text = text;
    this.#mapPrefix = mapPrefix;
  }

  parse(): XmlNode {
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf("<", this.#at);
      this.#characters(this.#text.slice(this.#at, next < 0 ? undefined : next));
      this.#at = next < 0 ? this.#text.length : next;
      if (next >= 0) this.#markup();
    }
    const left = this.#open.at(-1);
    if (left) throw this.#error(`<${left.tag}> of line ${left.node.line} is not closed`);
    if (!this.#root) throw this.#error("the document has no element");
    return this.#root;
  }

  #markup(): void {
    const starts = (text: string) => this.#text.startsWith(text, this.#at);
    if (starts("<!--")) this.#skipTo("-->", 4);
    else if (starts("<![CDATA[")) this.#cdata();
    else if (starts("<?")) this.#skipTo("?>", 2);
    else if (starts("<!")) this.#doctype();
    else if (starts("</")) this.#close();
    else this.#element();
  }

  #skipTo(end: string, skip: number): string {
    const from = this.#at + skip;
    const to = this.#text.indexOf(end, from);
    if (to < 0) throw this.#error(`"${end}" is missing`);
    this.#at = to + end.length;
    return this.#text.slice(from, to);
  }

  #cdata(): void {
    this.#add(this.#skipTo("]]>", "<![CDATA[".length));
  }

  #doctype(): void {
    const part = /[^[\]>"']*(?:"[^"]*"|'[^']*'|([[\]>]))/y;
    let depth = 0;
    for (let done = false; !done;) {
      part.lastIndex = this.#at;
      const match = part.exec(this.#text);
      if (!match) throw this.#error("the document type is not closed");
      this.#at = part.lastIndex;
      if (match[1] === "[") depth++;
      if (match[1] === "]") depth--;
      done = match[1] === ">" && depth <= 0;
    }
  }

  #close(): void {
    const [tag] = this.#match(END_TAG, "an end tag is truncated");
    const open = this.#open.pop();
    if (open?.tag !== tag) {
      throw this.#error(`</${tag}> ${open ? `does not match <${open.tag}>` : "has no start tag"}`);
    }
  }

  #element(): void {
    if (this.#open.length >= MAX_DEPTH) {
      throw this.#error(`elements are nested more than ${MAX_DEPTH} deep`);
    }
    if (this.#open.length === 0 && this.#root) throw this.#error("a second root element");
    const line = this.#line();
    const [tag] = this.#match(TAG, '"<" does not start a tag');
    const attributes = this.#attributes();
    const scope = this.#scope(attributes);
    const node: MutableNode = {
      name: this.#name(tag!, scope, resolveNamespace("", scope)),
      attributes: this.#nameAttributes(attributes, scope),
      children: [],
      line,
    };
    const [empty] = this.#match(TAG_END, "a tag is malformed");
    this.#add(node);
    this.#root ??= node;
    if (!empty) this.#open.push({ tag: tag!, node, scope });
  }

  #scope(attributes: ReadonlyMap<string, string>): Scope {
    const scope = createScope(attributes, this.#open.at(-1)?.scope ?? OUTERMOST);
    for (const namespace of scope.own.values()) {
      if (namespace.length <= MAX_NAMESPACE_LENGTH) continue;
      throw this.#error(`a namespace has more than ${MAX_NAMESPACE_LENGTH} characters`);
    }
    return scope;
  }

  #nameAttributes(attributes: ReadonlyMap<string, string>, scope: Scope): XmlNode["attributes"] {
    const named = Array.from(attributes).filter(([name]) => !isDeclaration(name));
    if (named.length === 0) return NO_ATTRIBUTES;
    return new Map(named.map(([name, value]) => [this.#name(name, scope), value]));
  }

  #attributes(): ReadonlyMap<string, string> {
    let attributes: Map<string, string> | undefined;
    for (;;) {
      ATTRIBUTE.lastIndex = this.#at;
      const match = ATTRIBUTE.exec(this.#text);
      if (!match) return attributes ?? NO_ATTRIBUTES;
      attributes ??= new Map();
      if (++this.#attributeCount > MAX_TOTAL_ATTRIBUTES) {
        throw this.#error(`the document has more than ${MAX_TOTAL_ATTRIBUTES} attributes`);
      }
      this.#at = ATTRIBUTE.lastIndex;
      const [, name, double, single] = match;
      if (attributes.size >= MAX_ATTRIBUTES) {
        throw this.#error(`an element has more than ${MAX_ATTRIBUTES} attributes`);
      }
      attributes.set(name!, resolveReferences((double ?? single)!).replace(/[\t\n\r]/g, " "));
    }
  }

  #name(name: string, scope: Scope, unprefixed?: string): string {
    const [, prefix = "", local = name] = /^([^:]*):(.*)$/.exec(name) ?? [];
    const namespace = prefix ? resolveNamespace(prefix, scope) : unprefixed;
    const own = prefix || namespace ? this.#mapPrefix(namespace ?? "", prefix) : "";
    return own ? `${own}:${local}` : local;
  }

  #characters(text: string): void {
    if (this.#open.length > 0 && text) this.#add(resolveReferences(text));
    else if (/[^\s\uFEFF]/.test(text)) throw this.#error("text is outside the root element");
  }

  #add(child: XmlNode | string): void {
    if (++this.#nodes > MAX_NODES) {
      throw this.#error(`the document has more than ${MAX_NODES} elements`);
    }
    this.#open.at(-1)?.node.children.push(child);
  }

  #match(pattern: RegExp, wrong: string): string[] {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#error(wrong);
    this.#at = pattern.lastIndex;
    return match.slice(1);
  }

  #line(): number {
    let { line, end } = this.#lineCounter;
    if (end < 0) end = this.#lineEnd(0);
    for (; end < this.#at; line++) end = this.#lineEnd(end + 1);
    this.#lineCounter = { line, end };
    return line;
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf("\n", from);
    return end < 0 ? Infinity : end;
  }

  #error(why: string): MediaError {
    const short = why.length > 200 ? `${why.slice(0, 200)}…` : why;
    return new MediaError(`Cannot read line ${this.#line()} as XML: ${short}`);
  }
}

function isDeclaration(name: string): boolean {
  return name === "xmlns" || name.startsWith("xmlns:");
}

function createScope(attributes: ReadonlyMap<string, string>, outer: Scope): Scope {
  const own = [...attributes].filter(([name]) => isDeclaration(name));
  if (own.length === 0) return outer;
  return { own: new Map(own.map(([name, value]) => [name.slice("xmlns:".length), value])), outer };
}

function resolveNamespace(prefix: string, scope: Scope): string | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const namespace = at.own.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

/** Normalizes line ends (§2.11) and resolves references. */
function resolveReferences(text: string): string {
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  return lines.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (name) return ENTITIES[name] ?? all;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code > 0 && code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
}
