/** Compares HLS playlists of a channel (RFC 8216bis) with what is listed. */

import { findMax } from "../../extremes.ts";
import { selectPeriods } from "../../hls/live_periods.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import { tryRead } from "../build.ts";
import { checkUrl } from "../manifests/segment_list.ts";
import {
  findTags,
  getTagValue,
  parseAttributes,
  type Playlist,
  readPlaylist,
} from "../readers/playlist.ts";
import { checkChannelIframes } from "./channel_iframes.ts";
import { checkChannelVariants, listSupported } from "./channel_variants.ts";
import type { ExpectedPeriod } from "./expected_broadcast.ts";
import type { ManifestCheck } from "./manifest_check.ts";
import {
  checkDate,
  type ListedPeriod,
  listPeriod,
  type PlaylistPart,
  splitParts,
} from "./playlist_parts.ts";

export interface ChannelPlaylists {
  readonly format: SegmentFormat;
  /** True for playlists of the window, false for those of the whole broadcast. */
  readonly isWindow: boolean;
}

/** Checks the playlists of all renditions and of their key frames, and the multivariant playlist that references them. */
export function checkChannelPlaylists(
  broadcast: Broadcast,
  { format, isWindow }: ChannelPlaylists,
  check: ManifestCheck,
): void {
  const { presentation } = broadcast.periods.at(-1)!;
  const renditions = listSupported(presentation, format);
  for (const { name } of renditions) checkPlaylist(broadcast, name, { format, isWindow }, check);
  if (isWindow !== broadcast.isLive || renditions.length === 0) return;
  checkChannelVariants(broadcast, renditions, format, check);
  if (broadcast.isLive) return;
  for (const { name, type } of renditions) {
    if (type === "video") checkChannelIframes(broadcast, { name, format }, check);
  }
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

/** In seconds: durations are rounded to the microsecond. */
const MAX_ROUNDING = 1.5e-6;

function checkPart(
  { first, segments }: PlaylistPart,
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
