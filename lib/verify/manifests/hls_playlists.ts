/** Media playlists (RFC 8216bis §4.4.3), held against the segments that they list. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getStppTracks } from "../../hls/support.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { dependent } from "../measurements.ts";
import type { Say } from "../findings.ts";
import { checkStarts, checkUrl, targetOf } from "./segment_list.ts";
import { endOf, startsOf } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { attributesOf, readPlaylist, tagsOf, valueOf } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { readBack } from "../build.ts";

/** What a playlist should list. */
interface Listed {
  readonly name: string;
  /** Of the targets of its URIs. */
  readonly kind: string;
  /** Starts of segments, as their URLs say them. */
  readonly starts: readonly number[];
  /** Boundaries of what EXTINF says, one more than there are segments; in ticks. */
  readonly boundaries: readonly number[];
  readonly timescale: number;
}

export function checkPlaylist(
  context: ManifestContext,
  rendition: Rendition,
  form: SegmentFormat,
): void {
  const { presentation, bench } = context;
  const say = context.sayOf(rendition.name);
  const text = bench.make(() => bench.writers.mediaPlaylist(presentation, rendition, form), say);
  const playlist = read(text, say);
  if (!playlist) return;
  const listed = rendition.type === "text"
    ? textListing(rendition, form, presentation)
    : mediaListing(rendition, context, form);
  checkSegments(playlist, listed, context);
  if (rendition.type !== "video" && rendition.type !== "audio") return;
  checkIndependence(playlist, rendition.name, context);
  if (form === "fmp4") checkMap(playlist, rendition.name, context);
  const target = Number(valueOf(playlist, "EXT-X-TARGETDURATION"));
  if (target !== context.target) {
    say("target duration", `it is ${target} instead of ${context.target} s`);
  }
}

/** Key frames: each is the start of a segment, up to the end of its first sample. */
export function checkIframes(context: ManifestContext, rendition: MediaRendition): void {
  const { presentation, bench, facts } = context;
  const { name } = rendition;
  const say = context.sayOf(name);
  const text = bench.make(() => bench.writers.iframePlaylist(presentation, rendition), say);
  const playlist = read(text, say);
  if (!playlist) return;
  const { cmaf } = facts.get(name)!;
  const starts = startsOf(context, rendition);
  const shown = starts.map((time, i) => cmaf[i]?.shown ?? time);
  const boundaries = [...shown, Math.max(endOf(context, rendition), starts.at(-1)! + 1)];
  const { timescale } = rendition.timing;
  checkSegments(playlist, { name, kind: "cmaf", starts, boundaries, timescale }, context);
  checkMap(playlist, name, context);
  if (tagsOf(playlist, "EXT-X-I-FRAMES-ONLY").length !== 1) {
    say("manifest", "it does not say that it is of key frames");
  }
  for (const [i, uri] of playlist.uris.entries()) {
    const range = valueOf(uri, "EXT-X-BYTERANGE");
    const expected = `${cmaf[i]?.firstEnd}@0`;
    if (cmaf[i] && range !== expected) {
      context.sayOf(name, i)("byte range", `it is ${range}, the first sample ends at ${expected}`);
    }
  }
}

function read(text: string | undefined, say: Say): Playlist | undefined {
  return text === undefined ? undefined : readBack(() => readPlaylist(text), say, "manifest");
}

function textListing(
  { name, times, timescale, stpp }: SubtitleRendition,
  form: SegmentFormat,
  presentation: Presentation,
): Listed {
  if (stpp && getStppTracks(presentation, form).length > 0) {
    const [, ...ends] = stpp.timeline.times;
    const starts = [...stpp.timeline.times.subarray(0, -1)];
    const { timescale } = stpp.timing;
    return { name, kind: "cmaf", starts, boundaries: [0, ...ends], timescale };
  }
  const boundaries = [...times];
  const kind = form === "fmp4" ? "webvtt" : "webvttTs";
  return { name, kind, starts: boundaries.slice(0, -1), boundaries, timescale };
}

/** Images are listed by when they are shown, all else by when it is decoded. */
function mediaListing(
  rendition: MediaRendition,
  context: ManifestContext,
  form: SegmentFormat,
): Listed {
  const { name, type, timing: { timescale } } = rendition;
  const starts = startsOf(context, rendition);
  if (type === "image") {
    const boundaries = [...starts, Math.max(endOf(context, rendition), starts.at(-1)! + 1)];
    return { name, kind: "image", starts, boundaries, timescale };
  }
  const { cmaf } = context.facts.get(name)!;
  const decoded = starts.map((_, i) => cmaf[i]?.start ?? NaN);
  const kind = form === "fmp4" ? "cmaf" : type === "video" ? "mpegts" : "packedAudio";
  return { name, kind, starts, boundaries: [...decoded, cmaf.at(-1)?.end ?? NaN], timescale };
}

/** In microseconds: EXTINF has six digits, and each point in time is rounded by itself. */
const ROUNDING = 1;

function checkSegments(playlist: Playlist, listed: Listed, context: ManifestContext): void {
  const { name, boundaries, timescale } = listed;
  const say = context.sayOf(name);
  context.tally.segments += playlist.uris.length;
  if (tagsOf(playlist, "EXT-X-ENDLIST").length !== 1) {
    say("manifest", "it does not end with EXT-X-ENDLIST");
  }
  const times = checkUris(playlist, listed, context);
  const target = Number(valueOf(playlist, "EXT-X-TARGETDURATION"));
  for (const [i, uri] of playlist.uris.entries()) {
    const index = listed.starts.indexOf(times[i]!, Math.max(0, i - 1));
    const seconds = Number(/^(\d+(?:\.\d+)?),/.exec(valueOf(uri, "EXTINF") ?? "")?.[1] ?? NaN);
    const tell = context.sayOf(name, i);
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
    const target = targetOf(uri, presentation, context.sayOf(name, i));
    if (!target) return NaN;
    const time = "time" in target ? target.time : NaN;
    const wanted = { kind, rendition: name, time };
    checkUrl(uri, wanted, { presentation, say: context.sayOf(name, i) });
    return time;
  });
  checkStarts(times.filter((time) => !Number.isNaN(time)), starts, (index, rule, message) => {
    context.sayOf(name, index)(rule, message);
  });
  return times;
}

/** EXT-X-MAP (§4.4.4.5) leads to the init. */
function checkMap(playlist: Playlist, name: string, context: ManifestContext): void {
  const say = context.sayOf(name);
  const [map, ...more] = tagsOf(playlist, "EXT-X-MAP");
  if (!map || more.length > 0) return say("manifest", "it has not one EXT-X-MAP");
  const { presentation } = context;
  checkUrl(attributesOf(map)["URI"] ?? "", { kind: "init", rendition: name }, {
    presentation,
    say,
  });
}

/** What says that its segments are independent has such alone. */
export function checkIndependence(
  playlist: Playlist,
  name: string,
  context: ManifestContext,
): void {
  if (tagsOf(playlist, "EXT-X-INDEPENDENT-SEGMENTS").length === 0) return;
  const message = "it needs the one before it, against EXT-X-INDEPENDENT-SEGMENTS";
  for (const index of dependent(context.facts.get(name)!)) {
    context.sayOf(name, index)("key frame", message);
  }
}
