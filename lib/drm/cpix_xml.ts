/** Parses the XML of CPIX documents. Errors contain no text of the document. */

import { type KeysError, MediaError } from "../errors.ts";
import { parseXml, type XmlNode } from "../xml_reader.ts";
import { parseKid } from "./key_id.ts";
import { invalidKeys } from "./keys_error.ts";

/** Prefixes of the names in nodes, whatever those of the document are. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ["urn:dashif:org:cpix", "cpix"],
  ["urn:ietf:params:xml:ns:keyprov:pskc", "pskc"],
]);

/** In UTF-16 units; a document of a hundred keys with all signalling takes a third. */
const MAX_CPIX_SIZE = 2 ** 20;

/**
 * Parses a document whose root element is CPIX.
 *
 * @throws KeysError `KEYS_INVALID`
 */
export function parseCpixXml(text: string): XmlNode {
  if (text.length > MAX_CPIX_SIZE) {
    throw invalidKeys(`Cannot read a CPIX document of more than ${MAX_CPIX_SIZE} bytes`);
  }
  if (/<!DOCTYPE/i.test(text)) throw invalidKeys("Cannot use a CPIX document with a document type");
  const root = parse(text);
  if (root.name !== "cpix:CPIX") {
    throw invalidKeys("Cannot use this XML: expected the element CPIX of urn:dashif:org:cpix");
  }
  return root;
}

function parse(text: string): XmlNode {
  try {
    return parseXml(text, (namespace) => PREFIXES.get(namespace) ?? "other");
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw toXmlError(error, "a CPIX document");
  }
}

/** Retains the line of the error alone, since its text quotes names. */
export function toXmlError(error: MediaError, document: string): KeysError {
  const [line = ""] = / line \d+/.exec(error.message) ?? [];
  return invalidKeys(`Cannot read${line} of ${document} as XML`);
}

/** Returns the child elements. */
export function getElements({ children }: XmlNode): XmlNode[] {
  return children.filter((child) => typeof child !== "string");
}

/** Returns elements along a path of names, such as `cpix:Data`, `pskc:Secret`. */
export function findElements(node: XmlNode, ...path: readonly string[]): XmlNode[] {
  return path.reduce(
    (nodes, name) => nodes.flatMap((it) => getElements(it).filter((child) => child.name === name)),
    [node],
  );
}

/** Returns the text between child elements. */
export function getText({ children }: XmlNode): string {
  return children.filter((child) => typeof child === "string").join("");
}

/** @throws KeysError `KEYS_INVALID` if the attribute is absent or not a UUID */
export function readKidAttribute(node: XmlNode): string {
  const kid = parseKid(node.attributes.get("kid")?.trim() ?? "");
  if (kid !== undefined) return kid;
  throw invalidKeys(`Cannot use kid of ${describeNode(node)}: expected a UUID`);
}

/** Elements that errors name: other names are text of the key server. */
const NAMED_ELEMENTS: ReadonlySet<string> = new Set([
  "ContentKey",
  "DRMSystem",
  "ContentKeyUsageRule",
  "AudioFilter",
  "VideoFilter",
  "BitrateFilter",
  "LabelFilter",
  "KeyPeriodFilter",
].map((name) => `cpix:${name}`));

/** Returns the local name and line: `ContentKey in line 4`. */
export function describeNode({ name, line }: XmlNode): string {
  const known = NAMED_ELEMENTS.has(name) ? name.slice("cpix:".length) : "an element";
  return `${known} in line ${line}`;
}
