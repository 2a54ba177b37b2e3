/** Media playlists (RFC 8216bis §4.4.3), held against the segments that they list. */

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
import { checkStarts, checkUrl, resolveUrl } from "./segment_list.ts";
import { getPresentationEnd, getSegmentStarts } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { findTags, getTagValue, parseAttributes, readPlaylist } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { readBack } from "../build.ts";

/** What a playlist should list. */
interface Listed {
  readonly name: string;
  /** Of the targets of its URIs. */
  readonly kind: string;
  /** Starts of segments, as their URLs report them. */
  readonly starts: readonly number[];
  /** Boundaries of what EXTINF says, one more than there are segments; in ticks. */
  readonly boundaries: readonly number[];
  readonly timescale: number;
}

export function checkPlaylist(
  context: ManifestContext,
  rendition: Rendition,
  format: SegmentFormat,
): void {
  const { presentation, builder } = context;
  const report = context.reportAt(rendition.name);
  const text = builder.make(
    () => builder.generators.mediaPlaylist(presentation, rendition, format),
    report,
  );
  const playlist = read(text, report);
  if (!playlist) return;
  const listed = rendition.type === "text"
    ? textListing(rendition, format, presentation)
    : mediaListing(rendition, context, format);
  checkSegments(playlist, listed, context);
  if (rendition.type !== "video" && rendition.type !== "audio") return;
  checkIndependence(playlist, rendition.name, context);
  if (format === "fmp4") checkMap(playlist, rendition.name, context);
  const target = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  if (target !== context.target) {
    report("target duration", `it is ${target} instead of ${context.target} s`);
  }
}

/** Key frames: each is the start of a segment, up to the end of its first sample. */
export function checkIframes(context: ManifestContext, rendition: MediaRendition): void {
  const { presentation, builder, measurements } = context;
  const { name } = rendition;
  const report = context.reportAt(name);
  const text = builder.make(
    () => builder.generators.iframePlaylist(presentation, rendition),
    report,
  );
  const playlist = read(text, report);
  if (!playlist) return;
  const { cmaf } = measurements.get(name)!;
  const starts = getSegmentStarts(context, rendition);
  const shown = starts.map((time, i) => cmaf[i]?.shown ?? time);
  const boundaries = [
    ...shown,
    Math.max(getPresentationEnd(context, rendition), starts.at(-1)! + 1),
  ];
  const { timescale } = rendition.timing;
  checkSegments(playlist, { name, kind: "cmaf", starts, boundaries, timescale }, context);
  checkMap(playlist, name, context);
  if (findTags(playlist, "EXT-X-I-FRAMES-ONLY").length !== 1) {
    report("manifest", "it does not report that it is of key frames");
  }
  for (const [i, uri] of playlist.uris.entries()) {
    const range = getTagValue(uri, "EXT-X-BYTERANGE");
    const expected = `${cmaf[i]?.firstEnd}@0`;
    if (cmaf[i] && range !== expected) {
      context.reportAt(name, i)(
        "byte range",
        `it is ${range}, the first sample ends at ${expected}`,
      );
    }
  }
}

function read(text: string | undefined, report: Report): Playlist | undefined {
  return text === undefined ? undefined : readBack(() => readPlaylist(text), report, "manifest");
}

function textListing(
  { name, times, timescale, stpp }: SubtitleRendition,
  format: SegmentFormat,
  presentation: Presentation,
): Listed {
  if (stpp && getStppTracks(presentation, format).length > 0) {
    const [, ...ends] = stpp.timeline.times;
    const starts = [...stpp.timeline.times.subarray(0, -1)];
    const { timescale } = stpp.timing;
    return { name, kind: "cmaf", starts, boundaries: [0, ...ends], timescale };
  }
  const boundaries = [...times];
  const kind = format === "fmp4" ? "webvtt" : "webvttTs";
  return { name, kind, starts: boundaries.slice(0, -1), boundaries, timescale };
}

/** Images are listed by when they are shown, all else by when it is decoded. */
function mediaListing(
  rendition: MediaRendition,
  context: ManifestContext,
  format: SegmentFormat,
): Listed {
  const { name, type, timing: { timescale } } = rendition;
  const starts = getSegmentStarts(context, rendition);
  if (type === "image") {
    const boundaries = [
      ...starts,
      Math.max(getPresentationEnd(context, rendition), starts.at(-1)! + 1),
    ];
    return { name, kind: "image", starts, boundaries, timescale };
  }
  const { cmaf } = context.measurements.get(name)!;
  const decoded = starts.map((_, i) => cmaf[i]?.start ?? NaN);
  const kind = format === "fmp4" ? "cmaf" : type === "video" ? "mpegts" : "packedAudio";
  return { name, kind, starts, boundaries: [...decoded, cmaf.at(-1)?.end ?? NaN], timescale };
}

/** In microseconds: EXTINF has six digits, and each point in time is rounded by itself. */
const ROUNDING = 1;

function checkSegments(playlist: Playlist, listed: Listed, context: ManifestContext): void {
  const { name, boundaries, timescale } = listed;
  const report = context.reportAt(name);
  context.tally.segments += playlist.uris.length;
  if (findTags(playlist, "EXT-X-ENDLIST").length !== 1) {
    report("manifest", "it does not end with EXT-X-ENDLIST");
  }
  const times = checkUris(playlist, listed, context);
  const target = Number(getTagValue(playlist, "EXT-X-TARGETDURATION"));
  for (const [i, uri] of playlist.uris.entries()) {
    const index = listed.starts.indexOf(times[i]!, Math.max(0, i - 1));
    const seconds = Number(/^(\d+(?:\.\d+)?),/.exec(getTagValue(uri, "EXTINF") ?? "")?.[1] ?? NaN);
    const tell = context.reportAt(name, i);
    if (Math.round(seconds) > target) {
      tell("target duration", `it is ${target} s, and a segment lasts ${seconds} s`);
    }
    if (index < 0 || Number.isNaN(boundaries[index]! + boundaries[index + 1]!)) continue;
    const [from, to] = [boundaries[index]!, boundaries[index + 1]!].map((time) =>
      Math.round(time / timescale * 1e6)
    );
    if (Math.abs(seconds * 1e6 - (to! - from!)) <= ROUNDING + 1e-3) continue;
    tell("EXTINF", `it is ${seconds} instead of ${((to! - from!) / 1e6).toFixed(6)} s`);
  }
}

/** @returns the time that each URI says */
function checkUris(
  { uris }: Playlist,
  { name, kind, starts }: Listed,
  context: ManifestContext,
): number[] {
  const { presentation } = context;
  const times = uris.map(({ uri }, i) => {
    const target = resolveUrl(uri, presentation, context.reportAt(name, i));
    if (!target) return NaN;
    const time = "time" in target ? target.time : NaN;
    const wanted = { kind, rendition: name, time };
    checkUrl(uri, wanted, { presentation, report: context.reportAt(name, i) });
    return time;
  });
  checkStarts(times.filter((time) => !Number.isNaN(time)), starts, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  return times;
}

/** EXT-X-MAP (§4.4.4.5) leads to the init. */
function checkMap(playlist: Playlist, name: string, context: ManifestContext): void {
  const report = context.reportAt(name);
  const [map, ...more] = findTags(playlist, "EXT-X-MAP");
  if (!map || more.length > 0) return report("manifest", "it has not one EXT-X-MAP");
  const { presentation } = context;
  checkUrl(parseAttributes(map)["URI"] ?? "", { kind: "init", rendition: name }, {
    presentation,
    report,
  });
}

/** What says that its segments are independent has such alone. */
export function checkIndependence(
  playlist: Playlist,
  name: string,
  context: ManifestContext,
): void {
  if (findTags(playlist, "EXT-X-INDEPENDENT-SEGMENTS").length === 0) return;
  const message = "it needs the one before it, against EXT-X-INDEPENDENT-SEGMENTS";
  for (const index of findDependentSegments(context.measurements.get(name)!)) {
    context.reportAt(name, index)("key frame", message);
  }
}
