/** ClearKey of Encrypted Media Extensions (W3C EME §9.1; DASH-IF IOP part 6). */

import { buildContentProtection, buildPsshElement } from "./content_protection_element.ts";
import { buildHlsKeyAttributes } from "./hls_key_attributes.ts";
import { toKidBytes } from "./key_id.ts";
import type { DrmSystem } from "./system.ts";

export const clearkey: DrmSystem = {
  name: "clearkey",

  /** Players build initialization data from the KID, so no box is needed. */
  dash: (key) =>
    buildContentProtection(key, {
      system: "clearkey",
      value: "ClearKey1.0",
      children: () => key.vendor?.pssh ? buildPsshElement(key.vendor.pssh) : {},
      licenseType: "EME-1.0",
    }),

  hls: (key) =>
    buildHlsKeyAttributes(key, () => ({
      uri: `data:text/plain;base64,${toKidBytes(key.key.kid).toBase64()}`,
      keyFormat: "org.w3.clearkey",
      hasKeyId: true,
    })),
};
