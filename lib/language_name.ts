/** Names of languages for viewers. */

import { getSubtagKind } from "./language.ts";

const ENGLISH = createNames("en");

/** Codes of ISO 639-2 that name no language. */
const SPECIAL: Record<string, string> = {
  und: "Undetermined",
  mul: "Multiple languages",
  zxx: "No linguistic content",
};

/**
 * Returns the name of a BCP 47 tag in the language itself ("Français", "Português (Brasil)"), as NAME of HLS should be
 * (RFC 8216bis §4.4.6.1), else in English, else the tag.
 */
export function getLanguageName(tag: string): string {
  const special = SPECIAL[tag];
  if (special !== undefined) return special;
  const [primary = "", ...subtags] = tag.split("-");
  if (primary === "x") return tag;
  const first = subtags.findIndex((subtag) =>
    subtag.length === 1 || getSubtagKind(subtag) === "variant"
  );
  const named = first < 0 ? subtags : subtags.slice(0, first);
  const others = subtags.slice(named.length).join("-"); // Intl has no names for these
  const name = findName([primary, ...named].join("-"));
  if (name === undefined) return tag;
  return others ? `${name} (${others})` : name;
}

function findName(tag: string): string | undefined {
  const hasLocale = Intl.DisplayNames.supportedLocalesOf(tag).length > 0; // else its names are those of the system's locale
  const name = (hasLocale ? createNames(tag).of(tag) : undefined) ?? ENGLISH.of(tag);
  if (name === undefined) return undefined;
  const isAlias = Intl.getCanonicalLocales(tag)[0] !== tag; // `cmn` has the name of `zh`
  return capitalize(name, tag) + (isAlias ? ` (${tag})` : "");
}

function createNames(locale: string): Intl.DisplayNames {
  return new Intl.DisplayNames(locale, { type: "language", fallback: "none" });
}

/** Georgian has capital letters, but does not begin words with them. */
function capitalize(name: string, locale: string): string {
  const first = String.fromCodePoint(name.codePointAt(0)!);
  if (/\p{Script=Georgian}/u.test(first)) return name;
  return first.toLocaleUpperCase(locale) + name.slice(first.length);
}
