/** Compares playlists of the key frames of a channel (RFC 8216bis §4.4.3.6) with what its index states. */

import { findMax } from "../../extremes.ts";
import { selectPeriods } from "../../hls/live_periods.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import { tryRead } from "../build.ts";
import type { Report } from "../findings.ts";
import { checkUrl } from "../manifests/segment_list.ts";
import {
  findTags,
  getTagValue,
  parseAttributes,
  type Playlist,
  readPlaylist,
} from "../readers/playlist.ts";
import type { ManifestCheck } from "./manifest_check.ts";
import {
  checkDate,
  type ListedPeriod,
  listPeriod,
  type PlaylistPart,
  splitParts,
} from "./playlist_parts.ts";

/** Key frames of a rendition in a period, in its timescale. */
export interface ExpectedKeyFrames {
  /** Presentation times. */
  readonly times: readonly number[];
  /** End of the last segment that is listed. */
  readonly end: number;
  /** False if segments are listed of which the archive did not state yet how they start. */
  readonly isComplete: boolean;
}

/** Finds the segments that start with a key frame. */
export function findKeyFrames(
  { expected, contents }: Pick<ManifestCheck, "expected" | "contents">,
  number: number,
  name: string,
): ExpectedKeyFrames {
  const listed = expected.find((period) => period.number === number)?.renditions
    .find((rendition) => rendition.name === name);
  const period = contents.periods.find((period) => period.number === number);
  const track = period?.tracks.find(({ track }) => track.name === name);
  const starts = new Map(track?.segments.map((it) => [it.end, it.startsWithKeyFrame]));
  const segments = listed?.segments ?? [];
  return {
    times: segments.filter(({ end }) => starts.get(end)).map(({ time }) => time),
    end: segments.at(-1)?.end ?? 0,
    isComplete: segments.every(({ end }) => starts.has(end)),
  };
}

/** Checks the playlist of a rendition of a broadcast that is over. */
export function checkChannelIframes(
  broadcast: Broadcast,
  { name, format }: { readonly name: string; readonly format: SegmentFormat },
  check: ManifestCheck,
): void {
  const { builder, generators, reportAt, tally } = check;
  const periods = selectPeriods(broadcast, format)
    .flatMap((period) => listPeriod(period, { name, format, check }, false))
    .map((listed) => ({ listed, frames: findKeyFrames(check, listed.period.number, name) }))
    .filter(({ frames }) => frames.times.length > 0 || !frames.isComplete);
  if (periods.length === 0) return; // there is no playlist
  const report = reportAt(0, name);
  const text = builder.generate(() => generators.iframes(broadcast, name, format), report);
  const playlist = text && tryRead(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return;
  tally.bytes += text.length;
  if (periods.some(({ frames }) => !frames.isComplete)) return; // it has grown meanwhile
  checkHeader(playlist, periods[0]!.listed, report);
  checkTarget(playlist, broadcast.targetDuration, report);
  const parts = splitParts(playlist);
  if (parts.length !== periods.length) {
    return report("period", `got ${parts.length} parts of key frames, expected ${periods.length}`);
  }
  for (const [i, period] of periods.entries()) checkPart(parts[i]!, period, { format, check });
}

function checkHeader(
  playlist: Playlist,
  { period, rendition }: ListedPeriod,
  report: Report,
): void {
  for (const tag of ["EXT-X-I-FRAMES-ONLY", "EXT-X-ENDLIST"]) {
    if (findTags(playlist, tag).length !== 1) report("manifest", `${tag} is missing`);
  }
  const expect = (tag: string, expected: string) => {
    const got = getTagValue(playlist, tag);
    if (got !== expected) report("manifest", `${tag} is ${got}, expected ${expected}`);
  };
  expect("EXT-X-PLAYLIST-TYPE", "VOD");
  expect("EXT-X-MEDIA-SEQUENCE", String(rendition.firstOrdinal));
  expect("EXT-X-DISCONTINUITY-SEQUENCE", String(period.number));
}

/** EXT-X-TARGETDURATION is that of the broadcast, or longer where key frames are further apart. */
function checkTarget(playlist: Playlist, targetDuration: number, report: Report): void {
  const got = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  const durations = playlist.uris.map((uri) => Math.round(getSeconds(uri)));
  const expected = findMax(durations, targetDuration);
  if (got !== expected) report("target duration", `got ${got}, expected ${expected}`);
}

const getSeconds = (uri: Playlist["uris"][number]) => parseFloat(getTagValue(uri, "EXTINF") ?? "");

/** In seconds: durations are rounded to the microsecond. */
const MAX_ROUNDING = 1.5e-6;

function checkPart(
  { first, segments }: PlaylistPart,
  { listed, frames }: { readonly listed: ListedPeriod; readonly frames: ExpectedKeyFrames },
  { format, check }: { readonly format: SegmentFormat; readonly check: ManifestCheck },
): void {
  const { period: { number, start }, served: { presentation }, rendition } = listed;
  const { name, timescale } = rendition;
  const report = check.reportAt(number, name);
  check.tally.segments += segments.length;
  const [map] = findTags(first, "EXT-X-MAP");
  const uri = map && parseAttributes(map)["URI"];
  if (format === "ts" ? map : uri === undefined) {
    report("manifest", `EXT-X-MAP is ${map ? "there" : "missing"}`);
  } else if (uri !== undefined) {
    checkUrl(uri, { kind: "init", rendition: name }, { presentation, report });
  }
  const { times, end } = frames;
  checkDate(first, start / 1000 + 1000 * times[0]! / timescale, report);
  if (segments.length !== times.length) {
    const rule = segments.length < times.length ? "missing segment" : "unknown segment";
    report(rule, `got ${segments.length} key frames, expected ${times.length}`);
  }
  const kind = format === "fmp4" ? "keyFrame" : "keyFrameTs";
  for (const [i, time] of times.entries()) {
    const segment = segments[i];
    if (!segment) return;
    const target = { kind, rendition: name, time };
    if (!checkUrl(segment.uri, target, { presentation, report })) return;
    const expected = ((times[i + 1] ?? end) - time) / timescale;
    const seconds = getSeconds(segment);
    if (Math.abs(seconds - expected) <= MAX_ROUNDING) continue;
    report("EXTINF", `got ${seconds} of key frame ${i + 1}, expected ${expected}`);
  }
}
