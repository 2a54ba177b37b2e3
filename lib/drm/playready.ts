/** PlayReady objects and headers (PlayReady Header Specification §2, §3). */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { KeysError } from "../errors.ts";
import { readBoxes } from "../mp4/box.ts";
import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { pssh, readPssh } from "../mp4/pssh.ts";
import { BlockCipher } from "./block_cipher.ts";
import { buildContentProtection, buildPsshElement } from "./content_protection_element.ts";
import type { ContentKey } from "./content_key.ts";
import { buildHlsKeyAttributes } from "./hls_key_attributes.ts";
import { toGuidBytes, toKidBytes } from "./key_id.ts";
import type { DrmSystem, SignalledKey } from "./system.ts";
import { SYSTEM_IDS } from "./system_id.ts";

export const playready: DrmSystem = {
  name: "playready",

  dash: (key) =>
    buildContentProtection(key, {
      system: "playready",
      value: "MSPR 2.0",
      children() {
        const object = getObject(key);
        return {
          ...buildPsshElement(key.vendor?.pssh ?? buildPlayReadyPssh(object)),
          "mspr:pro": { "#text": object.toBase64() },
        };
      },
    }),

  hls: (key) =>
    buildHlsKeyAttributes(key, () => ({
      uri: `data:text/plain;charset=UTF-16;base64,${getObject(key).toBase64()}`,
      keyFormat: "com.microsoft.playready",
      hasKeyId: false,
    })),

  smooth: (key) => key.vendor?.smooth ?? getObject(key).toBase64(),
};

/** Returns the object of the key server, from its box or its header of Smooth Streaming, else one that AMS builds. */
function getObject({ key, scheme, licence, vendor }: SignalledKey): Uint8Array {
  if (vendor?.pssh) return readPsshData(vendor.pssh);
  if (vendor?.smooth !== undefined) return Uint8Array.fromBase64(vendor.smooth);
  return buildPlayReadyObject({ key, scheme, licenseUrl: licence });
}

function readPsshData(box: Uint8Array): Uint8Array {
  let data: Uint8Array = new Uint8Array(0);
  readBoxes(new ByteReader(box), { pssh: (r) => data = readPssh(r).data });
  return data;
}

const NAMESPACE = "http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader";

/** Record type of a PlayReady header. */
const HEADER_RECORD = 1;

/** Length and record count of the object, then type and length of its record. */
const OBJECT_HEADER_SIZE = 4 + 2 + 2 + 2;

const MAX_OBJECT_SIZE = 15 * 1024;

const CHECKSUM_SIZE = 8;

/** What a PlayReady object signals. */
export interface PlayReadyContent {
  readonly key: ContentKey;
  readonly scheme: CommonEncryptionScheme;
  /** LA_URL; absent if players know it otherwise. */
  readonly licenseUrl?: string | undefined;
}

/**
 * Builds a PlayReady object with one header (PlayReady Header Specification §2). Manifests of all protocols contain the same bytes,
 * since players take different objects for different keys.
 *
 * @throws KeysError if the license URL makes it longer than players accept
 */
export function buildPlayReadyObject(content: PlayReadyContent): Uint8Array {
  const header = formatHeader(content);
  const size = OBJECT_HEADER_SIZE + 2 * header.length;
  if (size > MAX_OBJECT_SIZE) {
    const why =
      `Cannot write a PlayReady object of ${size} bytes, expected at most ${MAX_OBJECT_SIZE}`;
    throw new KeysError("KEYS_INVALID", why);
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size, true);
  view.setUint16(4, 1, true); // record count
  view.setUint16(6, HEADER_RECORD, true);
  view.setUint16(8, 2 * header.length, true);
  for (let i = 0; i < header.length; i++) {
    view.setUint16(OBJECT_HEADER_SIZE + 2 * i, header.charCodeAt(i), true);
  }
  return bytes;
}

/** Builds a pssh box of version 0 with a PlayReady object. */
export function buildPlayReadyPssh(object: Uint8Array): Uint8Array {
  const w = new ByteWriter(object.length + 32);
  pssh(w, { systemId: toKidBytes(SYSTEM_IDS.playready), data: object });
  return w.finish();
}

/** Formats a header (PlayReady Header Specification §3) on one line. All elements have an end tag, as its syntax requirements demand. */
function formatHeader({ key, scheme, licenseUrl }: PlayReadyContent): string {
  const url = licenseUrl === undefined ? "" : `<LA_URL>${escapeText(licenseUrl)}</LA_URL>`;
  const [version, data] = scheme === "cenc"
    ? ["4.0.0.0", formatCtrKey(key)]
    : ["4.3.0.0", formatCbcKey(key)];
  return `<WRMHEADER xmlns="${NAMESPACE}" version="${version}"><DATA>${data}${url}</DATA></WRMHEADER>`;
}

/** Version 4.0.0.0, which devices of all generations read. */
function formatCtrKey({ kid, key }: ContentKey): string {
  const guid = toGuidBytes(kid);
  using cipher = new BlockCipher(key.reveal());
  const checksum = cipher.encrypt(guid).subarray(0, CHECKSUM_SIZE);
  return "<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>" +
    `<KID>${guid.toBase64()}</KID><CHECKSUM>${checksum.toBase64()}</CHECKSUM>`;
}

/** Version 4.3.0.0, the first with AESCBC, which has no checksum. */
function formatCbcKey({ kid }: ContentKey): string {
  const value = toGuidBytes(kid).toBase64();
  return `<PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="${value}"></KID></KIDS></PROTECTINFO>`;
}

const REFERENCES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => REFERENCES[character]!);
}
