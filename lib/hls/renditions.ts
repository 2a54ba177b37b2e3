/** EXT-X-MEDIA (RFC 8216bis §4.4.6.1). */

import { getLanguageName } from "../language_name.ts";
import type { Role } from "../package/role.ts";
import type { Caption } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import type { MediaRendition, SwitchingSet } from "../presentation/presentation.ts";
import type { AudioGroup } from "./groups.ts";
import { formatTag, quote } from "./m3u8.ts";

export const SUBTITLES_GROUP_ID = "subtitles";
export const CLOSED_CAPTIONS_GROUP_ID = "captions";

const CHARACTERISTICS: Partial<Record<Role, string>> = {
  description: "public.accessibility.describes-video",
  caption:
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",
  easyreader: "public.easy-to-read",
  "enhanced-audio-intelligibility": "public.accessibility.enhances-speech-intelligibility",
};

/** The default is autoselected in any role. */
const NOT_AUTOSELECTED: ReadonlySet<Role | undefined> = new Set<Role>([
  "commentary",
  "supplementary",
  "karaoke",
  "metadata",
]);

/** Returns the URL of a rendition's playlist. */
type GetUrl = (rendition: string) => string;

export function buildAudioTags({ id, members }: AudioGroup, getUrl: GetUrl): string[] {
  const label = findDefaultLabel(members.map(({ set }) => set), "audio");
  const autoselected = selectAutomatically(members.map(({ set }) => set), label);
  return sortByCharacteristics(members, ({ set }) => set).map(({ set, rendition, isInVariant }) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "AUDIO",
      "GROUP-ID": quote(id),
      NAME: getName(set),
      LANGUAGE: quote(set.language),
      DEFAULT: set.displayLabel === label ? "YES" : "NO",
      AUTOSELECT: autoselected.has(set) ? "YES" : "NO",
      CHARACTERISTICS: getCharacteristics(set),
      CHANNELS: getChannels(rendition),
      URI: isInVariant ? undefined : quote(getUrl(rendition.name)),
    })
  );
}

/** None is the default unless the package declares one; players select forced subtitles themselves. */
export function buildSubtitleTags(sets: readonly SwitchingSet[], getUrl: GetUrl): string[] {
  const label = findDefaultLabel(sets, "text");
  const autoselected = selectAutomatically(sets, label);
  return sortByCharacteristics(sets, (set) => set).map((set) => {
    const forced = set.role === "forced";
    return formatTag("EXT-X-MEDIA", {
      TYPE: "SUBTITLES",
      "GROUP-ID": quote(SUBTITLES_GROUP_ID),
      NAME: getName(set),
      LANGUAGE: quote(set.language),
      DEFAULT: label !== undefined && set.displayLabel === label ? "YES" : "NO",
      AUTOSELECT: forced || autoselected.has(set) ? "YES" : "NO",
      FORCED: forced ? "YES" : undefined,
      CHARACTERISTICS: getCharacteristics(set),
      URI: quote(getUrl(set.renditions[0]!.name)),
    });
  });
}

/** Closed captions are in the video, so there is no URI. */
export function buildClosedCaptionTags(captions: readonly Caption[]): string[] {
  return captions.map(({ channel, language, label }, i) =>
    formatTag("EXT-X-MEDIA", {
      TYPE: "CLOSED-CAPTIONS",
      "GROUP-ID": quote(CLOSED_CAPTIONS_GROUP_ID),
      NAME: quote(label),
      LANGUAGE: quote(language),
      DEFAULT: "NO",
      AUTOSELECT: captions.findIndex((other) => other.language === language) === i ? "YES" : "NO",
      "INSTREAM-ID": quote(channel),
    })
  );
}

/** Selects one set per language and characteristics (§4.4.6.1.1): the default first, then sets without a special role. */
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

/**
 * Sorts what has one language: plain first, characteristics last, since AVPlayer selects the first that fits. Each language
 * retains its places.
 */
function sortByCharacteristics<T>(all: readonly T[], getSet: (one: T) => SwitchingSet): T[] {
  const getPrimary = (one: T) => getSet(one).language.split("-")[0];
  const rank = (one: T) => {
    const set = getSet(one);
    return isPlain(set.role) ? 0 : getCharacteristics(set) === undefined ? 1 : 2;
  };
  const sorted = Map.groupBy([...all].sort((a, b) => rank(a) - rank(b)), getPrimary);
  const next = new Map(Array.from(sorted, ([language, ofOne]) => [language, ofOne.values()]));
  return all.map((one) => next.get(getPrimary(one))!.next().value!);
}

function isPlain(role: Role | undefined): boolean {
  return role === undefined || role === "main" || role === "subtitle";
}

/** Labels are unique, as NAME must be in a group. */
function getName({ displayLabel, language }: SwitchingSet): string {
  return quote(displayLabel ?? getLanguageName(language));
}

function getCharacteristics({ role }: SwitchingSet): string | undefined {
  const characteristics = role && CHARACTERISTICS[role];
  return characteristics && quote(characteristics);
}

/** `"6"`, or `"12/JOC"` with joint object coding. */
function getChannels({ description }: MediaRendition): string | undefined {
  if (description.type !== "audio") return undefined;
  return quote(description.objects ? `${description.objects}/JOC` : `${description.channels}`);
}
