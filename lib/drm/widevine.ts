/** Widevine: manifests contain its pssh box. */

import { ByteWriter } from "../bytes.ts";
import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { pssh } from "../mp4/pssh.ts";
import { buildContentProtection, buildPsshElement } from "./content_protection_element.ts";
import { buildHlsKeyAttributes } from "./hls_key_attributes.ts";
import { toKidBytes } from "./key_id.ts";
import type { DrmSystem, SignalledKey } from "./system.ts";
import { SYSTEM_IDS } from "./system_id.ts";

export const widevine: DrmSystem = {
  name: "widevine",

  dash: (key) =>
    buildContentProtection(key, {
      system: "widevine",
      value: "Widevine",
      children: () => buildPsshElement(getBox(key)),
    }),

  hls: (key) =>
    buildHlsKeyAttributes(key, () => ({
      uri: `data:text/plain;base64,${getBox(key).toBase64()}`,
      keyFormat: `urn:uuid:${SYSTEM_IDS.widevine}`,
      hasKeyId: true,
    })),
};

function getBox({ scheme, key: { kid }, vendor }: SignalledKey): Uint8Array {
  return vendor?.pssh ?? buildWidevinePssh(kid, scheme);
}

/** Field 2 of WidevinePsshData, key_ids: a length-delimited value of 16 bytes. */
const KEY_ID = [0x12, 16];

/** Field 9 of WidevinePsshData, protection_scheme: the four characters as a number, in the encoding of protobuf. */
const SCHEME: Readonly<Record<CommonEncryptionScheme, readonly number[]>> = {
  cenc: [0x48, 0xE3, 0xDC, 0x95, 0x9B, 0x06],
  cbcs: [0x48, 0xF3, 0xC6, 0x89, 0x9B, 0x06],
};

/** Builds a pssh box of version 0 with WidevinePsshData (Widevine DRM Proxy Integration, "PSSH"). */
export function buildWidevinePssh(kid: string, scheme: CommonEncryptionScheme): Uint8Array {
  const data = Uint8Array.from([...KEY_ID, ...toKidBytes(kid), ...SCHEME[scheme]]);
  const w = new ByteWriter(64);
  pssh(w, { systemId: toKidBytes(SYSTEM_IDS.widevine), data });
  return w.finish();
}
