/** Key identifiers, KIDs (ISO/IEC 23001-7 §11.2): strings with the UUID in lower case. */

import { createHash } from "node:crypto";
import { formatUuid } from "../bytes.ts";
import type { EncryptionScheme } from "./encryption_scheme.ts";

/** Asset at the key server: part of URLs and XML. */
export const CONTENT_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

/** Name of a source in the key file. */
export const KEY_SOURCE_NAME = /^[a-z0-9-]{1,40}$/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const HEX = /^[0-9a-f]{32}$/i;

/** Parses a UUID, or 32 hexadecimal digits. Returns undefined for other text. */
export function parseKid(text: string): string | undefined {
  if (UUID.test(text)) return text.toLowerCase();
  return HEX.test(text) ? formatKid(Uint8Array.fromHex(text)) : undefined;
}

/** @param bytes 16, in the order of the UUID's digits, as in `tenc` and `pssh` */
export function formatKid(bytes: Uint8Array): string {
  return formatUuid(bytes);
}

/** Returns 16 bytes in the order of the UUID's digits. */
export function toKidBytes(kid: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(kid.replaceAll("-", ""));
}

/**
 * Returns 16 bytes in the order of a GUID, whose first three fields are little-endian: that of PlayReady's headers and key seed
 * (PlayReady Header Specification, "KID").
 */
export function toGuidBytes(kid: string): Uint8Array<ArrayBuffer> {
  const bytes = toKidBytes(kid);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** What a derived KID identifies. */
export interface KeyIdentity {
  /** Matches `CONTENT_ID`, thus contains no line break. */
  readonly content: string;
  /** Keys of two schemes differ: a key that serves both lets the counters of one be attacked through the other. */
  readonly scheme: EncryptionScheme;
  readonly label: string;
}

/**
 * Derives the KID of a label from SHA-256 of `ams kid\n<content>\n<scheme>\n<label>`: its first 16 bytes, with version 8 and the
 * variant of RFC 9562 §5.8.
 */
export function deriveKid({ content, scheme, label }: KeyIdentity): string {
  const digest = createHash("sha256").update(`ams kid\n${content}\n${scheme}\n${label}`).digest();
  const bytes = new Uint8Array(digest.subarray(0, 16));
  bytes[6] = bytes[6]! & 0x0F | 0x80;
  bytes[8] = bytes[8]! & 0x3F | 0x80;
  return formatKid(bytes);
}
