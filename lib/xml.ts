/** The one place that touches the XML library, and what it leaves to its callers. */

import { stringify } from "@libs/xml/stringify";

/** An element: attributes as `@name`, text as `#text`, children by name. What is undefined is left out. */
export type XmlElement = { [name: string]: XmlValue };
export type XmlValue = string | number | undefined | XmlElement | readonly XmlElement[];

/** What XML 1.0 forbids, also as a reference (§2.2): dropped. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Written into attributes as references: a parser would turn them into spaces (XML 1.0 §3.3.3). */
const WHITE_SPACE: Record<string, string> = { "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };

/** Stands in the document where a run of elements goes in. Private use: taken out of what operators write. */
const RUN_MARK = "\uE000";

/**
 * XML text of a document.
 *
 * @param runs elements that were written as text (the library takes 3 µs an element): `run(0)` stands for the first
 */
export function xml(root: XmlElement, runs: readonly string[] = []): string {
  const text = stringify({ "@version": "1.0", "@encoding": "UTF-8", ...dropUndefined(root) }, {
    format: { breakline: Infinity }, // else white space comes into long texts
    replace: { entities: true, custom: ({ key, value }) => escapeValue(key, value) }, // else `<` stays bare in attributes
  });
  return text.replace(
    /(?:<runs>)?\uE000(\d+)\uE000(?:<\/runs>)?/g,
    (_, index) => runs[index] ?? "",
  ) + "\n";
}

/** What stands in an element for the run of that index: as its text, or among its children as one that is called `runs`. */
export function runPlaceholder(index: number): XmlElement {
  return { "#text": `${RUN_MARK}${index}${RUN_MARK}` };
}

function escapeValue(key: string | null, value: string | null): string {
  if (key === null || value === null) return ""; // an element: anything but undefined keeps it
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
