/** The multivariant playlist (RFC 8216bis §4.4.6). */

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
import { getPlaylistQuery, nothingPlayable } from "../selection/select.ts";
import { getMuxedAudio } from "./mpegts_support.ts";
import { buildIframeTags } from "./iframe_tags.ts";
import { playlistUrl } from "./routes.ts";
import { getPlaylistBandwidths } from "./stored_bandwidths.ts";
import { buildAudioGroups, getCodecRank, getMediaRenditions } from "./groups.ts";
import type { AudioGroup } from "./groups.ts";
import { getStppTracks, getSupportedSets } from "./support.ts";
import {
  buildAudioTags,
  buildClosedCaptionTags,
  buildSubtitleTags,
  CLOSED_CAPTIONS_GROUP_ID,
  SUBTITLES_GROUP_ID,
} from "./renditions.ts";
import { videoAttributes } from "./video_attributes.ts";
import { formatPlaylist, formatTag, quote } from "./m3u8.ts";
import type { Attributes, SegmentFormat } from "./m3u8.ts";

/** EXT-X-MAP requires 6, EXTINF with a fraction 3 (§8). */
const VERSION: Record<SegmentFormat, number> = { fmp4: 6, ts: 3 };

/**
 * Builds the playlist.
 *
 * @param derived without them, bandwidths are measured for this call
 * @throws RequestError if the format supports neither audio nor video of the presentation
 */
export function buildMultivariantPlaylist(
  presentation: Presentation,
  format: SegmentFormat,
  derived = new DerivedValues(presentation),
): string {
  const sets = getSupportedSets(presentation, format);
  const video = sets.filter(({ type }) => type === "video").sort((a, b) =>
    getCodecRank(a) - getCodecRank(b)
  );
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
  const groups = muxed ? [] : buildAudioGroups(audio);
  const variants = buildVariants(video, groups, muxed);
  return formatPlaylist(getVersion(format, captions), [
    ...video.every(hasIndependentSegments) ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : [],
    ...groups.flatMap((group) =>
      video.length > 0 || group.members.length > 1 ? buildAudioTags(group, { format, query }) : []
    ),
    ...buildSubtitleTags(subtitles, { format, query }),
    ...buildClosedCaptionTags(captions),
    ...variants.flatMap((variant) =>
      streamInf(variant, { format, subtitles, captions, presentation, derived })
    ),
    ...buildIframeTags(video, { presentation, format, derived }),
    ...images.map((image) => imageStreamInf(image, query)),
  ]);
}

/** INSTREAM-ID of CEA-708 services requires version 7. */
function getVersion(format: SegmentFormat, captions: readonly Caption[]): number {
  return captions.some(({ channel }) => channel.startsWith("SERVICE")) ? 7 : VERSION[format];
}

const FORMAT_NAMES: Record<SegmentFormat, string> = { fmp4: "fMP4", ts: "MPEG-TS" };

/** Video and a group of audio, or audio alone. */
interface Variant {
  readonly main: MediaRendition;
  readonly group?: AudioGroup | undefined;
  readonly muxed?: MediaRendition | undefined;
}

function buildVariants(
  video: readonly SwitchingSet[],
  groups: readonly AudioGroup[],
  muxed: MediaRendition | undefined,
): Variant[] {
  const renditions = video.flatMap(getMediaRenditions);
  if (renditions.length === 0) return groups.map((group) => ({ main: getDefault(group), group }));
  const all: (AudioGroup | undefined)[] = groups.length > 0 ? [...groups] : [undefined];
  return all.flatMap((group) => renditions.map((main) => ({ main, group, muxed })));
}

function getDefault({ members }: AudioGroup): MediaRendition {
  const label = findDefaultLabel(members.map(({ set }) => set), "audio");
  return members.find(({ set }) => set.displayLabel === label)!.rendition;
}

function hasIndependentSegments(set: SwitchingSet): boolean {
  return getMediaRenditions(set).every(({ openGop }) => !openGop);
}

function streamInf(
  { main, group, muxed }: Variant,
  { format, subtitles, captions, presentation, derived }: {
    format: SegmentFormat;
    subtitles: readonly SwitchingSet[];
    captions: readonly Caption[];
    presentation: Presentation;
    derived: DerivedValues;
  },
): string[] {
  const members = group?.members.map(({ rendition }) => rendition) ?? [];
  const otherAudio = members.filter((member) => member !== main);
  const inSegments = [main, ...muxed ? [muxed] : []];
  const isOnlyAudio = main.type === "audio" && members.length < 2;
  const codecs = [
    ...[...inSegments, ...otherAudio].map(({ description }) => description.codec),
    ...getStppTracks(presentation, format).map(({ codec }) => codec),
  ];
  const alternatives = main.type === "audio" ? [members] : [[main], otherAudio];
  return [
    formatTag("EXT-X-STREAM-INF", {
      ...bandwidthAttributes([...alternatives, subtitles.flatMap(({ renditions }) => renditions)], {
        format,
        presentation,
        derived,
      }),
      CODECS: quote([...new Set(codecs)].join(",")),
      ...videoAttributes(main),
      AUDIO: group && !isOnlyAudio ? quote(group.id) : undefined,
      SUBTITLES: subtitles.length > 0 ? quote(SUBTITLES_GROUP_ID) : undefined,
      "CLOSED-CAPTIONS": captions.length > 0 ? quote(CLOSED_CAPTIONS_GROUP_ID) : "NONE",
    }),
    playlistUrl(main.name, format) + getPlaylistQuery(presentation),
  ];
}

/** One rendition of each list plays (§4.4.6.2). */
function bandwidthAttributes(
  alternatives: readonly (readonly Rendition[])[],
  { format, presentation, derived }: {
    format: SegmentFormat;
    presentation: Presentation;
    derived: DerivedValues;
  },
): Attributes {
  const hasStpp = getStppTracks(presentation, format).length > 0;
  const getSegmentBandwidths = (rendition: Rendition) => {
    if (rendition.type === "text") return hasStpp ? rendition.stpp! : rendition;
    return format === "fmp4"
      ? rendition
      : getPlaylistBandwidths("ts", rendition, { presentation, derived });
  };
  const values = alternatives.map((renditions) => renditions.map(getSegmentBandwidths));
  return {
    BANDWIDTH: sumMaxima(values, ({ bandwidth }) => bandwidth),
    "AVERAGE-BANDWIDTH": sumMaxima(values, ({ averageBandwidth }) => averageBandwidth),
  };
}

function sumMaxima(
  alternatives: readonly (readonly Bandwidths[])[],
  getValue: (bandwidths: Bandwidths) => number,
): number {
  return alternatives.reduce((sum, one) => sum + Math.max(0, ...one.map(getValue)), 0);
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
