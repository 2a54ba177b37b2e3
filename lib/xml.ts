/** The XML writer. No other file imports the XML library. */

import { stringify } from "@libs/xml/stringify";

/** Attributes as `@name`, text as `#text`, children by name. Undefined values are omitted. */
export type XmlElement = { [name: string]: XmlValue };
export type XmlValue = string | number | undefined | XmlElement | readonly XmlElement[];

/** Forbidden by XML 1.0, also as references (§2.2). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Parsers normalize these to spaces in attributes (XML 1.0 §3.3.3). */
const WHITE_SPACE: Record<string, string> = { "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };

/** A private-use character, which is removed from the operator's text. */
const RUN_MARK = "\uE000";

/** @param runs preformatted elements for `runPlaceholder(0)` and following; the library takes 3 µs an element */
export function xml(root: XmlElement, runs: readonly string[] = []): string {
  const text = stringify({ "@version": "1.0", "@encoding": "UTF-8", ...dropUndefined(root) }, {
    format: { breakline: Infinity }, // else long text is wrapped
    replace: { entities: true, custom: ({ key, value }) => escapeValue(key, value) }, // else `<` is not escaped in attributes
  });
  return text.replace(
    /(?:<runs>)?\uE000(\d+)\uE000(?:<\/runs>)?/g,
    (_, index) => runs[index] ?? "",
  ) + "\n";
}

/** Returns the text of an element's children, for `runPlaceholder()` in an element that is nested once more. */
export function xmlChildren(children: XmlElement, runs: readonly string[] = []): string {
  const lines = xml({ parent: children }, runs).split("\n");
  return lines.slice(2, -2).join("\n  ").trimStart();
}

export function runPlaceholder(index: number): XmlElement {
  return { "#text": `${RUN_MARK}${index}${RUN_MARK}` };
}

function escapeValue(key: string | null, value: string | null): string {
  if (key === null || value === null) return ""; // an element: undefined would drop it
  if (/^\uE000\d+\uE000$/.test(value)) return value;
  const allowed = value.replace(FORBIDDEN, "").replaceAll(RUN_MARK, "");
  return key === "#text" ? allowed : allowed.replace(/[\t\n\r]/g, (space) => WHITE_SPACE[space]!);
}

function dropUndefined(element: XmlElement): XmlElement {
  const entries = Object.entries(element).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, dropUndefinedIn(value)]));
}

function dropUndefinedIn(value: XmlValue): XmlValue {
  if (Array.isArray(value)) return value.map(dropUndefined);
  return typeof value === "object" ? dropUndefined(value as XmlElement) : value;
}
