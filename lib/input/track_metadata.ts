/** Labels and roles of tracks from the metadata of the file. */

import type { Movie, Track } from "../mp4/movie.ts";
import { parseRole, type Role } from "../package/role.ts";
import { isMuxerName } from "./muxer_name.ts";

type TrackMetadata = Pick<Track, "name" | "kinds" | "characteristics">;

export function getFileLabel({ name = "" }: TrackMetadata): string | undefined {
  return isMuxerName(name) ? undefined : name;
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

/** Returns true for the first enabled audio track of a file in which others are disabled (14496-12 §8.3.2). */
export function isFileDefault({ tracks }: Pick<Movie, "tracks">, { id }: Track): boolean {
  const audio = tracks.filter(({ handler }) => handler === "soun");
  const isChoice = audio.some(({ isEnabled }) => isEnabled === false);
  return isChoice && audio.find(({ isEnabled }) => isEnabled)?.id === id;
}
