/** The multivariant playlist (RFC 8216bis §4.4.6), held against the playlists and segments that it names. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getStppTracks } from "../../hls/support.ts";
import type { MediaRendition, Rendition } from "../../presentation/presentation.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { resolveUrl } from "./segment_list.ts";
import { isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkIframes, checkIndependence, checkPlaylist } from "./hls_playlists.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import type { MeasuredBandwidth } from "./measured_bandwidth.ts";
import { findTags, parseAttributes, readPlaylist } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { readBack } from "../build.ts";

interface HlsContext {
  readonly context: ManifestContext;
  readonly format: SegmentFormat;
  readonly playlist: Playlist;
  /** Renditions that the playlist names. */
  readonly seen: Set<string>;
}

/** @returns false where the format carries nothing of the presentation */
export function checkHls(context: ManifestContext, format: SegmentFormat): boolean {
  const { presentation, builder, tally } = context;
  const carried = [...presentation.renditions.values()].filter((rendition) =>
    format === "fmp4"
      ? rendition.type !== "text" || !rendition.stpp?.onlyImages
      : isSupportedInTs(rendition)
  );
  if (!carried.some(({ type }) => type === "video" || type === "audio")) return false;
  for (const rendition of carried) checkPlaylist(context, rendition, format);
  if (format === "fmp4") {
    for (const one of carried) {
      if (one.type === "video") checkIframes(context, one as MediaRendition);
    }
  }
  const report = context.reportAt();
  const text = builder.make(() => builder.generators.multivariant(presentation, format), report);
  const playlist = text === undefined
    ? undefined
    : readBack(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return true;
  tally.bytes += text.length;
  const hls: HlsContext = { context, format, playlist, seen: new Set() };
  checkMedia(hls);
  for (const { uri, tags } of playlist.uris) checkVariant(uri, parseAttributes(tags.at(-1)!), hls);
  checkAudioFrames(hls);
  checkImages(hls);
  checkIndependent(hls);
  const muxed = format === "ts" ? getMuxedAudio(presentation) : undefined;
  for (const { name } of carried) {
    if (!hls.seen.has(name) && name !== muxed?.name) {
      context.reportAt(name)("missing rendition", "no playlist of it is named");
    }
  }
  return true;
}

/** The rendition whose playlist a URI leads to. */
function renditionOf(
  uri: string,
  kind: string,
  { context, seen }: HlsContext,
): Rendition | undefined {
  const report = context.reportAt();
  const target = resolveUrl(uri, context.presentation, report);
  if (!target) return undefined;
  const name = "rendition" in target && target.kind === kind ? target.rendition : "";
  const rendition = context.presentation.renditions.get(name);
  if (rendition) seen.add(name);
  else report("URL", `'${uri}' leads to no playlist of a rendition`);
  return rendition;
}

function kindOf(format: SegmentFormat): string {
  return format === "fmp4" ? "media" : "mediaTs";
}

/** EXT-X-MEDIA: of each group, one default at most, and names that tell members apart. */
function checkMedia(hls: HlsContext): void {
  const report = hls.context.reportAt();
  const groups = new Map<string, Record<string, string>[]>();
  for (const tag of findTags(hls.playlist, "EXT-X-MEDIA")) {
    const attributes = parseAttributes(tag);
    const key = `${attributes["TYPE"]} ${attributes["GROUP-ID"]}`;
    groups.set(key, [...groups.get(key) ?? [], attributes]);
    if (attributes["URI"] !== undefined) renditionOf(attributes["URI"], kindOf(hls.format), hls);
  }
  for (const [key, members] of groups) {
    const defaults = members.filter((one) => one["DEFAULT"] === "YES").length;
    if (defaults > 1) report("group", `${key} has ${defaults} defaults`);
    if (new Set(members.map((one) => one["NAME"])).size < members.length) {
      report("group", `${key} has two members of one name`);
    }
  }
}

/** Members of the group that an attribute of a variant names. */
function membersOf(type: string, id: string | undefined, hls: HlsContext): Rendition[] {
  if (id === undefined) return [];
  const members = findTags(hls.playlist, "EXT-X-MEDIA").map(parseAttributes)
    .filter((one) => one["TYPE"] === type && one["GROUP-ID"] === id);
  if (members.length === 0) hls.context.reportAt()("group", `there is no group ${type} ${id}`);
  return members.flatMap((one) =>
    one["URI"] === undefined ? [] : renditionOf(one["URI"], kindOf(hls.format), hls) ?? []
  );
}

function checkVariant(uri: string, attributes: Record<string, string>, hls: HlsContext): void {
  const main = renditionOf(uri, kindOf(hls.format), hls);
  if (!main || !isMedia(main)) return;
  const sounds = membersOf("AUDIO", attributes["AUDIO"], hls).filter((one) => one !== main);
  const texts = membersOf("SUBTITLES", attributes["SUBTITLES"], hls);
  const kinds = main.type === "audio" ? [[main, ...sounds], texts] : [[main], sounds, texts];
  checkBandwidths(attributes, kinds.map((kind) => kind.map((one) => measured(one, hls))), {
    main,
    hls,
  });
  const { measurements, presentation } = hls.context;
  const muxed = hls.format === "ts" && main.type === "video"
    ? getMuxedAudio(presentation)
    : undefined;
  const named = new Set((attributes["CODECS"] ?? "").split(","));
  for (const one of [main, ...sounds, ...muxed ? [muxed] : []]) {
    const codec = measurements.get(one.name)!.init?.description?.codec;
    if (!codec || named.has(codec)) continue;
    hls.context.reportAt(main.name)("codec", `CODECS does not name ${codec}, of ${one.name}`);
  }
  checkResolution(attributes, main, hls);
}

/** RESOLUTION (§4.4.6.2) is that of the picture on a screen: of square pixels, turned as the init says. */
function checkResolution(
  attributes: Record<string, string>,
  { name, track }: MediaRendition,
  { context }: HlsContext,
): void {
  const description = context.measurements.get(name)!.init?.description;
  if (description?.type !== "video") return;
  const [wide, high] = description.pixelAspect;
  const size = [Math.round(description.width * wide / high), description.height];
  const expected = (track.rotation % 180 === 0 ? size : size.reverse()).join("x");
  const said = attributes["RESOLUTION"];
  if (said !== expected) {
    context.reportAt(name)("size", `RESOLUTION is ${said} instead of ${expected}`);
  }
}

/** A text is small: its mean over the file is what is claimed of it. */
function measured(
  rendition: Rendition,
  { context, format }: HlsContext,
): MeasuredBandwidth | undefined {
  if (!isMedia(rendition)) {
    const documents = getStppTracks(context.presentation, format).length > 0;
    const text = documents && rendition.type === "text" ? rendition.stpp! : rendition;
    return { peak: text.bandwidth, average: text.averageBandwidth };
  }
  const counted = format === "fmp4" ? "cmaf" : "streams";
  return measureBandwidth(context.measurements.get(rendition.name)!, counted, context.target);
}

/** Streams are reckoned from the sizes of samples: what is claimed may be more than what comes, by this part of it. */
const CLAIMED_MORE = { fmp4: 0, ts: 0.05 };

/** In bit/s: rates are rounded up. */
const ROUNDING = 2;

/** Of each kind of what plays together, the one that takes most (§4.4.6.2). */
function checkBandwidths(
  attributes: Record<string, string>,
  kinds: readonly (readonly (MeasuredBandwidth | undefined)[])[],
  { main, hls }: { main: Rendition; hls: HlsContext },
): void {
  if (kinds.flat().some((one) => one === undefined)) return; // what could not be read is said elsewhere
  const sumOf = (key: keyof MeasuredBandwidth) =>
    kinds.reduce((sum, kind) => sum + kind.reduce((most, one) => Math.max(most, one![key]), 0), 0);
  const report = hls.context.reportAt(main.name);
  for (const [name, key] of [["BANDWIDTH", "peak"], ["AVERAGE-BANDWIDTH", "average"]] as const) {
    const [claimed, real] = [Number(attributes[name]), sumOf(key)];
    const most = real * (1 + CLAIMED_MORE[hls.format]) + ROUNDING;
    if (claimed >= real - ROUNDING && claimed <= most) continue;
    report("bandwidth", `${name} is ${claimed}, of the segments ${real} bit/s`);
  }
}

/** EXT-X-I-FRAME-STREAM-INF: a stream of key frames each, with the bandwidth of their bytes. */
function checkAudioFrames(hls: HlsContext): void {
  const { context, playlist } = hls;
  for (const tag of findTags(playlist, "EXT-X-I-FRAME-STREAM-INF")) {
    const attributes = parseAttributes(tag);
    const rendition = renditionOf(attributes["URI"] ?? "", "iframes", hls);
    const frames = rendition &&
      measureBandwidth(context.measurements.get(rendition.name)!, "frames", context.target);
    if (frames) checkBandwidths(attributes, [[frames]], { main: rendition, hls });
  }
}

function checkImages(hls: HlsContext): void {
  for (const tag of findTags(hls.playlist, "EXT-X-IMAGE-STREAM-INF")) {
    renditionOf(parseAttributes(tag)["URI"] ?? "", "media", hls);
  }
}

/** EXT-X-INDEPENDENT-SEGMENTS (§4.4.2.1) is true of all renditions of pictures. */
function checkIndependent({ playlist, context }: HlsContext): void {
  for (const { name, type } of context.presentation.renditions.values()) {
    if (type === "video") checkIndependence(playlist, name, context);
  }
}
