/** What a file says by itself of what its tracks are called and are for; it counts where the operator says nothing. */

import type { Track } from "../mp4/movie.ts";
import { parseRole, type Role } from "../package/role.ts";

type TrackMetadata = Pick<Track, "name" | "kinds" | "characteristics">;

/** Muxers put themselves where a name belongs: "SoundHandler", "Core Media Audio", "ISO Media file produced by Google Inc." */
const MUXER = new RegExp(
  "handler|produced by|created (?:by|with)|\\b(?:iso media|gpac|bento4|mainconcept|l-smash|core media|apple|" +
    "google|vimeo|quicktime|ffmpeg|lavf|libav|mp4box|handbrake|adobe|telestream|elemental|mediaconvert|usp|alias)\\b",
  "i",
);

/** What a viewer learns nothing from. HandBrake names every sound by its channels. */
const NOTHING =
  /^(?:mono|stereo|surround|sound|audio|video|text|subtitles?|captions?|closed captions?|timed text|track|stream|main|default|und|unknown)?[\s\d.,:;#_()-]*$/i;

/** A label, where the file's name for the track is one. */
export function getFileLabel({ name = "" }: TrackMetadata): string | undefined {
  return MUXER.test(name) || NOTHING.test(name) ? undefined : name;
}

const DASH_ROLE = "urn:mpeg:dash:role:2011";

/** QuickTime's words for the same. */
const CHARACTERISTICS = new Map<string, Role>([
  ["public.subtitles.forced-only", "forced"],
  ["public.accessibility.transcribes-spoken-dialog", "caption"],
  ["public.accessibility.describes-video", "description"],
  ["public.easy-to-read", "easyreader"],
]);

/** Of several the one that says most: `description` beside `main`. ffmpeg writes its dispositions so. */
export function getFileRole(
  { kinds = [], characteristics = [] }: TrackMetadata,
): Role | undefined {
  const [characteristic] = characteristics.flatMap((name) => CHARACTERISTICS.get(name) ?? []);
  if (characteristic) return characteristic;
  const roles = kinds.filter(({ scheme }) => scheme === DASH_ROLE)
    .flatMap(({ value }) => parseRole(value.replaceAll("_", "-")) ?? []);
  return roles.find((role) => role !== "main") ?? roles[0];
}
