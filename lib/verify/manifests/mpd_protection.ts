/** Compares ContentProtection (23009-1 §5.8.4.1, 23001-7 §11) with the keys of init segments. */

import type { DrmSystemName } from "../../drm/system_id.ts";
import type { Protection } from "../../presentation/encryption.ts";
import type { Report } from "../findings.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { tryDecodeBase64 } from "../readers/license_data.ts";
import { readPsshBox } from "../readers/pssh_declaration.ts";
import { type Element, getAttribute, getChildren } from "../readers/xml_elements.ts";
import {
  CLEARKEY_ID,
  findObjectDifference,
  findPsshDifference,
  getInitKid,
  isVendors,
  PLAYREADY_ID,
  WIDEVINE_ID,
} from "./license_systems.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { readDeclaredMembers } from "./mpd_sets.ts";

const COMMON_SCHEME = "urn:mpeg:dash:mp4protection:2011";

/** In the order of manifests. FairPlay has no signalling in DASH. */
const SYSTEM_IDS: Readonly<Partial<Record<DrmSystemName, string>>> = {
  widevine: WIDEVINE_ID,
  playready: PLAYREADY_ID,
  clearkey: CLEARKEY_ID,
};

export function checkMpdProtection(sets: readonly Element[], context: ManifestContext): void {
  for (const set of sets) checkSet(set, context);
}

/** All Representations of a set have one KID. */
function checkSet(set: Element, context: ManifestContext): void {
  const { members } = readDeclaredMembers(set, context);
  const [first] = members;
  if (!first) return;
  const report = context.reportAt(first.rendition.name);
  const elements = getChildren(set, "ContentProtection");
  if (members.some(({ element }) => getChildren(element, "ContentProtection").length > 0)) {
    report("key line", "a Representation has ContentProtection, expected the AdaptationSet");
  }
  const { protection } = context.presentation;
  const kid = getInitKid(first.rendition, context);
  if (!protection || kid === undefined) {
    if (elements.length > 0) report("key line", "ContentProtection of clear media");
    return;
  }
  const [common, ...systems] = elements;
  if (!common || getAttribute(common, "schemeIdUri") !== COMMON_SCHEME) {
    return report("key line", `the first ContentProtection is not ${COMMON_SCHEME}`);
  }
  const scheme = getAttribute(common, "value");
  if (scheme !== protection.scheme) {
    report("key line", `got value ${scheme}, expected ${protection.scheme}`);
  }
  const declared = getAttribute(common, "cenc:default_KID");
  for (const { rendition } of members) checkKid(declared, getInitKid(rendition, context), report);
  checkSystems(systems, { protection, kid }, report);
}

/** In small letters with dashes (23001-7 §11.2.1). */
function checkKid(declared: string, kid: string | undefined, report: Report): void {
  const expected = kid?.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  if (declared !== expected) {
    report("protection", `got default_KID ${declared}, expected ${expected}`);
  }
}

interface ExpectedKey {
  readonly protection: Protection;
  readonly kid: string;
}

function checkSystems(elements: readonly Element[], expected: ExpectedKey, report: Report): void {
  const ids = elements.map((element) => getAttribute(element, "schemeIdUri"));
  const systems = expected.protection.systems.filter((system) => SYSTEM_IDS[system]);
  const expectedIds = systems.map((system) => `urn:uuid:${SYSTEM_IDS[system]}`);
  if (ids.map((id) => id.toLowerCase()).join(" ") !== expectedIds.join(" ")) {
    const list = (names: readonly string[]) => names.join(" ") || "none";
    return report("key line", `got systems ${list(ids)}, expected ${list(expectedIds)}`);
  }
  for (const [i, system] of systems.entries()) {
    const difference = findDifference(elements[i]!, { ...expected, system });
    if (difference) report("key line", `${system}: ${difference}`);
  }
}

/** Elements of a key server are its own, but for a whole pssh of the system. */
function findDifference(
  element: Element,
  { protection, kid, system }: ExpectedKey & { readonly system: DrmSystemName },
): string | undefined {
  const pssh = getText(element, "cenc:pssh");
  const bytes = pssh === undefined ? undefined : tryDecodeBase64(pssh);
  if (isVendors(protection, kid, system)) {
    return pssh !== undefined && !(bytes && readPsshBox(bytes)) ? "pssh is not whole" : undefined;
  }
  if (system === "clearkey") return undefined;
  const difference = findPsshDifference(bytes, { systemId: SYSTEM_IDS[system]!, kid });
  if (difference) return `pssh ${difference}`;
  if (system !== "playready") return undefined;
  const object = tryDecodeBase64(getText(element, "mspr:pro") ?? "");
  const objectDifference = findObjectDifference(object, kid);
  if (objectDifference) return `pro ${objectDifference}`;
  return bytesEqual(object!, readPsshBox(bytes!)!.data) ? undefined : "pro differs from pssh";
}

/** Returns the text of the only child of a name. */
function getText(element: Element, name: string): string | undefined {
  const [child, ...more] = [element[name]].flat();
  if (child === undefined || more.length > 0) return undefined;
  const text = typeof child === "string" ? child : child["#text"];
  return typeof text === "string" ? text.trim() : undefined;
}
