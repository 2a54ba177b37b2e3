/** Compares media playlists (RFC 8216bis §4.4.3) with the segments that they list. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getStppTracks } from "../../hls/support.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { findDependentSegments } from "../measurements.ts";
import type { Report } from "../findings.ts";
import { checkKeyLines } from "./hls_keys.ts";
import { checkStarts, checkUrl, resolveUrl } from "./segment_list.ts";
import { getPresentationEnd, getSegmentBoundaries, getSegmentStarts } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { findTags, getTagValue, parseAttributes, readPlaylist } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { tryRead } from "../build.ts";

interface ExpectedList {
  readonly name: string;
  readonly routeKind: string;
  readonly urlTimes: readonly number[];
  /** On EXTINF's timeline, in ticks, with the end of the last segment. */
  readonly boundaries: readonly number[];
  readonly timescale: number;
}

/** @returns undefined, with a finding, if the playlist cannot be read */
export function checkPlaylist(
  context: ManifestContext,
  rendition: Rendition,
  format: SegmentFormat,
): Playlist | undefined {
  const { presentation, builder } = context;
  const report = context.reportAt(rendition.name);
  const text = builder.generate(
    () => builder.generators.mediaPlaylist(presentation, rendition, format),
    report,
  );
  const playlist = read(text, report);
  if (!playlist) return undefined;
  checkKeyLines(playlist, rendition, { context, format });
  const expected = rendition.type === "text"
    ? listSubtitles(rendition, format, presentation)
    : listMedia(rendition, context, format);
  checkSegments(playlist, expected, context);
  if (rendition.type !== "video" && rendition.type !== "audio") return playlist;
  checkIndependence(playlist, rendition.name, context);
  if (format === "fmp4") checkMap(playlist, rendition.name, context);
  const target = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  if (target !== context.targetSeconds) {
    report("target duration", `got ${target} s, expected ${context.targetSeconds} s`);
  }
  return playlist;
}

/** Checks that key frames are resources of their own, without byte ranges. */
export function checkIframes(
  context: ManifestContext,
  rendition: MediaRendition,
  format: SegmentFormat,
): void {
  const { presentation, builder, measurements } = context;
  const { name, timing: { timescale } } = rendition;
  const report = context.reportAt(name);
  const text = builder.generate(
    () => builder.generators.iframePlaylist(presentation, rendition, format),
    report,
  );
  const playlist = read(text, report);
  if (!playlist) return;
  checkKeyLines(playlist, rendition, { context, format });
  const { keyFrames, tsKeyFrames } = measurements.get(name)!;
  const urlTimes = (format === "fmp4" ? keyFrames : tsKeyFrames).map(({ time }) => time);
  const end = Math.max(getPresentationEnd(context, rendition), (urlTimes.at(-1) ?? 0) + 1);
  const isEdited = rendition.track.samples.hidden !== undefined; // then the first one need not be at the start
  const starts = isEdited && urlTimes.length > 0
    ? [getSegmentStarts(context, rendition)[0]!, ...urlTimes.slice(1)]
    : urlTimes;
  const routeKind = format === "fmp4" ? "keyFrame" : "keyFrameTs";
  checkSegments(
    playlist,
    { name, routeKind, urlTimes, boundaries: [...starts, end], timescale },
    context,
  );
  if (format === "fmp4") checkMap(playlist, name, context);
  else if (findTags(playlist, "EXT-X-MAP").length > 0) report("manifest", "MPEG-TS has EXT-X-MAP");
  if (findTags(playlist, "EXT-X-I-FRAMES-ONLY").length !== 1) {
    report("manifest", "EXT-X-I-FRAMES-ONLY is missing");
  }
  for (const [i, uri] of playlist.uris.entries()) {
    const range = getTagValue(uri, "EXT-X-BYTERANGE");
    if (range !== undefined) context.reportAt(name, i)("byte range", `got ${range}, expected none`);
  }
}

function read(text: string | undefined, report: Report): Playlist | undefined {
  return text === undefined ? undefined : tryRead(() => readPlaylist(text), report, "manifest");
}

function listSubtitles(
  { name, times, timescale, stpp }: SubtitleRendition,
  format: SegmentFormat,
  presentation: Presentation,
): ExpectedList {
  if (stpp && getStppTracks(presentation, format).length > 0) {
    const [, ...ends] = stpp.timeline.times;
    const starts = [...stpp.timeline.times.subarray(0, -1)];
    const { timescale } = stpp.timing;
    return { name, routeKind: "cmaf", urlTimes: starts, boundaries: [0, ...ends], timescale };
  }
  const boundaries = [...times];
  const kind = format === "fmp4" ? "webvtt" : "webvttTs";
  return { name, routeKind: kind, urlTimes: boundaries.slice(0, -1), boundaries, timescale };
}

/** EXTINF is a duration in presentation time for images, in decode time for audio and video. */
function listMedia(
  rendition: MediaRendition,
  context: ManifestContext,
  format: SegmentFormat,
): ExpectedList {
  const { name, type, timing: { timescale } } = rendition;
  const starts = getSegmentStarts(context, rendition);
  if (type === "image") {
    const [, ...ends] = getSegmentBoundaries(context, rendition); // the first image lasts from 0 on
    return { name, routeKind: "image", urlTimes: starts, boundaries: [0, ...ends], timescale };
  }
  const { cmaf } = context.measurements.get(name)!;
  const decodeTimes = starts.map((_, i) => cmaf[i]?.decodeStart ?? NaN);
  const kind = format === "fmp4" ? "cmaf" : type === "video" ? "mpegts" : "packedAudio";
  return {
    name,
    routeKind: kind,
    urlTimes: starts,
    boundaries: [...decodeTimes, cmaf.at(-1)?.decodeEnd ?? NaN],
    timescale,
  };
}

/** EXTINF has six digits, and boundaries are rounded. */
const ROUNDING_MICROSECONDS = 1;

function checkSegments(playlist: Playlist, expected: ExpectedList, context: ManifestContext): void {
  const { name, boundaries, timescale } = expected;
  context.tally.segments += playlist.uris.length;
  if (findTags(playlist, "EXT-X-ENDLIST").length !== 1) {
    context.reportAt(name)("manifest", "EXT-X-ENDLIST is missing");
  }
  const times = checkUris(playlist, expected, context);
  checkTotal(playlist, expected, context);
  const target = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  for (const [i, uri] of playlist.uris.entries()) {
    const index = expected.urlTimes.indexOf(times[i]!, Math.max(0, i - 1));
    const seconds = Number(/^(\d+(?:\.\d+)?),/.exec(getTagValue(uri, "EXTINF") ?? "")?.[1] ?? NaN);
    const report = context.reportAt(name, i);
    if (Math.round(seconds) > target) {
      report("target duration", `it is ${target} s, but a segment lasts ${seconds} s`);
    }
    if (index < 0 || Number.isNaN(boundaries[index]! + boundaries[index + 1]!)) continue;
    const [from, to] = [boundaries[index]!, boundaries[index + 1]!].map((time) =>
      Math.round(time / timescale * 1e6)
    );
    if (Math.abs(seconds * 1e6 - (to! - from!)) <= ROUNDING_MICROSECONDS + 1e-3) continue;
    report("EXTINF", `got ${seconds} s, expected ${((to! - from!) / 1e6).toFixed(6)} s`);
  }
}

const MAX_TOTAL_ERROR_SECONDS = 1e-5;

/** EXTINFs add up to the duration of the rendition. */
function checkTotal(
  { uris }: Playlist,
  { name, boundaries, timescale }: ExpectedList,
  context: ManifestContext,
): void {
  const total = uris.reduce((sum, uri) => sum + parseFloat(getTagValue(uri, "EXTINF") ?? ""), 0);
  const expected = (boundaries.at(-1)! - boundaries[0]!) / timescale;
  if (Number.isNaN(expected) || Math.abs(total - expected) <= MAX_TOTAL_ERROR_SECONDS) return;
  context.reportAt(name)("duration", `EXTINFs add up to ${total} s, expected ${expected} s`);
}

/** @returns the time in each URI, or NaN */
function checkUris(
  { uris }: Playlist,
  { name, routeKind, urlTimes }: ExpectedList,
  context: ManifestContext,
): number[] {
  const { presentation } = context;
  const times = uris.map(({ uri }, i) => {
    const route = resolveUrl(uri, presentation, context.reportAt(name, i));
    if (!route) return NaN;
    const time = "time" in route ? route.time : NaN;
    const target = { kind: routeKind, rendition: name, time };
    checkUrl(uri, target, { presentation, report: context.reportAt(name, i) });
    return time;
  });
  checkStarts(times.filter((time) => !Number.isNaN(time)), urlTimes, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  return times;
}

/** Checks EXT-X-MAP (§4.4.4.5). */
function checkMap(playlist: Playlist, name: string, context: ManifestContext): void {
  const report = context.reportAt(name);
  const [map, ...more] = findTags(playlist, "EXT-X-MAP");
  if (!map || more.length > 0) return report("manifest", "there is not exactly one EXT-X-MAP");
  const { presentation } = context;
  checkUrl(parseAttributes(map)["URI"] ?? "", { kind: "init", rendition: name }, {
    presentation,
    report,
  });
}

export function checkIndependence(
  playlist: Playlist,
  name: string,
  context: ManifestContext,
): void {
  if (findTags(playlist, "EXT-X-INDEPENDENT-SEGMENTS").length === 0) return;
  const message = "needs the previous one, despite EXT-X-INDEPENDENT-SEGMENTS";
  for (const index of findDependentSegments(context.measurements.get(name)!)) {
    context.reportAt(name, index)("key frame", message);
  }
}
