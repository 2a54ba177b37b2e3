/** EXT-X-MEDIA: what a viewer chooses among beside the pictures (RFC 8216bis §4.4.6.1). */

import { getLanguageName } from "../language.ts";
import type { Role } from "../package/role.ts";
import type { Caption } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import type { MediaRendition, Rendition, SwitchingSet } from "../presentation/presentation.ts";
import { playlistUrl } from "./routes.ts";
import type { AudioGroup } from "./groups.ts";
import { formatTag, quote, type SegmentFormat } from "./m3u8.ts";

/** Groups' names. */
export const SUBTITLES = "subtitles";
export const CLOSED_CAPTIONS = "captions";

/** What players and their systems know a role by; of a role without one they know nothing. */
const CHARACTERISTICS: Partial<Record<Role, string>> = {
  description: "public.accessibility.describes-video",
  caption:
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",
  easyreader: "public.easy-to-read",
  "enhanced-audio-intelligibility": "public.accessibility.enhances-speech-intelligibility",
};

/** Nobody gets these without asking for them, or for their characteristics. */
const UNASKED: ReadonlySet<Role | undefined> = new Set<Role>([
  "commentary",
  "supplementary",
  "karaoke",
  "metadata",
]);

/** What the URLs of other playlists depend on. */
interface Links {
  readonly form: SegmentFormat;
  /** What each carries, with its `?`. */
  readonly query: string;
}

/** A tag a member: exactly one is the default. */
export function buildAudioTags({ id, members }: AudioGroup, { form, query }: Links): string[] {
  const title = findDefaultLabel(members.map(({ set }) => set), "audio");
  const chosen = autoselected(members.map(({ set }) => set), title);
  return members.map(({ set, rendition }) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "AUDIO",
      "GROUP-ID": quote(id),
      NAME: nameOf(set),
      LANGUAGE: languageOf(set),
      DEFAULT: set.displayLabel === title ? "YES" : "NO",
      AUTOSELECT: chosen.has(set) ? "YES" : "NO",
      CHARACTERISTICS: characteristicsOf(set),
      CHANNELS: channelsOf(rendition),
      URI: quote(playlistUrl(rendition.name, form) + query),
    })
  );
}

/** A tag a text. None is shown unasked, unless the operator says so; what is forced, players show by themselves. */
export function buildSubtitleTags(sets: readonly SwitchingSet[], { form, query }: Links): string[] {
  const title = findDefaultLabel(sets, "text");
  const chosen = autoselected(sets, title);
  return sets.map((set) => {
    const forced = set.role === "forced";
    return formatTag("EXT-X-MEDIA", {
      TYPE: "SUBTITLES",
      "GROUP-ID": quote(SUBTITLES),
      NAME: nameOf(set),
      LANGUAGE: languageOf(set),
      DEFAULT: title !== undefined && set.displayLabel === title ? "YES" : "NO",
      AUTOSELECT: forced || chosen.has(set) ? "YES" : "NO",
      FORCED: forced ? "YES" : undefined,
      CHARACTERISTICS: characteristicsOf(set),
      URI: quote(playlistUrl(set.renditions[0]!.name, form) + query),
    });
  });
}

/** A tag a channel of what lies in the pictures: there is no playlist to name. */
export function buildClosedCaptionTags(captions: readonly Caption[]): string[] {
  return captions.map(({ channel, language, label }, i) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "CLOSED-CAPTIONS",
      "GROUP-ID": quote(CLOSED_CAPTIONS),
      NAME: quote(label),
      LANGUAGE: languageOf({ language }),
      DEFAULT: "NO",
      AUTOSELECT: captions.findIndex((other) => other.language === language) === i ? "YES" : "NO",
      "INSTREAM-ID": quote(channel),
    })
  );
}

/**
 * What a player may choose by the viewer's language and needs: the default, and of all that share language and
 * characteristics one (§4.4.6.1.1), the plainest.
 */
function autoselected(
  sets: readonly SwitchingSet[],
  title: string | undefined,
): ReadonlySet<SwitchingSet> {
  const eligible = sets.filter((set) => set.displayLabel === title || !UNASKED.has(set.role));
  const plainness = (set: SwitchingSet) =>
    set.displayLabel !== undefined && set.displayLabel === title ? 0 : isPlain(set.role) ? 1 : 2;
  const first = new Map<string, SwitchingSet>();
  for (const set of [...eligible].sort((a, b) => plainness(a) - plainness(b))) {
    const alike = JSON.stringify([set.language, set.role === "forced", characteristicsOf(set)]);
    if (!first.has(alike)) first.set(alike, set);
  }
  return new Set(first.values());
}

function isPlain(role: Role | undefined): boolean {
  return role === undefined || role === "main" || role === "subtitle";
}

/** Unique in its group: titles are, whatever of them the form carries. */
function nameOf({ displayLabel, language }: SwitchingSet): string {
  return quote(displayLabel ?? getLanguageName(language));
}

function characteristicsOf({ role }: SwitchingSet): string | undefined {
  const characteristics = role && CHARACTERISTICS[role];
  return characteristics && quote(characteristics);
}

function languageOf({ language }: Pick<Rendition, "language">): string | undefined {
  return language === "und" ? undefined : quote(language);
}

/** `"6"`; with joint object coding `"12/JOC"`. */
function channelsOf({ description }: MediaRendition): string | undefined {
  if (description.type !== "audio") return undefined;
  return quote(description.objects ? `${description.objects}/JOC` : `${description.channels}`);
}
