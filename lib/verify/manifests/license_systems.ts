/** What manifests declare of the keys of renditions: shared by all protocols. */

import type { DrmSystemName } from "../../drm/system_id.ts";
import type { Protection } from "../../presentation/encryption.ts";
import type { MediaRendition, Presentation, Rendition } from "../../presentation/presentation.ts";
import { listPlayReadyKids, listWidevineKids } from "../readers/license_data.ts";
import { readPsshBox } from "../readers/pssh_declaration.ts";
import type { ManifestContext } from "./manifest_context.ts";

export const WIDEVINE_ID = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed";
export const PLAYREADY_ID = "9a04f079-9840-4286-ab92-e65be0885f95";
export const CLEARKEY_ID = "e2719d58-a985-b3c9-781a-b030af78d30e";

/** Systems with signalling in HLS, which FairPlay has in `cbcs` alone. */
export function listHlsSystems({ scheme, systems }: Protection): DrmSystemName[] {
  return systems.filter((system) => scheme === "cbcs" || system !== "fairplay");
}

/** Returns false if no system has a line for players, without which HLS with fMP4 is not offered. */
export function hasHlsKeys({ protection }: Pick<Presentation, "protection">): boolean {
  if (!protection || protection.scheme === "aes-128") return true;
  return listHlsSystems(protection).length > 0;
}

/** Returns the KID of the init segment in hexadecimal digits; undefined for a clear rendition. */
export function getInitKid(
  rendition: Rendition,
  { measurements }: Pick<ManifestContext, "measurements">,
): string | undefined {
  const key = (rendition as MediaRendition).encryption?.key;
  return key && (measurements.get(rendition.name)!.kid ?? key.kid.replaceAll("-", ""));
}

/** Returns true if the key server supplies what manifests contain of a system. */
export function isVendors({ keys }: Protection, kid: string, system: DrmSystemName): boolean {
  for (const { key, signalling } of keys.values()) {
    if (key.kid.replaceAll("-", "") === kid) return signalling.has(system);
  }
  return false;
}

/** Returns what is wrong with a pssh of Widevine or PlayReady for a KID. */
export function findPsshDifference(
  bytes: Uint8Array | undefined,
  { systemId, kid }: { readonly systemId: string; readonly kid: string },
): string | undefined {
  const pssh = bytes && readPsshBox(bytes);
  if (!pssh) return "is not one whole pssh";
  const expected = systemId.replaceAll("-", "");
  if (pssh.systemId !== expected) return `has SystemID ${pssh.systemId}, expected ${expected}`;
  if (systemId === PLAYREADY_ID) return findObjectDifference(pssh.data, kid);
  const kids = listWidevineKids(pssh);
  return kids.includes(kid) ? undefined : `has KIDs ${kids.join(" ") || "none"}, expected ${kid}`;
}

/** Returns what is wrong with a PlayReady object for a KID. */
export function findObjectDifference(
  object: Uint8Array | undefined,
  kid: string,
): string | undefined {
  const kids = object && listPlayReadyKids(object);
  if (!kids) return "is not a PlayReady object";
  return kids.includes(kid) ? undefined : `has KIDs ${kids.join(" ") || "none"}, expected ${kid}`;
}
