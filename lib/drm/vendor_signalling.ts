/** Signalling of a DRM system that a key server supplies (DRMSystem of CPIX), checked so that it adds nothing else. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { readBoxes } from "../mp4/box.ts";
import { readPssh } from "../mp4/pssh.ts";
import type { XmlElement } from "../xml.ts";
import type { XmlNode } from "../xml_reader.ts";
import { decodeBase64 } from "./base64.ts";
import { parseContentProtection } from "./content_protection.ts";
import { findElements, getText } from "./cpix_xml.ts";
import { getHlsMethod } from "./encryption_scheme.ts";
import { parseKid } from "./key_id.ts";
import { invalidKeys } from "./keys_error.ts";
import { type DrmSystemName, SYSTEM_IDS } from "./system_id.ts";

export interface VendorSignalling {
  /** A whole box of the system. */
  readonly pssh?: Uint8Array;
  /** Children of ContentProtection in an MPD. */
  readonly contentProtection?: XmlElement;
  /** Lines with EXT-X-KEY. */
  readonly mediaPlaylist?: readonly string[];
  /** Lines with EXT-X-SESSION-KEY. */
  readonly multivariantPlaylist?: readonly string[];
  /** Text of ProtectionHeader in a manifest of Smooth Streaming, in base64. */
  readonly smooth?: string;
}

interface SystemOfKey {
  readonly kid: string;
  readonly system: DrmSystemName;
  readonly scheme: CommonEncryptionScheme;
}

/** In bytes, for each element. */
const MAX_SIGNALLING_SIZE = 2 ** 16;

/** Values of `playlist`: `master` of version 2.3 is `multiVariant` in 2.4. */
const PLAYLISTS: ReadonlyMap<string, "media" | "multivariant"> = new Map([
  ["media", "media"],
  ["master", "multivariant"],
  ["multiVariant", "multivariant"],
]);

const TAGS = { media: "#EXT-X-KEY:", multivariant: "#EXT-X-SESSION-KEY:" } as const;

/** An attribute and its value (RFC 8216 §4.2). */
const ATTRIBUTE = /([A-Z0-9-]+)=("[^"\p{Cc}]*"|[^\s",\p{Cc}]+)(,|$)/uy;

/**
 * Reads a DRMSystem element. Empty elements are absent.
 *
 * @throws KeysError `KEYS_INVALID`
 */
export function readSignalling(node: XmlNode, key: SystemOfKey): VendorSignalling {
  const read = <T>(name: string, parse: (bytes: Uint8Array) => T) => {
    const [element, ...others] = findElements(node, `cpix:${name}`);
    if (others.length > 0) throw reject(name, key, "expected one element");
    const bytes = element && decodeElement(element, name, key);
    return bytes && parse(bytes);
  };
  const pssh = read("PSSH", (bytes) => checkPssh(bytes, key));
  const contentProtection = read(
    "ContentProtectionData",
    (bytes) => parseContentProtection(decodeText(bytes, "ContentProtectionData", key)),
  );
  const smooth = read("SmoothStreamingProtectionHeaderData", (bytes) => bytes.toBase64());
  return {
    ...pssh && { pssh },
    ...contentProtection && { contentProtection },
    ...readPlaylists(findElements(node, "cpix:HLSSignalingData"), key),
    ...smooth !== undefined && { smooth },
  };
}

function decodeElement(node: XmlNode, name: string, key: SystemOfKey): Uint8Array | undefined {
  const bytes = decodeBase64(getText(node));
  if (!bytes) throw reject(name, key, "expected base64");
  if (bytes.length > MAX_SIGNALLING_SIZE) {
    throw reject(name, key, `expected at most ${MAX_SIGNALLING_SIZE} bytes`);
  }
  return bytes.length > 0 ? bytes : undefined;
}

function decodeText(bytes: Uint8Array, name: string, key: SystemOfKey): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw reject(name, key, "expected UTF-8");
  }
}

function checkPssh(bytes: Uint8Array, key: SystemOfKey): Uint8Array {
  if (isPsshOf(bytes, SYSTEM_IDS[key.system])) return bytes;
  throw reject("PSSH", key, "expected one box of the system");
}

function isPsshOf(bytes: Uint8Array, systemId: string): boolean {
  const size = bytes.length < 8 ? 0 : new ByteReader(bytes).u32();
  if (size !== bytes.length) return false;
  let found: string | undefined;
  try {
    readBoxes(new ByteReader(bytes), { pssh: (r) => found = readPssh(r).systemId.toHex() });
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
  return found !== undefined && parseKid(found) === systemId;
}

function readPlaylists(
  nodes: readonly XmlNode[],
  key: SystemOfKey,
): Pick<VendorSignalling, "mediaPlaylist" | "multivariantPlaylist"> {
  const found: { media?: readonly string[]; multivariant?: readonly string[] } = {};
  const seen = new Set<string>();
  for (const node of nodes) {
    const playlist = PLAYLISTS.get(node.attributes.get("playlist") ?? "media");
    if (!playlist) throw reject("HLSSignalingData", key, "expected playlist media or multiVariant");
    if (seen.has(playlist)) throw reject("HLSSignalingData", key, "expected each playlist once");
    seen.add(playlist);
    const bytes = decodeElement(node, "HLSSignalingData", key);
    if (!bytes) continue;
    found[playlist] = readLines(decodeText(bytes, "HLSSignalingData", key), playlist, key);
  }
  return {
    ...found.media && { mediaPlaylist: found.media },
    ...found.multivariant && { multivariantPlaylist: found.multivariant },
  };
}

function readLines(text: string, playlist: keyof typeof TAGS, key: SystemOfKey): string[] {
  const lines = text.split(/\r?\n/);
  while (lines.length > 1 && lines.at(-1) === "") lines.pop(); // an expression for all of them takes quadratic time
  const tag = TAGS[playlist];
  for (const line of lines) {
    const attributes = line.startsWith(tag) ? parseAttributes(line.slice(tag.length)) : undefined;
    if (!attributes) {
      throw reject("HLSSignalingData", key, `expected lines with ${tag.slice(1, -1)}`);
    }
    checkKeyAttributes(attributes, key);
  }
  return lines;
}

/** Returns undefined for text that is not an attribute list, or repeats a name. */
function parseAttributes(text: string): Map<string, string> | undefined {
  const attributes = new Map<string, string>();
  for (let at = 0; at <= text.length;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (!match || attributes.has(match[1]!)) return undefined;
    attributes.set(match[1]!, match[2]!);
    at = ATTRIBUTE.lastIndex;
    if (match[3] === "") return attributes;
  }
  return undefined;
}

/** Players take KEYFORMAT `identity`, the default, for a key of MPEG-TS at the URI (RFC 8216bis §4.4.4.4). */
function checkKeyAttributes(attributes: ReadonlyMap<string, string>, key: SystemOfKey): void {
  const method = getHlsMethod(key.scheme);
  if (attributes.get("METHOD") !== method) {
    throw reject("HLSSignalingData", key, `expected METHOD=${method}`);
  }
  if (!attributes.get("URI")?.startsWith('"')) {
    throw reject("HLSSignalingData", key, "expected URI");
  }
  const format = attributes.get("KEYFORMAT");
  if (!format?.startsWith('"') || format === '"identity"') {
    throw reject("HLSSignalingData", key, "expected KEYFORMAT of the system");
  }
}

function reject(name: string, { kid, system }: SystemOfKey, expected: string) {
  return invalidKeys(`Cannot use ${name} of ${system} for KID ${kid}: ${expected}`);
}
