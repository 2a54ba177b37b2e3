/** Reads the KIDs in what manifests contain for the license systems of players. KIDs are hexadecimal digits. */

import type { PsshDeclaration } from "./pssh_declaration.ts";
import { viewBytes } from "./boxes.ts";

/** Returns undefined for text that is not base64. */
export function tryDecodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

/** Field 2 of WidevinePsshData, key_ids, with 16 bytes. */
const KEY_ID_TAG = 0x12;
const KEY_ID_SIZE = 16;

/** Returns the KIDs of the fields at the start of the data, and those of a box of version 1. */
export function listWidevineKids({ kids, data }: PsshDeclaration): string[] {
  const found = [...kids];
  for (let at = 0; data[at] !== undefined;) {
    if (data[at] === KEY_ID_TAG && data[at + 1] === KEY_ID_SIZE) {
      found.push(data.subarray(at + 2, at + 2 + KEY_ID_SIZE).toHex());
    }
    const next = skipField(data, at);
    if (next <= at) break;
    at = next;
  }
  return found;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Returns the offset behind a field of protobuf, or 0 for one of another type. */
function skipField(data: Uint8Array, at: number): number {
  const type = data[at]! & 7;
  let end = at + 1;
  let value = 0;
  for (let shift = 1; end < data.length; shift *= 128) {
    const byte = data[end++]!;
    value += (byte & 127) * shift;
    if (byte < 128) break;
  }
  return type === VARINT ? end : type === LENGTH_DELIMITED ? end + value : 0;
}

/** Length and record count, then type and length of the first record. */
const RECORD_AT = 10;

/**
 * Returns the KIDs in the header of a PlayReady object (PlayReady Header Specification §2, §3); undefined if its lengths contradict
 * each other.
 */
export function listPlayReadyKids(object: Uint8Array): string[] | undefined {
  if (object.length < RECORD_AT) return undefined;
  const view = viewBytes(object);
  const [size, type, length] = [
    view.getUint32(0, true),
    view.getUint16(6, true),
    view.getUint16(8, true),
  ];
  if (size !== object.length || type !== 1 || RECORD_AT + length > size) return undefined;
  const header = new TextDecoder("utf-16le").decode(object.subarray(RECORD_AT, RECORD_AT + length));
  const values = header.matchAll(/<KID>([^<]+)<\/KID>|<KID\b[^>]*\bVALUE="([^"]+)"/g);
  return [...values].map(([, text, value]) => toKid(tryDecodeBase64(text ?? value ?? "")));
}

/** The first three fields of a GUID are little-endian. */
function toKid(guid: Uint8Array | undefined): string {
  if (guid?.length !== 16) return "";
  const order = [3, 2, 1, 0, 5, 4, 7, 6];
  return Uint8Array.from(guid, (byte, i) => i < order.length ? guid[order[i]!]! : byte).toHex();
}
