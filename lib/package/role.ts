/** Roles of DASH (23009-1 §5.8.5.5), with `forced` for `forced-subtitle`. */

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

/** Names in DASH and in packages of earlier versions. */
const LEGACY_ROLES: Readonly<Record<string, Role>> = { "forced-subtitle": "forced" };

export const ROLE_NAMES: readonly string[] = [...ROLES, ...Object.keys(LEGACY_ROLES)];

export function parseRole(name: string): Role | undefined {
  if (Object.hasOwn(LEGACY_ROLES, name)) return LEGACY_ROLES[name];
  return ROLES.find((role) => role === name);
}
