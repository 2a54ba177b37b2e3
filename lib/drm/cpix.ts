/** Reads CPIX documents of versions 2.x, of which 2.3 and 2.4 are tested (DASH-IF, Content Protection Information Exchange Format). */

import { type KeysCode, KeysError } from "../errors.ts";
import type { XmlNode } from "../xml_reader.ts";
import { decodeBase64 } from "./base64.ts";
import { AES_BLOCK_SIZE, type ContentKey } from "./content_key.ts";
import { findElements, getText, parseCpixXml, readKidAttribute } from "./cpix_xml.ts";
import type { EncryptionScheme } from "./encryption_scheme.ts";
import { invalidKeys } from "./keys_error.ts";
import { Secret } from "./secret.ts";
import { DRM_SYSTEMS, type DrmSystemName, findDrmSystem } from "./system_id.ts";
import { readUsageRules, rejectKeyPeriods, type UsageRule } from "./usage_rules.ts";
import { readSignalling, type VendorSignalling } from "./vendor_signalling.ts";

export interface CpixDocument {
  readonly contentId?: string;
  /** By KID. A ContentKey without a value is absent. */
  readonly keys: ReadonlyMap<string, ContentKey>;
  /** By KID, then by system; empty for `aes-128`. */
  readonly signalling: ReadonlyMap<string, ReadonlyMap<DrmSystemName, VendorSignalling>>;
  /** Empty if the package names KIDs. */
  readonly rules: readonly UsageRule[];
}

export interface CpixOptions {
  readonly scheme: EncryptionScheme;
  /** Named by the package: other keys and usage rules are ignored. Absent: usage rules decide. */
  readonly kids?: ReadonlySet<string>;
}

/** @throws KeysError `KEYS_INVALID` */
export function parseCpix(text: string, { scheme, kids }: CpixOptions): CpixDocument {
  const root = parseCpixXml(text);
  checkCpixVersion(root);
  const isUsed = (node: XmlNode) => !kids || kids.has(readKidAttribute(node));
  const find = (list: string, name: string) =>
    findElements(root, `cpix:${list}`, `cpix:${name}`).filter(isUsed);
  const keys = readKeys(find("ContentKeyList", "ContentKey"), scheme);
  const systems = scheme === "aes-128" ? [] : find("DRMSystemList", "DRMSystem");
  const rules = find("ContentKeyUsageRuleList", "ContentKeyUsageRule");
  rejectKeyPeriods(rules);
  const contentId = root.attributes.get("contentId");
  return {
    ...contentId !== undefined && { contentId },
    keys,
    signalling: scheme === "aes-128" ? new Map() : readSystems(systems, scheme),
    rules: kids ? [] : readUsageRules(rules, keys),
  };
}

/** Documents before 2.3 have no such attribute. */
function checkCpixVersion(root: XmlNode): void {
  const version = root.attributes.get("version");
  if (version === undefined || /^2(?:\.\d{1,3})*$/.test(version)) return;
  throw invalidKeys("Cannot use the version of a CPIX document: expected 2.3 or 2.4");
}

function readKeys(nodes: readonly XmlNode[], scheme: EncryptionScheme): Map<string, ContentKey> {
  const seen = new Set<string>();
  const keys = new Map<string, ContentKey>();
  for (const node of nodes) {
    const kid = readKidAttribute(node);
    if (seen.has(kid)) throw invalidKeys(`Cannot use KID ${kid} twice`);
    seen.add(kid);
    const key = readKey(node, kid, scheme);
    if (key) keys.set(kid, key);
  }
  return keys;
}

/** Reads a ContentKey element; undefined without a value, as in requests. */
function readKey(node: XmlNode, kid: string, scheme: EncryptionScheme): ContentKey | undefined {
  checkScheme(node, kid, scheme);
  if (node.attributes.has("dependsOnKey")) {
    throw invalidKeys(`Cannot use the key of KID ${kid}: key hierarchies are not supported`);
  }
  const secret = (name: string) => findElements(node, "cpix:Data", "pskc:Secret", `pskc:${name}`);
  if (secret("EncryptedValue").length > 0) {
    throw invalidKeys(`Cannot use the key of KID ${kid}: encrypted keys are not supported`);
  }
  const [value, ...others] = secret("PlainValue");
  if (!value) return undefined;
  if (others.length > 0) throw invalidKeys(`Cannot use two keys of KID ${kid}`);
  const key = decodeBlock(getText(value));
  if (!key) throw invalidKeys(`Cannot use the key of KID ${kid}: expected base64 of 16 bytes`);
  return { kid, key: new Secret<Uint8Array>(key), ...readIv(node, kid) };
}

/** A key without a scheme serves any (CPIX, commonEncryptionScheme). */
function checkScheme({ attributes }: XmlNode, kid: string, scheme: EncryptionScheme): void {
  const declared = attributes.get("commonEncryptionScheme");
  const expected = scheme === "aes-128" ? "AES-128" : scheme;
  if (declared === undefined || declared === expected) return;
  throw invalidKeys(`Cannot use the key of KID ${kid}: expected a key for ${expected}`);
}

function readIv({ attributes }: XmlNode, kid: string): Pick<ContentKey, "iv"> {
  const text = attributes.get("explicitIV");
  if (text === undefined) return {};
  const iv = decodeBlock(text);
  if (iv) return { iv };
  throw invalidKeys(`Cannot use explicitIV of KID ${kid}: expected base64 of 16 bytes`);
}

function decodeBlock(text: string): Uint8Array | undefined {
  const bytes = decodeBase64(text);
  return bytes?.length === AES_BLOCK_SIZE ? bytes : undefined;
}

/** Systems that AMS does not know are ignored. */
function readSystems(
  nodes: readonly XmlNode[],
  scheme: Exclude<EncryptionScheme, "aes-128">,
): CpixDocument["signalling"] {
  const signalling = new Map<string, Map<DrmSystemName, VendorSignalling>>();
  for (const node of nodes) {
    const system = findDrmSystem(node.attributes.get("systemId")?.trim() ?? "");
    if (!system) continue;
    const kid = readKidAttribute(node);
    const systems = signalling.get(kid) ?? new Map<DrmSystemName, VendorSignalling>();
    if (systems.has(system)) throw invalidKeys(`Cannot use ${system} of KID ${kid} twice`);
    signalling.set(kid, systems.set(system, readSignalling(node, { kid, system, scheme })));
  }
  return signalling;
}

/** Returns the systems that the document has for any of its keys, in the order of manifests. */
export function getCpixSystems({ signalling }: CpixDocument): DrmSystemName[] {
  const systems = [...signalling.values()].flatMap((it) => [...it.keys()]);
  return DRM_SYSTEMS.filter((name) => systems.includes(name));
}

/** Joins documents of different KIDs, which one asset uses. */
export function joinCpixDocuments(documents: readonly CpixDocument[]): CpixDocument {
  return {
    keys: new Map(documents.flatMap(({ keys }) => [...keys])),
    signalling: new Map(documents.flatMap(({ signalling }) => [...signalling])),
    rules: documents.flatMap(({ rules }) => rules),
  };
}

/**
 * Checks that each KID has a key.
 *
 * @throws KeysError with `code`: `KEYS_MISSING` of a document, `KEYS_INVALID` of a response to a request for these KIDs
 */
export function requireKeys(
  { keys }: CpixDocument,
  kids: Iterable<string>,
  code: KeysCode = "KEYS_MISSING",
): void {
  for (const kid of kids) {
    if (!keys.has(kid)) throw new KeysError(code, `Cannot find the key of KID ${kid}`);
  }
}
