/** What a track is for, in AMS's words: those of DASH (23009-1 §5.8.5.5), but for `forced`. */

export const ROLES = [
  "main",
  "alternate",
  "supplementary",
  "commentary",
  "dub",
  "description",
  "caption",
  "subtitle",
  "forced",
  "easyreader",
  "sign",
  "metadata",
  "enhanced-audio-intelligibility",
  "emergency",
  "karaoke",
] as const;

export type Role = typeof ROLES[number];

/** Words of packages that were written before, which stay readable. */
const LEGACY_ROLES: Readonly<Record<string, Role>> = { "forced-subtitle": "forced" };

/** All that a package may say. */
export const ROLE_NAMES: readonly string[] = [...ROLES, ...Object.keys(LEGACY_ROLES)];

/** The role of a word; undefined for one that is none. */
export function parseRole(word: string): Role | undefined {
  if (Object.hasOwn(LEGACY_ROLES, word)) return LEGACY_ROLES[word];
  return ROLES.find((role) => role === word);
}
