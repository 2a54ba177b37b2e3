/** Compares the multivariant playlist (RFC 8216bis §4.4.6) with what it references. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getStppTracks, isSupportedInFmp4 } from "../../hls/support.ts";
import type { Rendition, SubtitleRendition } from "../../presentation/presentation.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { resolveUrl } from "./segment_list.ts";
import { isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkIframes, checkIndependence, checkPlaylist } from "./hls_playlists.ts";
import { checkSessionKeys } from "./hls_keys.ts";
import { checkSessionData } from "./metadata_signalling.ts";
import { checkHlsSignalling } from "./hls_signalling.ts";
import {
  measureBandwidth,
  measureWebvttBandwidth,
  toExactBandwidth,
} from "./measured_bandwidth.ts";
import type { DeclaredBandwidth, MeasuredBandwidth } from "./measured_bandwidth.ts";
import { findTags, parseAttributes, readPlaylist } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { tryRead } from "../build.ts";

interface HlsContext {
  readonly context: ManifestContext;
  readonly format: SegmentFormat;
  readonly playlist: Playlist;
  readonly referencedNames: Set<string>;
}

/** @returns false if the format supports no audio or video of the presentation */
export function checkHls(context: ManifestContext, format: SegmentFormat): boolean {
  const { presentation, builder, tally } = context;
  const renditions = getSupportedRenditions(context, format);
  if (!renditions.some(({ type }) => type === "video" || type === "audio")) return false;
  const medias = renditions.flatMap((rendition) => checkPlaylist(context, rendition, format) ?? []);
  for (const rendition of renditions) {
    if (rendition.type === "video") checkIframes(context, rendition, format);
  }
  const report = context.reportAt();
  const { multivariant } = builder.generators;
  const text = builder.generate(() => multivariant(presentation, format), report);
  const playlist = text === undefined
    ? undefined
    : tryRead(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return true;
  tally.bytes += text.length;
  const hls: HlsContext = { context, format, playlist, referencedNames: new Set() };
  checkMediaTags(hls);
  for (const { uri, tags } of playlist.uris) checkVariant(uri, parseAttributes(tags.at(-1)!), hls);
  checkIframeTags(hls);
  checkImageTags(hls);
  checkIndependentTag(hls);
  checkSessionKeys(playlist, medias, context);
  checkSessionData(playlist, context);
  checkHlsSignalling(playlist, { context, format });
  const muxed = format === "ts" ? getMuxedAudio(presentation) : undefined;
  for (const rendition of renditions) {
    const isReferenced = hls.referencedNames.has(rendition.name) || rendition === muxed;
    if (!isReferenced && !isReplacedByAvc(rendition, renditions, format)) {
      context.reportAt(rendition.name)("missing rendition", "its playlist is not referenced");
    }
  }
  return true;
}

/** Apple's players do not play HEVC in MPEG-TS, so it is offered only without AVC. */
function isReplacedByAvc(
  rendition: Rendition,
  renditions: readonly Rendition[],
  format: SegmentFormat,
): boolean {
  const isOf = (one: Rendition, family: string) => isMedia(one) && one.codec.family === family;
  return format === "ts" && isOf(rendition, "hevc") && renditions.some((one) => isOf(one, "avc"));
}

function getSupportedRenditions(
  { presentation }: ManifestContext,
  format: SegmentFormat,
): Rendition[] {
  return [...presentation.renditions.values()].filter((rendition) =>
    format === "fmp4" ? isSupportedInFmp4(rendition) : isSupportedInTs(rendition)
  );
}

function resolveRendition(
  uri: string,
  kind: string,
  { context, referencedNames }: HlsContext,
): Rendition | undefined {
  const report = context.reportAt();
  const route = resolveUrl(uri, context.presentation, report);
  if (!route) return undefined;
  const name = "rendition" in route && route.kind === kind ? route.rendition : "";
  const rendition = context.presentation.renditions.get(name);
  if (rendition) referencedNames.add(name);
  else report("URL", `'${uri}' is not a media playlist of a rendition`);
  return rendition;
}

function getPlaylistKind(format: SegmentFormat): string {
  return format === "fmp4" ? "media" : "mediaTs";
}

function checkMediaTags(hls: HlsContext): void {
  const report = hls.context.reportAt();
  const groups = new Map<string, Record<string, string>[]>();
  for (const tag of findTags(hls.playlist, "EXT-X-MEDIA")) {
    const attributes = parseAttributes(tag);
    const key = `${attributes["TYPE"]} ${attributes["GROUP-ID"]}`;
    groups.set(key, [...groups.get(key) ?? [], attributes]);
    const uri = attributes["URI"];
    if (uri !== undefined) resolveRendition(uri, getPlaylistKind(hls.format), hls);
  }
  for (const [key, members] of groups) {
    const defaults = members.filter((member) => member["DEFAULT"] === "YES").length;
    if (defaults > 1) report("group", `${key} has ${defaults} defaults`);
    if (new Set(members.map((member) => member["NAME"])).size < members.length) {
      report("group", `${key} has two members with the same name`);
    }
  }
}

function getGroupMembers(type: string, id: string | undefined, hls: HlsContext): Rendition[] {
  if (id === undefined) return [];
  const members = findTags(hls.playlist, "EXT-X-MEDIA").map(parseAttributes)
    .filter((member) => member["TYPE"] === type && member["GROUP-ID"] === id);
  if (members.length === 0) {
    hls.context.reportAt()("group", `the group ${type} ${id} is missing`);
  }
  return members.flatMap(({ URI }) =>
    URI === undefined ? [] : resolveRendition(URI, getPlaylistKind(hls.format), hls) ?? []
  );
}

function checkVariant(uri: string, attributes: Record<string, string>, hls: HlsContext): void {
  const main = resolveRendition(uri, getPlaylistKind(hls.format), hls);
  if (!main || !isMedia(main)) return;
  const audio = getGroupMembers("AUDIO", attributes["AUDIO"], hls).filter((member) =>
    member !== main
  );
  const subtitles = getGroupMembers("SUBTITLES", attributes["SUBTITLES"], hls);
  const kinds = main.type === "audio" ? [[main, ...audio], subtitles] : [[main], audio, subtitles];
  const bandwidths = kinds.map((kind) => kind.map((member) => getBandwidth(member, hls)));
  checkBandwidths(attributes, bandwidths, { main, hls });
}

function getBandwidth(
  rendition: Rendition,
  { context, format }: HlsContext,
): DeclaredBandwidth | undefined {
  if (!isMedia(rendition)) return getSubtitleBandwidth(rendition, { context, format });
  const counted = format === "fmp4" ? "cmaf" : "mpegts";
  return measureBandwidth(
    context.measurements.get(rendition.name)!,
    counted,
    context.targetSeconds,
  );
}

/** Uses the declared bandwidth of TTML, which DASH declares too. */
function getSubtitleBandwidth(
  rendition: SubtitleRendition,
  { context, format }: Pick<HlsContext, "context" | "format">,
): DeclaredBandwidth | undefined {
  const { stpp, name } = rendition;
  if (stpp && getStppTracks(context.presentation, format).length > 0) {
    return toExactBandwidth({ peak: stpp.bandwidth, average: stpp.averageBandwidth });
  }
  const { targetSeconds } = context;
  return measureWebvttBandwidth(context.measurements.get(name)!, rendition, {
    format,
    targetSeconds,
  });
}

/** Bandwidths of MPEG-TS are estimated from sample sizes. */
const MAX_EXCESS = { fmp4: 0, ts: 0.05 };

const ROUNDING_BPS = 2;

/** BANDWIDTH is the sum of the highest bandwidths of video, audio and subtitles (§4.4.6.2). */
function checkBandwidths(
  attributes: Record<string, string>,
  kinds: readonly (readonly (DeclaredBandwidth | undefined)[])[],
  { main, hls }: { main: Rendition; hls: HlsContext },
): void {
  if (kinds.flat().some((bandwidth) => bandwidth === undefined)) return; // reported elsewhere
  const report = hls.context.reportAt(main.name);
  for (const [name, key] of [["BANDWIDTH", "peak"], ["AVERAGE-BANDWIDTH", "average"]] as const) {
    const addUp = (get: (bandwidth: DeclaredBandwidth) => MeasuredBandwidth) =>
      kinds.map((kind) => kind.reduce((max, it) => Math.max(max, get(it!)[key]), 0))
        .reduce((sum, bandwidth) => sum + bandwidth, 0);
    const expected = addUp((bandwidth) => bandwidth);
    const got = Number(attributes[name]);
    const max = addUp((bandwidth) => bandwidth.max) * (1 + MAX_EXCESS[hls.format]) + ROUNDING_BPS;
    if (got >= addUp((bandwidth) => bandwidth.min) - ROUNDING_BPS && got <= max) continue;
    report("bandwidth", `got ${name} ${got}, expected ${expected} bit/s`);
  }
}

/** Video need not have a key frame: what edits present may lie between two. */
function checkIframeTags(hls: HlsContext): void {
  const { context, format, playlist } = hls;
  const counted = format === "fmp4" ? "keyFrames" : "tsKeyFrames";
  const tags = findTags(playlist, "EXT-X-I-FRAME-STREAM-INF").map(parseAttributes);
  for (const attributes of tags) {
    const kind = format === "fmp4" ? "iframes" : "iframesTs";
    const rendition = resolveRendition(attributes["URI"] ?? "", kind, hls);
    if (!rendition) continue;
    const measurements = context.measurements.get(rendition.name)!;
    const bandwidth = measureBandwidth(measurements, counted, context.targetSeconds);
    if (bandwidth) checkBandwidths(attributes, [[bandwidth]], { main: rendition, hls });
  }
  for (const { uri, tags: variantTags } of playlist.uris) {
    const { CODECS = "", RESOLUTION } = parseAttributes(variantTags.at(-1)!);
    const isAlike = (tag: Record<string, string>) =>
      tag["RESOLUTION"] === RESOLUTION && CODECS.split(",").includes(tag["CODECS"] ?? "");
    if (RESOLUTION === undefined || tags.some(isAlike)) continue;
    const main = resolveRendition(uri, getPlaylistKind(format), hls);
    if (main && context.measurements.get(main.name)?.[counted].length === 0) continue;
    context.reportAt()("missing rendition", `no key frames of ${CODECS} in ${RESOLUTION}`);
  }
}

function checkImageTags(hls: HlsContext): void {
  for (const tag of findTags(hls.playlist, "EXT-X-IMAGE-STREAM-INF")) {
    resolveRendition(parseAttributes(tag)["URI"] ?? "", "media", hls);
  }
}

/** EXT-X-INDEPENDENT-SEGMENTS (§4.4.2.1) applies to all video renditions of the playlist. */
function checkIndependentTag({ playlist, context, referencedNames }: HlsContext): void {
  for (const { name, type } of context.presentation.renditions.values()) {
    if (type === "video" && referencedNames.has(name)) checkIndependence(playlist, name, context);
  }
}
