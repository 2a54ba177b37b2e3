/** What a file itself says of a track to people: its label and its role. */

import type { Track } from "../mp4/movie.ts";

/** What programs call every track of a kind: nobody would know it by that. */
const HABITS =
  /handler|gpac|isomedia|iso media|core media|l-smash|bento4|mainconcept|^(sub(title)?s?|texts?|captions?|undefined|timed ?text|apple.*|usp .*)$/i;

/** "" where the file says nothing that tells it from others. */
export function ownLabel({ about: { name } }: Track): string {
  const text = name.replace(/\p{Cc}/gu, " ").replaceAll("\uFFFD", "").trim();
  return text.length > 100 || HABITS.test(text) ? "" : text;
}

/** Roles of text in DASH (23009-1 §5.8.5.5), by what QuickTime calls the same. */
const ROLES = new Map([
  ["public.subtitles.forced-only", "forced-subtitle"],
  ["public.accessibility.transcribes-spoken-dialog", "caption"],
  ["public.easy-to-read", "easyreader"],
]);

const DASH_ROLE = "urn:mpeg:dash:role:2011 ";

/** Of those that a package may have; undefined where the file says none of a text. */
export function ownTextRole(
  { about: { kinds, characteristics } }: Pick<Track, "about">,
  forced: boolean,
): string | undefined {
  if (forced) return "forced-subtitle";
  const said = characteristics.flatMap((name) => ROLES.get(name) ?? []);
  const kind = kinds.find((kind) => kind.startsWith(DASH_ROLE))?.slice(DASH_ROLE.length);
  const known = ["caption", "subtitle", "forced-subtitle", "easyreader", "commentary", "dub"];
  return said[0] ?? known.find((role) => role === kind);
}
