/** Namespaces of ContentProtection elements by the prefix under which an MPD declares them: some players know elements by prefix. */
export const DASH_NAMESPACES = {
  /** Common Encryption (ISO/IEC 23001-7 §11.2.1). */
  cenc: "urn:mpeg:cenc:2013",
  /** PlayReady ("DASH Content Protection using Microsoft PlayReady"). */
  mspr: "urn:microsoft:playready",
  /** License URLs (DASH-IF IOP part 6). */
  dashif: "https://dashif.org/CPS",
} as const;

export type DashPrefix = keyof typeof DASH_NAMESPACES;

export const DASH_PREFIXES = Object.keys(DASH_NAMESPACES) as DashPrefix[];
