/** Compares the ProtectionHeader of a Smooth Streaming client manifest ([MS-SSTR] 2.2.2.4) with the keys of samples. */

import { tryDecodeBase64 } from "../readers/license_data.ts";
import { type Element, getAttribute, getChildren } from "../readers/xml_elements.ts";
import { findObjectDifference, getInitKid, isVendors, PLAYREADY_ID } from "./license_systems.ts";
import type { ManifestContext } from "./manifest_context.ts";

/** One header serves all streams, since it has one KID. */
export function checkSmoothProtection(root: Element, context: ManifestContext): void {
  const report = context.reportAt();
  const { protection, renditions } = context.presentation;
  const headers = getChildren(root, "Protection").flatMap((element) =>
    getChildren(element, "ProtectionHeader")
  );
  if (!protection) {
    if (headers.length > 0) report("key line", "ProtectionHeader of clear media");
    return;
  }
  const [header, ...more] = headers;
  if (!header || more.length > 0) {
    return report("key line", `got ${headers.length} ProtectionHeaders, expected 1`);
  }
  const systemId = getAttribute(header, "SystemID");
  if (systemId.toLowerCase() !== PLAYREADY_ID) {
    report("key line", `got SystemID ${systemId}, expected ${PLAYREADY_ID}`);
  }
  const text = header["#text"];
  const object = tryDecodeBase64(typeof text === "string" ? text.trim() : "");
  for (const rendition of renditions.values()) {
    const kid = getInitKid(rendition, context);
    if (kid === undefined || isVendors(protection, kid, "playready")) continue;
    const difference = findObjectDifference(object, kid);
    if (difference) context.reportAt(rendition.name)("key line", `ProtectionHeader ${difference}`);
  }
}
