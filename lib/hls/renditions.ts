/** EXT-X-MEDIA: alternatives that a viewer may choose (RFC 8216bis §4.4.6.1). */

import { getLanguageName } from "../language.ts";
import type { Role } from "../package/role.ts";
import type { Caption } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import type { MediaRendition, Rendition, SwitchingSet } from "../presentation/presentation.ts";
import { playlistUrl } from "./routes.ts";
import type { AudioGroup } from "./groups.ts";
import { formatTag, quote, type SegmentFormat } from "./m3u8.ts";

/** GROUP-ID of subtitles, and of closed captions. */
export const SUBTITLES_GROUP_ID = "subtitles";
export const CLOSED_CAPTIONS_GROUP_ID = "captions";

/** Media characteristics by role; roles without one cannot be declared. */
const CHARACTERISTICS: Partial<Record<Role, string>> = {
  description: "public.accessibility.describes-video",
  caption:
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",
  easyreader: "public.easy-to-read",
  "enhanced-audio-intelligibility": "public.accessibility.enhances-speech-intelligibility",
};

/** Roles that are never selected automatically, unless they are the default. */
const NOT_AUTOSELECTED: ReadonlySet<Role | undefined> = new Set<Role>([
  "commentary",
  "supplementary",
  "karaoke",
  "metadata",
]);

/** Input of the URLs of media playlists. */
interface UrlOptions {
  readonly format: SegmentFormat;
  /** Forwarded query, with its `?`; may be empty. */
  readonly query: string;
}

/** Builds a tag per member; exactly one is the default. */
export function buildAudioTags(
  { id, members }: AudioGroup,
  { format, query }: UrlOptions,
): string[] {
  const label = findDefaultLabel(members.map(({ set }) => set), "audio");
  const autoselected = selectAutomatically(members.map(({ set }) => set), label);
  return members.map(({ set, rendition }) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "AUDIO",
      "GROUP-ID": quote(id),
      NAME: getName(set),
      LANGUAGE: getLanguage(set),
      DEFAULT: set.displayLabel === label ? "YES" : "NO",
      AUTOSELECT: autoselected.has(set) ? "YES" : "NO",
      CHARACTERISTICS: getCharacteristics(set),
      CHANNELS: getChannels(rendition),
      URI: quote(playlistUrl(rendition.name, format) + query),
    })
  );
}

/** Builds a tag per set. None is the default unless the package declares one; players select forced subtitles themselves. */
export function buildSubtitleTags(
  sets: readonly SwitchingSet[],
  { format, query }: UrlOptions,
): string[] {
  const label = findDefaultLabel(sets, "text");
  const autoselected = selectAutomatically(sets, label);
  return sets.map((set) => {
    const forced = set.role === "forced";
    return formatTag("EXT-X-MEDIA", {
      TYPE: "SUBTITLES",
      "GROUP-ID": quote(SUBTITLES_GROUP_ID),
      NAME: getName(set),
      LANGUAGE: getLanguage(set),
      DEFAULT: label !== undefined && set.displayLabel === label ? "YES" : "NO",
      AUTOSELECT: forced || autoselected.has(set) ? "YES" : "NO",
      FORCED: forced ? "YES" : undefined,
      CHARACTERISTICS: getCharacteristics(set),
      URI: quote(playlistUrl(set.renditions[0]!.name, format) + query),
    });
  });
}

/** Builds a tag per channel; closed captions are in the video, so there is no URI. */
export function buildClosedCaptionTags(captions: readonly Caption[]): string[] {
  return captions.map(({ channel, language, label }, i) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "CLOSED-CAPTIONS",
      "GROUP-ID": quote(CLOSED_CAPTIONS_GROUP_ID),
      NAME: quote(label),
      LANGUAGE: getLanguage({ language }),
      DEFAULT: "NO",
      AUTOSELECT: captions.findIndex((other) => other.language === language) === i ? "YES" : "NO",
      "INSTREAM-ID": quote(channel),
    })
  );
}

/**
 * Returns the sets with AUTOSELECT=YES: one for each combination of language and characteristics (§4.4.6.1.1). The default
 * comes first, then sets without a special role.
 */
function selectAutomatically(
  sets: readonly SwitchingSet[],
  label: string | undefined,
): ReadonlySet<SwitchingSet> {
  const eligible = sets.filter((set) =>
    set.displayLabel === label || !NOT_AUTOSELECTED.has(set.role)
  );
  const rank = (set: SwitchingSet) =>
    set.displayLabel !== undefined && set.displayLabel === label ? 0 : isPlain(set.role) ? 1 : 2;
  const first = new Map<string, SwitchingSet>();
  for (const set of [...eligible].sort((a, b) => rank(a) - rank(b))) {
    const key = JSON.stringify([set.language, set.role === "forced", getCharacteristics(set)]);
    if (!first.has(key)) first.set(key, set);
  }
  return new Set(first.values());
}

function isPlain(role: Role | undefined): boolean {
  return role === undefined || role === "main" || role === "subtitle";
}

/** Labels are unique in a presentation, and so in each group. */
function getName({ displayLabel, language }: SwitchingSet): string {
  return quote(displayLabel ?? getLanguageName(language));
}

function getCharacteristics({ role }: SwitchingSet): string | undefined {
  const characteristics = role && CHARACTERISTICS[role];
  return characteristics && quote(characteristics);
}

function getLanguage({ language }: Pick<Rendition, "language">): string | undefined {
  return language === "und" ? undefined : quote(language);
}

/** `"6"`, or with joint object coding `"12/JOC"`. */
function getChannels({ description }: MediaRendition): string | undefined {
  if (description.type !== "audio") return undefined;
  return quote(description.objects ? `${description.objects}/JOC` : `${description.channels}`);
}
