/** Common Encryption in an MPD: ContentProtection, and switching between sets of different keys. */

import { DASH_NAMESPACES, DASH_PREFIXES } from "../drm/dash_namespaces.ts";
import type { MediaRendition, Presentation, SwitchingSet } from "../presentation/presentation.ts";
import { signalKey } from "../presentation/signalled_keys.ts";
import { areAligned, haveSameContent } from "../presentation/switching_sets.ts";
import type { XmlElement, XmlValue } from "../xml.ts";
import { descriptor } from "./roles.ts";

/** Declares the scheme and the KID (23009-1 §5.8.5.2; ISO/IEC 23001-7 §11.2). */
const MP4_PROTECTION = "urn:mpeg:dash:mp4protection:2011";

/** Lists the IDs of sets between which players may switch as within one (23009-1 §5.3.3.5). */
const SET_SWITCHING = "urn:mpeg:dash:adaptation-set-switching:2016";

/** Returns ContentProtection elements (23009-1 §5.8.4.1); none if the set is clear. */
export function buildContentProtections(
  { renditions: [first] }: SwitchingSet,
  { protection }: Presentation,
): XmlElement[] {
  const encryption = first?.type === "text" ? undefined : first?.encryption;
  if (!protection || !encryption || encryption.scheme === "aes-128") return [];
  const { kid } = encryption.key;
  return [
    { ...descriptor(MP4_PROTECTION, encryption.scheme), "@cenc:default_KID": kid },
    ...signalKey(protection, kid, (system, key) => system.dash?.(key)),
  ];
}

/** Declares the prefixes that names in the elements have. */
export function declareNamespaces(elements: readonly XmlElement[]): XmlElement {
  const used = new Set<string>();
  for (const element of elements) collectPrefixes(element["ContentProtection"], used);
  return Object.fromEntries(
    DASH_PREFIXES.filter((prefix) => used.has(prefix))
      .map((prefix) => [`@xmlns:${prefix}`, DASH_NAMESPACES[prefix]]),
  );
}

function collectPrefixes(value: XmlValue, prefixes: Set<string>): void {
  if (typeof value !== "object") return;
  for (const [name, child] of Object.entries(value)) {
    const [, prefix] = /^@?(\w+):/.exec(name) ?? [];
    if (prefix !== undefined) prefixes.add(prefix);
    collectPrefixes(child, prefixes);
  }
}

/** Video sets that are alike except for their keys. Together they have the properties that a set of a clear presentation has. */
export interface SwitchableSets {
  /** Renditions of the set, then those of the others. */
  readonly media: readonly MediaRendition[];
  /** True if the segments of all renditions start at the same times. */
  readonly aligned: boolean;
  /** SupplementalProperty that lists the other sets; none if there are none. */
  readonly properties: XmlElement[];
}

/** @param getId returns the ID of the set with an index */
export function findSwitchableSets(
  set: SwitchingSet,
  { sets, protection }: Presentation,
  getId: (index: number) => number,
): SwitchableSets {
  const others = protection && set.type === "video"
    ? sets.filter((other) => other !== set && haveSameContent(other, set))
    : [];
  const all = [set, ...others];
  const ids = others.map((other) => getId(sets.indexOf(other)));
  return {
    media: all.flatMap(({ renditions }) => renditions).filter((rendition) =>
      rendition.type !== "text"
    ),
    aligned: all.every(({ aligned }) => aligned) &&
      areAligned(all.map(({ renditions: [first] }) => first!)),
    properties: ids.length > 0 ? [descriptor(SET_SWITCHING, ids.join(","))] : [],
  };
}
