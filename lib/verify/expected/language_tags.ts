/** Compares language tags by the CLDR of Intl, independently of lib/language.ts. */

import type { TrackDeclaration } from "../readers/track_declaration.ts";

const UNKNOWN = "und";

const NAMES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** Returns the canonical tag; "" if it is malformed. Intl has no tags of private use only. */
export function canonicalize(tag: string): string {
  if (/^x(?:-[a-z0-9]{1,8})+$/i.test(tag)) return tag.toLowerCase();
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll("_", "-"))[0] ?? "";
  } catch {
    return "";
  }
}

export function isSameLanguage(a: string, b: string): boolean {
  const canonical = canonicalize(a);
  return canonical !== "" && canonical === canonicalize(b);
}

/** Compares what mdhd can declare: the language without script and region. */
export function isSamePrimary(a: string, b: string): boolean {
  return getPrimary(a) === getPrimary(b);
}

function getPrimary(tag: string): string {
  return canonicalize(tag).split("-")[0]!;
}

/**
 * Returns the languages that a track may declare, as BCP 47: that of elng, else of mdhd, else `und`. Several where it is uncertain
 * whether a code is registered.
 */
export function listTrackLanguages(
  { extendedLanguage, language }: TrackDeclaration,
): readonly string[] {
  const declared = [extendedLanguage, language].map(canonicalize)
    .filter((tag) => tag !== "" && tag !== UNKNOWN);
  const certain = declared.findIndex((tag) => NAMES.of(tag) !== undefined);
  return certain < 0 ? [...declared, UNKNOWN] : declared.slice(0, certain + 1);
}

/** Three letters of an operator have no script or region, so those of the file remain. */
export function listOperatorLanguages(
  operator: string,
  file: readonly string[],
): readonly string[] {
  if (!/^[a-z]{3}$/.test(operator) || operator === UNKNOWN) return [operator];
  const own = file.filter((tag) => tag !== UNKNOWN && isSamePrimary(tag, operator));
  return own.length > 0 ? own : [operator];
}
