/** Compares HLS playlists of a channel (RFC 8216bis) with what is listed. */

import { selectPeriods } from "../../hls/live_periods.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getListedSegments } from "../../hls/media_playlist.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { isSupportedInFmp4 } from "../../hls/support.ts";
import type { Broadcast, BroadcastPeriod } from "../../presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../presentation/presentation.ts";
import { parseRoute } from "../../server/routes.ts";
import { tryRead } from "../build.ts";
import { checkUrl } from "../manifests/segment_list.ts";
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
    const route = parseRoute(`/channel.json/${uri}`) as { kind: string; rendition?: string };
    if (route.kind !== kind || !names.has(route.rendition ?? "")) {
      report("URL", `'${uri}' is not a playlist of a rendition, expected kind ${kind}`);
    } else seen.add(route.rendition!);
  }
  const { presentation } = broadcast.periods.at(-1)!;
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
  const listed = periods.flatMap((period) => listPeriod(period, { name, format, check }));
  checkHeader(playlist, broadcast, { name, isWindow, first: listed[0], check });
  const parts = splitParts(playlist);
  if (parts.length !== listed.length) {
    return report("period", `got ${parts.length} parts, expected ${listed.length}`);
  }
  for (const [i, period] of listed.entries()) checkPart(parts[i]!, period, { format, check });
}

interface ListedPeriod {
  readonly period: ExpectedPeriod;
  readonly served: BroadcastPeriod;
  /** With the listed segments alone. */
  readonly rendition: ExpectedRendition;
}

/** Segments of MPEG-TS are listed if they have all their audio. */
function listPeriod(
  served: BroadcastPeriod,
  { name, format, check }: { name: string; format: SegmentFormat; check: ManifestCheck },
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
  { period, served, rendition }: ListedPeriod,
  { format, check }: { format: SegmentFormat; check: ManifestCheck },
): void {
  const { number, start } = period;
  const { name, type, timescale } = rendition;
  const { presentation } = served;
  const report = check.reportAt(number, name);
  check.tally.segments += segments.length;
  const date = Date.parse(getTagValue(first, "EXT-X-PROGRAM-DATE-TIME") ?? "");
  const expectedDate = start / 1000 + 1000 * rendition.segments[0]!.decodeTime / timescale;
  if (!(Math.abs(date - expectedDate) <= 0.5001)) {
    report("period", `EXT-X-PROGRAM-DATE-TIME is ${date}, expected ${expectedDate}`);
  }
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
    const seconds = parseFloat(getTagValue(segment, "EXTINF") ?? "");
    const expected = (decodeEnd - decodeTime) / timescale;
    if (!(Math.abs(seconds - expected) <= MAX_ROUNDING)) {
      at("EXTINF", `got ${seconds}, expected ${expected}`);
    }
    const limit = presentation.targetDuration;
    if (Math.round(seconds) > limit) at("target duration", `${seconds} s exceed ${limit} s`);
  }
}
