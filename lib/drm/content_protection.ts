/** ContentProtectionData of CPIX documents: XML that an MPD contains in ContentProtection. */

import { MediaError } from "../errors.ts";
import type { XmlElement } from "../xml.ts";
import { parseXml, type XmlNode } from "../xml_reader.ts";
import { getElements, getText, toXmlError } from "./cpix_xml.ts";
import { DASH_NAMESPACES, DASH_PREFIXES } from "./dash_namespaces.ts";
import { invalidKeys } from "./keys_error.ts";

const MPD_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";

const LOCAL_NAME = /^[A-Za-z][\w.-]*$/;

/**
 * Parses elements for the XML writer. Names of `DASH_NAMESPACES` have their prefix; other elements declare their namespace as the
 * default one.
 *
 * @param text elements of other namespaces than that of the MPD, without mixed content and attributes with a prefix
 * @throws KeysError `KEYS_INVALID`
 */
export function parseContentProtection(text: string): XmlElement {
  const namespaces: string[] = [];
  const root = parseFragment(text, namespaces);
  if (getText(root).trim() !== "") throw rejectFragment("expected elements alone");
  return toChildren(root, MPD_NAMESPACE, namespaces);
}

/** Names in nodes are `<index of the namespace>:<local name>`. */
function parseFragment(text: string, namespaces: string[]): XmlNode {
  if (/<!DOCTYPE/i.test(text)) throw rejectFragment("a document type is not supported");
  if (text.includes("\uE000")) throw rejectFragment("private-use characters are not supported"); // marks of the XML writer
  const fragment = text.replace(/^\s*<\?xml\s[^>]*\?>/, "");
  try {
    return parseXml(`<fragment>${fragment}</fragment>`, (namespace) => {
      const index = namespaces.indexOf(namespace);
      return String(index < 0 ? namespaces.push(namespace) - 1 : index);
    });
  } catch (error) {
    throw error instanceof MediaError ? toXmlError(error, "ContentProtectionData") : error;
  }
}

function toChildren(node: XmlNode, outer: string, namespaces: readonly string[]): XmlElement {
  const children = new Map<string, XmlElement[]>();
  for (const child of getElements(node)) {
    const [index, name = ""] = child.name.split(/:(.*)/s);
    const namespace = namespaces[Number(index)];
    if (!namespace || namespace === MPD_NAMESPACE) {
      throw rejectFragment("expected elements with a namespace other than that of the MPD");
    }
    if (!LOCAL_NAME.test(name)) throw rejectFragment("expected names in ASCII");
    const prefix = DASH_PREFIXES.find((prefix) => DASH_NAMESPACES[prefix] === namespace);
    const qualified = prefix ? `${prefix}:${name}` : name;
    const element = toElement(child, { namespace: prefix ? outer : namespace, outer, namespaces });
    children.set(qualified, [...children.get(qualified) ?? [], element]);
  }
  return Object.fromEntries(children);
}

interface Scope {
  /** The default namespace of the element. */
  readonly namespace: string;
  /** The default namespace of its parent. */
  readonly outer: string;
  readonly namespaces: readonly string[];
}

function toElement(node: XmlNode, { namespace, outer, namespaces }: Scope): XmlElement {
  const attributes = [...node.attributes].map(([name, value]) => {
    if (!LOCAL_NAME.test(name)) throw rejectFragment("attributes with a prefix are not supported");
    return [`@${name}`, value] as const;
  });
  const children = toChildren(node, namespace, namespaces);
  const text = getText(node);
  const isMixed = Object.keys(children).length > 0 && text.trim() !== "";
  if (isMixed) throw rejectFragment("text between elements is not supported");
  return {
    ...namespace !== outer && { "@xmlns": namespace },
    ...Object.fromEntries(attributes),
    ...children,
    ...text.trim() !== "" && { "#text": text },
  };
}

function rejectFragment(why: string) {
  return invalidKeys(`Cannot use ContentProtectionData: ${why}`);
}
