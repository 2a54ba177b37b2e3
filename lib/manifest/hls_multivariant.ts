/** The multivariant playlist (RFC 8216bis §4.4.6). */

import { RequestError } from "../errors.ts";
import { languageName } from "../language.ts";
import { displaySize, videoRange } from "../presentation/picture.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
  TextRendition,
} from "../presentation/presentation.ts";
import { streamBandwidths } from "../presentation/stream_bandwidth.ts";
import { muxedAudio } from "../presentation/transport_stream.ts";
import { iframeBandwidths } from "../presentation/iframes.ts";
import { hlsUrl, iframesUrl } from "../urls.ts";
import { audioGroups, mediaOf, rankOf } from "./hls_groups.ts";
import type { AudioGroup } from "./hls_groups.ts";
import { carried, hasDocuments } from "./hls_form.ts";
import { playlist, quotable, quoted, tag } from "./m3u8.ts";
import type { Attributes, HlsForm } from "./m3u8.ts";

const SUBTITLES = "subtitles";

/** Versions of the media playlists that it names: EXT-X-MAP makes them 6, decimal EXTINF 3 (§8). */
const VERSION: Record<HlsForm, number> = { fmp4: 6, ts: 3 };

/** @throws RequestError NOT_FOUND when the form can carry nothing of the presentation */
export function multivariant(presentation: Presentation, form: HlsForm): string {
  const sets = carried(presentation, form);
  const video = sets.filter(({ type }) => type === "video").sort((a, b) => rankOf(a) - rankOf(b));
  const audio = sets.filter(({ type }) => type === "audio");
  const texts = sets.filter(({ type }) => type === "text").flatMap(textsOf);
  const images = sets.filter(({ type }) => type === "image").flatMap(mediaOf);
  if (video.length + audio.length === 0) {
    throw new RequestError(
      "NOT_FOUND",
      `Cannot offer this as HLS: it has no picture and no sound that ${FORMS[form]} carries`,
    );
  }
  const muxed = form === "ts" ? muxedAudio(presentation) : undefined;
  const groups = muxed ? [] : audioGroups(audio);
  const variants = variantsOf(video, groups, muxed);
  return playlist(VERSION[form], [
    ...video.every(independent) ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : [],
    ...groups.flatMap((group) =>
      video.length > 0 || group.members.length > 1 ? audioTags(group, form) : []
    ),
    ...subtitleTags(texts, form),
    ...variants.flatMap((variant) => streamInf(variant, { form, texts, presentation })),
    ...form === "fmp4"
      ? video.flatMap(mediaOf).map((main) => iframeStreamInf(main, presentation))
      : [],
    ...images.map((image) => imageStreamInf(image)),
  ]);
}

const FORMS: Record<HlsForm, string> = { fmp4: "fMP4", ts: "MPEG-TS" };

/** What plays together: a rendition of pictures, a group of sounds to go with it, or sounds alone. */
interface Variant {
  /** Whose playlist the variant is. */
  readonly main: MediaRendition;
  readonly group?: AudioGroup | undefined;
  /** The one sound that is in the same segments. */
  readonly muxed?: MediaRendition | undefined;
}

function variantsOf(
  video: readonly SwitchingSet[],
  groups: readonly AudioGroup[],
  muxed: MediaRendition | undefined,
): Variant[] {
  const pictures = video.flatMap(mediaOf);
  if (pictures.length === 0) return groups.map((group) => ({ main: group.members[0]!, group }));
  const all: (AudioGroup | undefined)[] = groups.length > 0 ? [...groups] : [undefined];
  return all.flatMap((group) => pictures.map((main) => ({ main, group, muxed })));
}

function textsOf({ renditions }: SwitchingSet): TextRendition[] {
  return renditions.filter((rendition) => rendition.type === "text");
}

/** Every segment can be decoded by itself (§4.4.2.1). */
function independent(set: SwitchingSet): boolean {
  return mediaOf(set).every(({ openGop }) => !openGop);
}

/** EXT-X-MEDIA (§4.4.6.1), one a member: exactly one default, and one of each language to be chosen by itself. */
function audioTags({ id, members }: AudioGroup, form: HlsForm): string[] {
  const names = uniqueNames(members);
  return members.map((member, i) => {
    const first = members.findIndex(({ language }) => language === member.language) === i;
    return tag("EXT-X-MEDIA", {
      TYPE: "AUDIO",
      "GROUP-ID": quoted(id),
      NAME: quoted(names[i]!),
      LANGUAGE: languageOf(member),
      DEFAULT: i === 0 ? "YES" : "NO",
      AUTOSELECT: i === 0 || first ? "YES" : "NO",
      CHANNELS: channelsOf(member),
      URI: quoted(hlsUrl(member.name, form)),
    });
  });
}

/** EXT-X-MEDIA of subtitles, which no player shows unasked. */
function subtitleTags(texts: readonly TextRendition[], form: HlsForm): string[] {
  const names = uniqueNames(texts);
  return texts.map((text, i) => {
    const first = texts.findIndex(({ language }) => language === text.language) === i;
    return tag("EXT-X-MEDIA", {
      TYPE: "SUBTITLES",
      "GROUP-ID": quoted(SUBTITLES),
      NAME: quoted(names[i]!),
      LANGUAGE: languageOf(text),
      DEFAULT: "NO",
      AUTOSELECT: first ? "YES" : "NO",
      URI: quoted(hlsUrl(text.name, form)),
    });
  });
}

/** The label, else the language in English; what is there already gets a number (§4.4.6.1.1). */
function uniqueNames(renditions: readonly Rendition[]): string[] {
  const taken = new Set<string>();
  return renditions.map(({ label, language }) => {
    const base = quotable(label ?? languageName(language));
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
    taken.add(name);
    return name;
  });
}

function languageOf({ language }: Rendition): string | undefined {
  return language === "und" ? undefined : quoted(language);
}

/** `"6"`; with joint object coding `"12/JOC"` (§4.4.6.1). */
function channelsOf({ description }: MediaRendition): string | undefined {
  if (description.type !== "audio") return undefined;
  return quoted(description.objects ? `${description.objects}/JOC` : `${description.channels}`);
}

/** EXT-X-STREAM-INF and its URI (§4.4.6.2). */
function streamInf(
  { main, group, muxed }: Variant,
  { form, texts, presentation }: {
    form: HlsForm;
    texts: readonly TextRendition[];
    presentation: Presentation;
  },
): string[] {
  const sounds = group ? group.members.filter((member) => member !== main) : [];
  const { members = [] } = group ?? {};
  const together = [main, ...muxed ? [muxed] : []];
  const alone = main.type === "audio" && members.length < 2;
  const codecs = [
    ...[...together, ...sounds].map(({ description }) => description.codec),
    ...hasDocuments(presentation, form) ? texts.map(({ stpp }) => stpp!.codec) : [],
  ];
  const played = main.type === "audio" ? [members] : [[main], sounds]; // of sounds alone, one plays: its own, or another
  return [
    tag("EXT-X-STREAM-INF", {
      ...bandwidths([...played, texts], { form, presentation }),
      CODECS: quoted([...new Set(codecs)].join(",")),
      ...pictureAttributes(main),
      AUDIO: group && !alone ? quoted(group.id) : undefined,
      SUBTITLES: texts.length > 0 ? quoted(SUBTITLES) : undefined,
    }),
    hlsUrl(main.name, form),
  ];
}

/** Of each kind of what plays together, the one that takes most (§4.4.6.2). */
function bandwidths(
  alternatives: readonly (readonly Rendition[])[],
  { form, presentation }: { form: HlsForm; presentation: Presentation },
): Attributes {
  const documents = hasDocuments(presentation, form);
  const of = (rendition: Rendition) => {
    if (rendition.type === "text") return documents ? rendition.stpp! : rendition;
    return form === "fmp4" ? rendition : streamBandwidths(presentation, rendition);
  };
  const kinds = alternatives.map((kind) => kind.map(of));
  return {
    BANDWIDTH: sumOfMost(kinds, ({ bandwidth }) => bandwidth),
    "AVERAGE-BANDWIDTH": sumOfMost(kinds, ({ averageBandwidth }) => averageBandwidth),
  };
}

interface Bandwidths {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

function sumOfMost(
  kinds: readonly (readonly Bandwidths[])[],
  of: (one: Bandwidths) => number,
): number {
  return kinds.reduce((sum, kind) => sum + Math.max(0, ...kind.map(of)), 0);
}

function pictureAttributes(rendition: MediaRendition): Attributes {
  const { description, frameRate, track } = rendition;
  if (description.type !== "video") return {};
  const { width, height } = displaySize(rendition);
  const turned = track.rotation % 180 !== 0;
  const [n, d = 1] = (frameRate ?? "0").split("/").map(Number);
  const { supplementalCodec, supplementalBrand } = description;
  const supplemental = [supplementalCodec, supplementalBrand].filter((part) => part !== undefined)
    .join("/");
  return {
    "SUPPLEMENTAL-CODECS": supplementalCodec === undefined ? undefined : quoted(supplemental),
    RESOLUTION: turned ? `${height}x${width}` : `${width}x${height}`,
    "FRAME-RATE": n ? (n / d).toFixed(3) : undefined,
    "VIDEO-RANGE": videoRange(description),
  };
}

/** EXT-X-I-FRAME-STREAM-INF (§4.4.6.3): a stream of its own, with the bandwidth of its own bytes. */
function iframeStreamInf(rendition: MediaRendition, { targetDuration }: Presentation): string {
  const { bandwidth, averageBandwidth } = iframeBandwidths(rendition, targetDuration);
  const { "FRAME-RATE": _, ...picture } = pictureAttributes(rendition);
  return tag("EXT-X-I-FRAME-STREAM-INF", {
    BANDWIDTH: bandwidth,
    "AVERAGE-BANDWIDTH": averageBandwidth,
    CODECS: quoted(rendition.description.codec),
    ...picture,
    URI: quoted(iframesUrl(rendition.name)),
  });
}

/** EXT-X-IMAGE-STREAM-INF, as Roku wrote it down and others read it. */
function imageStreamInf(rendition: MediaRendition): string {
  const { width, height } = displaySize(rendition);
  return tag("EXT-X-IMAGE-STREAM-INF", {
    BANDWIDTH: rendition.bandwidth,
    RESOLUTION: `${width}x${height}`,
    CODECS: quoted(rendition.description.codec),
    URI: quoted(hlsUrl(rendition.name, "fmp4")),
  });
}
