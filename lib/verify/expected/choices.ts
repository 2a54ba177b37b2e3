/** Expected labels, and which rendition is the default (docs/package-format.md). */

import type { Role } from "../../package/role.ts";
import type { Rendition } from "../../presentation/presentation.ts";
import { normalizeName } from "../readers/track_declaration.ts";
import type { SourceSignalling } from "./signalling.ts";

/** Roles of the default, the most preferred first. */
const DEFAULT_ROLES: readonly (Role | undefined)[] = ["main", undefined, "alternate", "dub"];

/** Returns whether players list both as one entry of a menu. */
export function isSameChoice(a: Rendition, b: Rendition): boolean {
  return a.language === b.language && a.label === b.label && a.role === b.role;
}

/**
 * Returns the audio, or the subtitles, that play unless the viewer chooses. Subtitles are only selected where the operator does.
 *
 * @param candidates of one type, in package order
 */
export function findExpectedDefault(
  candidates: readonly Rendition[],
  getSignalling: (rendition: Rendition) => SourceSignalling | undefined,
): Rendition | undefined {
  const requested = candidates.find(({ isDefault }) => isDefault);
  if (requested || candidates[0]?.type === "text") return requested;
  const best = DEFAULT_ROLES.find((role) => candidates.some((one) => one.role === role));
  const first = candidates.find(({ role }) => role === best && DEFAULT_ROLES.includes(role)) ??
    candidates[0];
  const tracks = first &&
    getSignalling(first)?.fileTracks.filter(({ handler }) => handler === "soun");
  if (!tracks?.some(({ isEnabled }) => !isEnabled)) return first;
  const enabled = tracks.find(({ isEnabled }) => isEnabled);
  const own = candidates.find((one) =>
    one.file === first!.file && getSignalling(one)?.track.id === enabled?.id
  );
  return own ?? first;
}

const SPECIAL_LANGUAGES: Record<string, string> = {
  ...{ und: "Undetermined", mul: "Multiple languages", zxx: "No linguistic content" },
};

/** Returns whether a name in a menu is that of the label, or else of the language, with nothing but parentheses behind it. */
export function isNameOf(name: string, { label, language }: Rendition): boolean {
  const own = label?.trim() ? [label] : listLanguageNames(language);
  const got = toComparable(name);
  return own.map(toComparable).some((expected) => {
    const rest = got.slice(expected.length);
    return got.startsWith(expected) && (rest === "" || /^ \(.+\)$/.test(rest));
  });
}

/** HLS has no quotation marks in attributes. */
function toComparable(name: string): string {
  return normalizeName(name).replaceAll('"', "'").toLowerCase();
}

/** In the language itself, in English, or the tag, with and without what Intl has no name for. */
function listLanguageNames(language: string): string[] {
  const special = SPECIAL_LANGUAGES[language];
  if (special) return [special];
  const subtags = language.split("-");
  const tags = subtags.map((_, i) => subtags.slice(0, subtags.length - i).join("-"));
  return [
    ...tags.flatMap((tag) => [tag, "en"].map((locale) => findLanguageName(tag, locale) ?? "")),
    language,
  ]
    .filter((name) => name !== "");
}

function findLanguageName(tag: string, locale: string): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type: "language", fallback: "none" }).of(tag);
  } catch {
    return undefined;
  }
}
