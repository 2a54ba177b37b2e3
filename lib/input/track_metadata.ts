/** Labels and roles of tracks from the metadata of the file. */

import type { Track } from "../mp4/movie.ts";
import { parseRole, type Role } from "../package/role.ts";

type TrackMetadata = Pick<Track, "name" | "kinds" | "characteristics">;

/** Written by muxers: "SoundHandler", "Core Media Audio", "ISO Media file produced by Google Inc." */
const MUXER_NAME = new RegExp(
  "handler|produced by|created (?:by|with)|\\b(?:iso media|gpac|bento4|mainconcept|l-smash|core media|apple|" +
    "google|vimeo|quicktime|ffmpeg|lavf|libav|mp4box|handbrake|adobe|telestream|elemental|mediaconvert|usp|alias)\\b",
  "i",
);

/** Useless to viewers. HandBrake names audio tracks by channel layout. */
const MEANINGLESS =
  /^(?:mono|stereo|surround|sound|audio|video|text|subtitles?|captions?|closed captions?|timed text|track|stream|main|default|und|unknown)?[\s\d.,:;#_()-]*$/i;

export function getFileLabel({ name = "" }: TrackMetadata): string | undefined {
  return MUXER_NAME.test(name) || MEANINGLESS.test(name) ? undefined : name;
}

const DASH_ROLE = "urn:mpeg:dash:role:2011";

const CHARACTERISTICS = new Map<string, Role>([
  ["public.subtitles.forced-only", "forced"],
  ["public.accessibility.transcribes-spoken-dialog", "caption"],
  ["public.accessibility.describes-video", "description"],
  ["public.easy-to-read", "easyreader"],
]);

/** Prefers roles other than `main`: ffmpeg writes every disposition as a `kind`. */
export function getFileRole(
  { kinds = [], characteristics = [] }: TrackMetadata,
): Role | undefined {
  const [characteristic] = characteristics.flatMap((name) => CHARACTERISTICS.get(name) ?? []);
  if (characteristic) return characteristic;
  const roles = kinds.filter(({ scheme }) => scheme === DASH_ROLE)
    .flatMap(({ value }) => parseRole(value.replaceAll("_", "-")) ?? []);
  return roles.find((role) => role !== "main") ?? roles[0];
}
