import type { XmlElement } from "../xml.ts";
import type { SignalledKey } from "./system.ts";
import { type DrmSystemName, SYSTEM_IDS } from "./system_id.ts";

/** What a ContentProtection element of a system contains. */
export interface SystemElement {
  readonly system: DrmSystemName;
  readonly value: string;
  /** Returns children for which the key server supplies none. */
  children(): XmlElement;
  /** `licenseType` of the license URL. */
  readonly licenseType?: string;
}

/**
 * Builds attributes and children of ContentProtection (23009-1 §5.8.4.1): ContentProtectionData of the key server, else `children`,
 * and the license URL (DASH-IF IOP part 6) unless the key server supplies one.
 */
export function buildContentProtection(
  { vendor, licence }: SignalledKey,
  { system, value, children, licenseType }: SystemElement,
): XmlElement {
  const content = vendor?.contentProtection ?? children();
  const laurl = { "@licenseType": licenseType, "#text": licence };
  return {
    "@schemeIdUri": `urn:uuid:${SYSTEM_IDS[system]}`,
    "@value": value,
    ...content,
    ...licence !== undefined && !content["dashif:Laurl"] && { "dashif:Laurl": laurl },
  };
}

/** Builds the child element with a pssh box (ISO/IEC 23001-7 §11.2.1). */
export function buildPsshElement(box: Uint8Array): XmlElement {
  return { "cenc:pssh": { "#text": box.toBase64() } };
}
