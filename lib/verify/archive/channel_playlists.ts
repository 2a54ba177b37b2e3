/** Compares HLS playlists of a channel (RFC 8216bis) with what is listed. */

import { findMax } from "../../extremes.ts";
import { selectPeriods } from "../../hls/live_periods.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getListedSegments } from "../../hls/media_playlist.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { isSupportedInFmp4 } from "../../hls/support.ts";
import type { Broadcast, BroadcastPeriod } from "../../presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import type { Report } from "../findings.ts";
import { checkUrl, resolveUrl, type UrlTarget } from "../manifests/segment_list.ts";
import {
  findTags,
  getTagValue,
  parseAttributes,
  type Playlist,
  readPlaylist,
  type Uri,
} from "../readers/playlist.ts";
import type { ExpectedPeriod, ExpectedRendition } from "./expected_broadcast.ts";
import type { ManifestCheck } from "./manifest_check.ts";

export interface ChannelPlaylists {
  readonly format: SegmentFormat;
  /** True for playlists of the window, false for those of the whole broadcast. */
  readonly isWindow: boolean;
}

/** Checks the playlists of all renditions, and the multivariant playlist that references them. */
export function checkChannelPlaylists(
  broadcast: Broadcast,
  { format, isWindow }: ChannelPlaylists,
  check: ManifestCheck,
): void {
  const { presentation } = broadcast.periods.at(-1)!;
  const renditions = listSupported(presentation, format);
  for (const { name } of renditions) checkPlaylist(broadcast, name, { format, isWindow }, check);
  if (isWindow === broadcast.isLive && renditions.length > 0) {
    checkMultivariant(broadcast, renditions, format, check);
  }
}

export function listSupported(
  { renditions }: Presentation,
  format: SegmentFormat,
): MediaRendition[] {
  const isSupported = format === "fmp4" ? isSupportedInFmp4 : isSupportedInTs;
  return [...renditions.values()].filter((rendition) =>
    rendition.type !== "text" && isSupported(rendition)
  ) as MediaRendition[];
}

function checkMultivariant(
  broadcast: Broadcast,
  renditions: readonly MediaRendition[],
  format: SegmentFormat,
  { builder, generators, reportAt, tally }: ManifestCheck,
): void {
  const report = reportAt(0);
  const { presentation } = broadcast.periods.at(-1)!;
  const text = builder.generate(() => generators.multivariant(broadcast, format), report);
  const playlist = text && tryRead(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return;
  tally.bytes += text.length;
  const uris = [
    ...playlist.uris.map(({ uri }) => uri),
    ...findTags(playlist, "EXT-X-MEDIA").flatMap((tag) => parseAttributes(tag)["URI"] ?? []),
  ];
  const live = broadcast.isLive ? "live" : "media";
  const kind = format === "fmp4" ? live : `${live}Ts`;
  const names = new Set(renditions.map(({ name }) => name));
  const seen = new Set<string>();
  for (const uri of uris) {
    const route = resolveUrl(uri, presentation, report) as UrlTarget | undefined;
    if (!route) continue;
    if (route.kind !== kind || !names.has(route.rendition ?? "")) {
      report("URL", `'${uri}' is not a playlist of a rendition, expected kind ${kind}`);
    } else seen.add(route.rendition!);
  }
  const muxed = format === "ts" ? getMuxedAudio(presentation)?.name : undefined;
  const hasAvc = renditions.some(({ codec: { family } }) => family === "avc");
  for (const { name, codec: { family } } of renditions) {
    const isReplaced = format === "ts" && family === "hevc" && hasAvc;
    if (seen.has(name) || name === muxed || isReplaced) continue;
    reportAt(0, name)("missing rendition", "its playlist is not referenced");
  }
}

/** Segments between two discontinuities. */
interface Part {
  readonly first: Uri;
  readonly segments: Uri[];
}

function checkPlaylist(
  broadcast: Broadcast,
  name: string,
  { format, isWindow }: ChannelPlaylists,
  check: ManifestCheck,
): void {
  const { builder, generators, reportAt, tally } = check;
  const report = reportAt(0, name);
  const text = builder.generate(
    () => generators.playlist(broadcast, name, { format, isWindow }),
    report,
  );
  const playlist = text && tryRead(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return;
  tally.bytes += text.length;
  const periods = selectPeriods(broadcast, format);
  const { isLive } = broadcast;
  const listed = periods.flatMap((period) => {
    const isContinued = period.isOver && (isLive || period !== periods.at(-1));
    return listPeriod(period, { name, format, check }, isContinued);
  });
  checkHeader(playlist, broadcast, { name, isWindow, first: listed[0], check });
  const parts = splitParts(playlist);
  if (parts.length !== listed.length) {
    return report("period", `got ${parts.length} parts, expected ${listed.length}`);
  }
  for (const [i, period] of listed.entries()) checkPart(parts[i]!, period, { format, check });
}

/** Each segment has the UTC of its decode time, to the millisecond. */
function checkDate(segment: Uri, expected: number, report: Report): void {
  const date = Date.parse(getTagValue(segment, "EXT-X-PROGRAM-DATE-TIME") ?? "");
  if (Math.abs(date - expected) <= 0.5001) return;
  report("period", `EXT-X-PROGRAM-DATE-TIME is ${date}, expected ${expected}`);
}

/** In seconds: durations are rounded to the target duration (§4.4.3.1). */
const MAX_ROUNDED_DOWN = 0.499;

/** The last segment lasts to the end of the longest rendition, as far as the target duration allows. In seconds. */
function findCommonEnd(
  { renditions }: ExpectedPeriod,
  { decodeTime, decodeEnd, timescale }: {
    readonly decodeTime: number;
    readonly decodeEnd: number;
    readonly timescale: number;
  },
  targetDuration: number,
): number {
  const ends = renditions.map(({ segments, timescale }) => segments.at(-1)!.decodeEnd / timescale);
  const limit = decodeTime / timescale + targetDuration + MAX_ROUNDED_DOWN;
  return Math.max(decodeEnd / timescale, Math.min(findMax(ends), limit));
}

interface ListedPeriod {
  readonly period: ExpectedPeriod;
  readonly served: BroadcastPeriod;
  /** True if another period follows, or may: all renditions end together. */
  readonly isContinued: boolean;
  /** With the listed segments alone. */
  readonly rendition: ExpectedRendition;
}

/** Segments of MPEG-TS are listed if they have all their audio. */
function listPeriod(
  served: BroadcastPeriod,
  { name, format, check }: { name: string; format: SegmentFormat; check: ManifestCheck },
  isContinued: boolean,
): ListedPeriod[] {
  const period = check.expected.find(({ number }) => number === served.number);
  const all = period?.renditions.find((rendition) => rendition.name === name);
  const { presentation } = served;
  if (!period || !all) return [];
  const media = presentation.renditions.get(name) as MediaRendition;
  const { first, end } = getListedSegments(presentation, media, format);
  const segments = all.segments.slice(first, end);
  if (segments.length === 0) return [];
  return [{
    period,
    served,
    isContinued,
    rendition: { ...all, segments, firstOrdinal: all.firstOrdinal + first },
  }];
}

function checkHeader(
  playlist: Playlist,
  { isLive, targetDuration }: Broadcast,
  { name, isWindow, first, check }: {
    readonly name: string;
    readonly isWindow: boolean;
    readonly first: ListedPeriod | undefined;
    readonly check: ManifestCheck;
  },
): void {
  const report = check.reportAt(0, name);
  const target = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  if (target !== targetDuration) {
    report("target duration", `got ${target}, expected ${targetDuration}`);
  }
  const sequence = Number(getTagValue(playlist, "EXT-X-MEDIA-SEQUENCE") ?? 0);
  if (first && sequence !== first.rendition.firstOrdinal) {
    report(
      "ordinal",
      `EXT-X-MEDIA-SEQUENCE is ${sequence}, expected ${first.rendition.firstOrdinal}`,
    );
  }
  const discontinuities = Number(getTagValue(playlist, "EXT-X-DISCONTINUITY-SEQUENCE") ?? 0);
  if (first && discontinuities !== first.period.number) {
    const expected = first.period.number;
    report("period", `EXT-X-DISCONTINUITY-SEQUENCE is ${discontinuities}, expected ${expected}`);
  }
  const hasEnd = findTags(playlist, "EXT-X-ENDLIST").length > 0;
  if (hasEnd === isLive) report("manifest", `EXT-X-ENDLIST is ${hasEnd ? "there" : "missing"}`);
  const type = getTagValue(playlist, "EXT-X-PLAYLIST-TYPE");
  const expected = isWindow ? undefined : "VOD";
  if (type !== expected) report("manifest", `EXT-X-PLAYLIST-TYPE is ${type}, expected ${expected}`);
}

function splitParts({ uris }: Playlist): Part[] {
  const parts: Part[] = [];
  for (const uri of uris) {
    const last = parts.at(-1);
    const starts = uri.tags.some(({ name }) => name === "EXT-X-DISCONTINUITY");
    if (last && !starts) last.segments.push(uri);
    else parts.push({ first: uri, segments: [uri] });
  }
  return parts;
}

/** In seconds: durations are rounded to the microsecond. */
const MAX_ROUNDING = 1.5e-6;

function checkPart(
  { first, segments }: Part,
  { period, served, rendition, isContinued }: ListedPeriod,
  { format, check }: { format: SegmentFormat; check: ManifestCheck },
): void {
  const { number, start } = period;
  const { name, type, timescale } = rendition;
  const { presentation } = served;
  const report = check.reportAt(number, name);
  check.tally.segments += segments.length;
  if (format === "fmp4") {
    const [map] = findTags(first, "EXT-X-MAP");
    const uri = map && parseAttributes(map)["URI"];
    if (uri === undefined) report("manifest", "EXT-X-MAP is missing");
    else checkUrl(uri, { kind: "init", rendition: name }, { presentation, report });
  }
  if (segments.length !== rendition.segments.length) {
    const rule = segments.length < rendition.segments.length
      ? "missing segment"
      : "unknown segment";
    report(rule, `got ${segments.length} segments, expected ${rendition.segments.length}`);
  }
  const kind = format === "fmp4" ? "cmaf" : type === "audio" ? "packedAudio" : "mpegts";
  for (const [i, { time, decodeTime, decodeEnd }] of rendition.segments.entries()) {
    const segment = segments[i];
    if (!segment) return;
    const at = check.reportAt(number, name, i);
    const target = { kind, rendition: name, time };
    if (!checkUrl(segment.uri, target, { presentation, report: at })) return;
    checkDate(segment, start / 1000 + 1000 * decodeTime / timescale, at);
    const seconds = parseFloat(getTagValue(segment, "EXTINF") ?? "");
    const isLast = isContinued && i === rendition.segments.length - 1;
    const startSeconds = decodeTime / timescale;
    const expected = isLast
      ? findCommonEnd(period, { decodeTime, decodeEnd, timescale }, presentation.targetDuration) -
        startSeconds
      : decodeEnd / timescale - startSeconds;
    const tolerance = MAX_ROUNDING + (isLast ? 1 / timescale : 0);
    if (!(Math.abs(seconds - expected) <= tolerance)) {
      at("EXTINF", `got ${seconds}, expected ${expected}`);
    }
    const limit = presentation.targetDuration;
    if (Math.round(seconds) > limit) at("target duration", `${seconds} s exceed ${limit} s`);
  }
}
