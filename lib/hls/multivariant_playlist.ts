/** The multivariant playlist (RFC 8216bis §4.4.6). */

import { findMax } from "../extremes.ts";
import { type Caption, getCaptions } from "../presentation/captions.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import { getDisplaySize } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { getPlaylistQuery, getWholePresentation, nothingPlayable } from "../selection/select.ts";
import { getMuxedAudio } from "./mpegts_support.ts";
import { buildIframeTags } from "./iframe_tags.ts";
import { playlistUrl } from "./routes.ts";
import { getPlaylistBandwidths } from "./stored_bandwidths.ts";
import {
  buildAudioGroups,
  buildAudioOnlyGroups,
  buildMuxedGroup,
  getCodecRank,
  getMediaRenditions,
  joinKeys,
} from "./groups.ts";
import type { AudioGroup } from "./groups.ts";
import { buildSessionKeyTags, checkProtection } from "./keys.ts";
import { getStppTracks, getSupportedSets } from "./support.ts";
import {
  buildAudioTags,
  buildClosedCaptionTags,
  buildSubtitleTags,
  CLOSED_CAPTIONS_GROUP_ID,
  SUBTITLES_GROUP_ID,
} from "./renditions.ts";
import { COMPUTE_WEBVTT_BANDWIDTHS } from "./webvtt_bandwidth.ts";
import { buildSessionDataTags } from "./session_data.ts";
import { videoAttributes } from "./video_attributes.ts";
import { formatPlaylist, formatTag, quote } from "./m3u8.ts";
import type { Attributes, SegmentFormat } from "./m3u8.ts";

/** EXT-X-MAP requires 6, EXTINF with a fraction 3 (§8). */
const VERSION: Record<SegmentFormat, number> = { fmp4: 6, ts: 3 };

/** What a multivariant playlist lists. */
export interface VariantSource {
  /** Its sets are listed. */
  readonly presentation: Presentation;
  readonly format: SegmentFormat;
  /** True if all segments can be decoded without those before them. */
  readonly isIndependent: boolean;
  /** Returns the URL of a rendition's playlist, relative and without a query. */
  readonly getUrl: (rendition: string) => string;
  /** Returns those of a rendition's segments. */
  readonly getBandwidths: (rendition: Rendition) => Bandwidths;
  readonly getCodecs: (rendition: MediaRendition) => readonly string[];
  readonly getIframeTags: (video: readonly SwitchingSet[]) => readonly string[];
}

/**
 * Builds the playlist of a presentation.
 *
 * @param derived without them, bandwidths are measured for this call
 * @throws RequestError if the format supports neither audio nor video of the presentation; RequestError, KeysError as
 *   `checkProtection()`
 */
export function buildMultivariantPlaylist(
  presentation: Presentation,
  format: SegmentFormat,
  derived = new DerivedValues(presentation),
): string {
  checkProtection(presentation, format);
  const iframes = format === "fmp4" ? "iframes" : "tsIframes";
  return formatMultivariantPlaylist({
    presentation,
    format,
    isIndependent: getVideo(presentation, format).every(hasIndependentSegments),
    getUrl: (rendition) => playlistUrl(rendition, format),
    getBandwidths: (rendition) =>
      getSegmentBandwidths(rendition, { format, presentation, derived }),
    getCodecs: (rendition) => [getHlsCodec(rendition)],
    getIframeTags: (video) =>
      buildIframeTags(video, {
        presentation,
        format,
        getBandwidths: (rendition) =>
          getPlaylistBandwidths(iframes, rendition, { presentation, derived }),
      }),
  });
}

/** @throws RequestError if the format supports neither audio nor video of the presentation */
export function formatMultivariantPlaylist(source: VariantSource): string {
  const { presentation, format } = source;
  const sets = getSupportedSets(presentation, format);
  const video = getVideo(presentation, format);
  const audio = sets.filter(({ type }) => type === "audio");
  const subtitles = sets.filter(({ type }) => type === "text");
  const captions = getCaptions(video.flatMap(getMediaRenditions));
  const images = sets.filter(({ type }) => type === "image").flatMap(getMediaRenditions);
  if (video.length + audio.length === 0) {
    throw nothingPlayable(
      presentation,
      `Cannot build an HLS playlist: expected video or audio in a codec that ${
        FORMAT_NAMES[format]
      } supports`,
    );
  }
  const muxed = format === "ts" && video.length > 0 ? getMuxedAudio(presentation) : undefined;
  const query = getPlaylistQuery(presentation);
  const getUrl = (rendition: string) => source.getUrl(rendition) + query;
  const groups = muxed
    ? [buildMuxedGroup(muxed, getWholePresentation(presentation).sets)]
    : video.length > 0
    ? buildAudioGroups(audio)
    : buildAudioOnlyGroups(audio);
  const variants = buildVariants(video, groups);
  return formatPlaylist(getVersion(format, captions), [
    ...source.isIndependent ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : [],
    ...buildSessionDataTags(presentation, query),
    ...buildSessionKeyTags(presentation, [...video, ...audio].flatMap(getMediaRenditions)),
    ...getDistinctGroups(groups).flatMap((group) => buildAudioTags(group, getUrl)),
    ...buildSubtitleTags(subtitles, getUrl),
    ...buildClosedCaptionTags(captions),
    ...variants.flatMap((variant) => streamInf(variant, { source, subtitles, captions })),
    ...source.getIframeTags(video),
    ...images.map((image) => imageStreamInf(image, query)),
  ]);
}

function getVideo(presentation: Presentation, format: SegmentFormat): SwitchingSet[] {
  const video = getSupportedSets(presentation, format).filter(({ type }) => type === "video");
  return joinKeys(video, presentation).sort((a, b) => getCodecRank(a) - getCodecRank(b));
}

/** INSTREAM-ID of CEA-708 services requires version 7. */
function getVersion(format: SegmentFormat, captions: readonly Caption[]): number {
  return captions.some(({ channel }) => channel.startsWith("SERVICE")) ? 7 : VERSION[format];
}

const FORMAT_NAMES: Record<SegmentFormat, string> = { fmp4: "fMP4", ts: "MPEG-TS" };

/** Audio of several bitrates that variants contain shares one group. */
function getDistinctGroups(groups: readonly AudioGroup[]): AudioGroup[] {
  return [...new Map(groups.map((group) => [group.id, group])).values()];
}

/** Video and a group of audio, or audio alone. */
interface Variant {
  readonly main: MediaRendition;
  readonly group?: AudioGroup | undefined;
}

function buildVariants(
  video: readonly SwitchingSet[],
  groups: readonly AudioGroup[],
): Variant[] {
  const renditions = video.flatMap(getMediaRenditions);
  if (renditions.length === 0) return groups.map((group) => ({ main: getDefault(group), group }));
  const all: (AudioGroup | undefined)[] = groups.length > 0 ? [...groups] : [undefined];
  return all.flatMap((group) => renditions.map((main) => ({ main, group })));
}

function getDefault({ members }: AudioGroup): MediaRendition {
  const label = findDefaultLabel(members.map(({ set }) => set), "audio");
  return members.find(({ set }) => set.displayLabel === label)!.rendition;
}

function hasIndependentSegments(set: SwitchingSet): boolean {
  return getMediaRenditions(set).every(({ openGop }) => !openGop);
}

function streamInf(
  { main, group }: Variant,
  { source, subtitles, captions }: {
    source: VariantSource;
    subtitles: readonly SwitchingSet[];
    captions: readonly Caption[];
  },
): string[] {
  const { presentation, format, getUrl, getCodecs } = source;
  const members = group?.members ?? [];
  const audio = members.map(({ rendition }) => rendition);
  const ownPlaylists = members.filter(({ isInVariant }) => !isInVariant)
    .map(({ rendition }) => rendition);
  const codecs = [
    ...[main, ...audio.filter((other) => other !== main)].flatMap(getCodecs),
    ...getStppTracks(presentation, format).map(({ codec }) => codec),
  ];
  const alternatives = main.type === "audio" ? [audio] : [[main], ownPlaylists];
  const subtitleRenditions = subtitles.flatMap(({ renditions }) => renditions);
  return [
    formatTag("EXT-X-STREAM-INF", {
      ...bandwidthAttributes([...alternatives, subtitleRenditions], source),
      CODECS: quote([...new Set(codecs)].join(",")),
      ...videoAttributes(main),
      AUDIO: group && quote(group.id),
      SUBTITLES: subtitles.length > 0 ? quote(SUBTITLES_GROUP_ID) : undefined,
      "CLOSED-CAPTIONS": captions.length > 0 ? quote(CLOSED_CAPTIONS_GROUP_ID) : "NONE",
    }),
    getUrl(main.name) + getPlaylistQuery(presentation),
  ];
}

export function getHlsCodec({ codec, description }: MediaRendition): string {
  return codec.hls?.codec ?? description.codec;
}

/** One rendition of each list plays (§4.4.6.2). */
function bandwidthAttributes(
  alternatives: readonly (readonly Rendition[])[],
  { getBandwidths }: Pick<VariantSource, "getBandwidths">,
): Attributes {
  const values = alternatives.map((renditions) => renditions.map(getBandwidths));
  return {
    BANDWIDTH: sumMaxima(values, ({ bandwidth }) => bandwidth),
    "AVERAGE-BANDWIDTH": sumMaxima(values, ({ averageBandwidth }) => averageBandwidth),
  };
}

function getSegmentBandwidths(
  rendition: Rendition,
  { format, presentation, derived }: {
    format: SegmentFormat;
    presentation: Presentation;
    derived: DerivedValues;
  },
): Bandwidths {
  if (rendition.type === "text") {
    return getStppTracks(presentation, format).length > 0
      ? rendition.stpp!
      : derived.get(COMPUTE_WEBVTT_BANDWIDTHS[format], rendition.name);
  }
  return format === "fmp4"
    ? rendition
    : getPlaylistBandwidths("ts", rendition, { presentation, derived });
}

function sumMaxima(
  alternatives: readonly (readonly Bandwidths[])[],
  getValue: (bandwidths: Bandwidths) => number,
): number {
  return alternatives.reduce((sum, one) => sum + findMax(one.map(getValue), 0), 0);
}

/** EXT-X-IMAGE-STREAM-INF is an extension by Roku. */
function imageStreamInf(rendition: MediaRendition, query: string): string {
  const { width, height } = getDisplaySize(rendition);
  return formatTag("EXT-X-IMAGE-STREAM-INF", {
    BANDWIDTH: rendition.bandwidth,
    RESOLUTION: `${width}x${height}`,
    CODECS: quote(rendition.description.codec),
    URI: quote(playlistUrl(rendition.name, "fmp4") + query),
  });
}
