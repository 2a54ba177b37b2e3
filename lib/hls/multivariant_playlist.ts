/** The multivariant playlist (RFC 8216bis §4.4.6). */

import { type Caption, getCaptions } from "../presentation/captions.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import { getDisplaySize, getDynamicRange } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { getPlaylistQuery, getWholeRendition, nothingPlayable } from "../selection/select.ts";
import { computeTsBandwidths } from "./mpegts_bandwidth.ts";
import { getMuxedAudio } from "./mpegts_support.ts";
import { computeIframeBandwidths } from "./iframes.ts";
import { iframePlaylistUrl, playlistUrl } from "./routes.ts";
import { buildAudioGroups, getCodecRank, getMediaRenditions } from "./groups.ts";
import type { AudioGroup } from "./groups.ts";
import { getStppTracks, getSupportedSets } from "./support.ts";
import {
  buildAudioTags,
  buildClosedCaptionTags,
  buildSubtitleTags,
  CLOSED_CAPTIONS,
  SUBTITLES,
} from "./renditions.ts";
import { formatPlaylist, formatTag, quote } from "./m3u8.ts";
import type { Attributes, SegmentFormat } from "./m3u8.ts";

/** Versions of the media playlists that it names: EXT-X-MAP makes them 6, decimal EXTINF 3 (§8). */
const VERSION: Record<SegmentFormat, number> = { fmp4: 6, ts: 3 };

/** @throws RequestError when the form can carry nothing of the presentation */
export function buildMultivariantPlaylist(presentation: Presentation, form: SegmentFormat): string {
  const sets = getSupportedSets(presentation, form);
  const video = sets.filter(({ type }) => type === "video").sort((a, b) =>
    getCodecRank(a) - getCodecRank(b)
  );
  const audio = sets.filter(({ type }) => type === "audio");
  const texts = sets.filter(({ type }) => type === "text");
  const captions = getCaptions(video.flatMap(getMediaRenditions));
  const images = sets.filter(({ type }) => type === "image").flatMap(getMediaRenditions);
  if (video.length + audio.length === 0) {
    throw nothingPlayable(
      presentation,
      `Cannot offer this as HLS: it has no picture and no sound that ${FORMS[form]} carries`,
    );
  }
  const muxed = form === "ts" && video.length > 0 ? getMuxedAudio(presentation) : undefined;
  const query = getPlaylistQuery(presentation);
  const groups = muxed ? [] : buildAudioGroups(audio);
  const variants = variantsOf(video, groups, muxed);
  return formatPlaylist(versionOf(form, captions), [
    ...video.every(independent) ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : [],
    ...groups.flatMap((group) =>
      video.length > 0 || group.members.length > 1 ? buildAudioTags(group, { form, query }) : []
    ),
    ...buildSubtitleTags(texts, { form, query }),
    ...buildClosedCaptionTags(captions),
    ...variants.flatMap((variant) => streamInf(variant, { form, texts, captions, presentation })),
    ...form === "fmp4"
      ? video.flatMap(getMediaRenditions).map((main) => iframeStreamInf(main, presentation))
      : [],
    ...images.map((image) => imageStreamInf(image, query)),
  ]);
}

/** Services of CEA-708 came with version 7. */
function versionOf(form: SegmentFormat, captions: readonly Caption[]): number {
  return captions.some(({ channel }) => channel.startsWith("SERVICE")) ? 7 : VERSION[form];
}

const FORMS: Record<SegmentFormat, string> = { fmp4: "fMP4", ts: "MPEG-TS" };

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
  const pictures = video.flatMap(getMediaRenditions);
  if (pictures.length === 0) return groups.map((group) => ({ main: defaultOf(group), group }));
  const all: (AudioGroup | undefined)[] = groups.length > 0 ? [...groups] : [undefined];
  return all.flatMap((group) => pictures.map((main) => ({ main, group, muxed })));
}

function defaultOf({ members }: AudioGroup): MediaRendition {
  const title = findDefaultLabel(members.map(({ set }) => set), "audio");
  return members.find(({ set }) => set.displayLabel === title)!.rendition;
}

/** Every segment can be decoded by itself (§4.4.2.1). */
function independent(set: SwitchingSet): boolean {
  return getMediaRenditions(set).every(({ openGop }) => !openGop);
}

/** EXT-X-STREAM-INF and its URI (§4.4.6.2). */
function streamInf(
  { main, group, muxed }: Variant,
  { form, texts, captions, presentation }: {
    form: SegmentFormat;
    texts: readonly SwitchingSet[];
    captions: readonly Caption[];
    presentation: Presentation;
  },
): string[] {
  const members = group?.members.map(({ rendition }) => rendition) ?? [];
  const sounds = members.filter((member) => member !== main);
  const together = [main, ...muxed ? [muxed] : []];
  const alone = main.type === "audio" && members.length < 2;
  const codecs = [
    ...[...together, ...sounds].map(({ description }) => description.codec),
    ...getStppTracks(presentation, form).map(({ codec }) => codec),
  ];
  const played = main.type === "audio" ? [members] : [[main], sounds]; // of sounds alone, one plays: its own, or another
  return [
    formatTag("EXT-X-STREAM-INF", {
      ...bandwidths([...played, texts.flatMap(({ renditions }) => renditions)], {
        form,
        presentation,
      }),
      CODECS: quote([...new Set(codecs)].join(",")),
      ...pictureAttributes(main),
      AUDIO: group && !alone ? quote(group.id) : undefined,
      SUBTITLES: texts.length > 0 ? quote(SUBTITLES) : undefined,
      "CLOSED-CAPTIONS": captions.length > 0 ? quote(CLOSED_CAPTIONS) : "NONE",
    }),
    playlistUrl(main.name, form) + getPlaylistQuery(presentation),
  ];
}

/** Of each kind of what plays together, the one that takes most (§4.4.6.2). */
function bandwidths(
  alternatives: readonly (readonly Rendition[])[],
  { form, presentation }: { form: SegmentFormat; presentation: Presentation },
): Attributes {
  const documents = getStppTracks(presentation, form).length > 0;
  const of = (rendition: Rendition) => {
    if (rendition.type === "text") return documents ? rendition.stpp! : rendition;
    return form === "fmp4" ? rendition : computeTsBandwidths(presentation, rendition);
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
  const { width, height } = getDisplaySize(rendition);
  const turned = track.rotation % 180 !== 0;
  const [n, d = 1] = (frameRate ?? "0").split("/").map(Number);
  const { supplementalCodec, supplementalBrand } = description;
  const supplemental = [supplementalCodec, supplementalBrand].filter((part) => part !== undefined)
    .join("/");
  return {
    "SUPPLEMENTAL-CODECS": supplementalCodec === undefined ? undefined : quote(supplemental),
    RESOLUTION: turned ? `${height}x${width}` : `${width}x${height}`,
    "FRAME-RATE": n ? (n / d).toFixed(3) : undefined,
    "VIDEO-RANGE": getDynamicRange(description),
  };
}

/** EXT-X-I-FRAME-STREAM-INF (§4.4.6.3): a stream of its own, with the bandwidth of its own bytes. */
function iframeStreamInf(rendition: MediaRendition, presentation: Presentation): string {
  const whole = getWholeRendition(presentation, rendition);
  const { bandwidth, averageBandwidth } = computeIframeBandwidths(
    whole,
    presentation.targetDuration,
  );
  const { "FRAME-RATE": _, ...picture } = pictureAttributes(rendition);
  return formatTag("EXT-X-I-FRAME-STREAM-INF", {
    BANDWIDTH: bandwidth,
    "AVERAGE-BANDWIDTH": averageBandwidth,
    CODECS: quote(rendition.description.codec),
    ...picture,
    URI: quote(iframePlaylistUrl(rendition.name) + getPlaylistQuery(presentation)),
  });
}

/** EXT-X-IMAGE-STREAM-INF, as Roku wrote it down and others read it. */
function imageStreamInf(rendition: MediaRendition, query: string): string {
  const { width, height } = getDisplaySize(rendition);
  return formatTag("EXT-X-IMAGE-STREAM-INF", {
    BANDWIDTH: rendition.bandwidth,
    RESOLUTION: `${width}x${height}`,
    CODECS: quote(rendition.description.codec),
    URI: quote(playlistUrl(rendition.name, "fmp4") + query),
  });
}
