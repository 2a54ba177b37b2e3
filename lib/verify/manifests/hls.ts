/** The multivariant playlist (RFC 8216bis §4.4.6), held against the playlists and segments that it names. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getStppTracks } from "../../hls/support.ts";
import type { MediaRendition, Rendition } from "../../presentation/presentation.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { targetOf } from "./segment_list.ts";
import { isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkIframes, checkIndependence, checkPlaylist } from "./hls_playlists.ts";
import { measure } from "./measured_bandwidth.ts";
import type { Measured } from "./measured_bandwidth.ts";
import { attributesOf, readPlaylist, tagsOf } from "../readers/playlist.ts";
import type { Playlist } from "../readers/playlist.ts";
import { readBack } from "../build.ts";

interface HlsContext {
  readonly context: ManifestContext;
  readonly form: SegmentFormat;
  readonly playlist: Playlist;
  /** Renditions that the playlist names. */
  readonly seen: Set<string>;
}

/** @returns false where the form carries nothing of the presentation */
export function checkHls(context: ManifestContext, form: SegmentFormat): boolean {
  const { presentation, bench, tally } = context;
  const carried = [...presentation.renditions.values()].filter((rendition) =>
    form === "fmp4"
      ? rendition.type !== "text" || !rendition.stpp?.onlyImages
      : isSupportedInTs(rendition)
  );
  if (!carried.some(({ type }) => type === "video" || type === "audio")) return false;
  for (const rendition of carried) checkPlaylist(context, rendition, form);
  if (form === "fmp4") {
    for (const one of carried) {
      if (one.type === "video") checkIframes(context, one as MediaRendition);
    }
  }
  const say = context.sayOf();
  const text = bench.make(() => bench.writers.multivariant(presentation, form), say);
  const playlist = text === undefined
    ? undefined
    : readBack(() => readPlaylist(text), say, "manifest");
  if (!text || !playlist) return true;
  tally.bytes += text.length;
  const hls: HlsContext = { context, form, playlist, seen: new Set() };
  checkMedia(hls);
  for (const { uri, tags } of playlist.uris) checkVariant(uri, attributesOf(tags.at(-1)!), hls);
  checkFrames(hls);
  checkImages(hls);
  checkIndependent(hls);
  const muxed = form === "ts" ? getMuxedAudio(presentation) : undefined;
  for (const { name } of carried) {
    if (!hls.seen.has(name) && name !== muxed?.name) {
      context.sayOf(name)("missing rendition", "no playlist of it is named");
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
  const say = context.sayOf();
  const target = targetOf(uri, context.presentation, say);
  if (!target) return undefined;
  const name = "rendition" in target && target.kind === kind ? target.rendition : "";
  const rendition = context.presentation.renditions.get(name);
  if (rendition) seen.add(name);
  else say("URL", `'${uri}' leads to no playlist of a rendition`);
  return rendition;
}

function kindOf(form: SegmentFormat): string {
  return form === "fmp4" ? "media" : "mediaTs";
}

/** EXT-X-MEDIA: of each group, one default at most, and names that tell members apart. */
function checkMedia(hls: HlsContext): void {
  const say = hls.context.sayOf();
  const groups = new Map<string, Record<string, string>[]>();
  for (const tag of tagsOf(hls.playlist, "EXT-X-MEDIA")) {
    const attributes = attributesOf(tag);
    const key = `${attributes["TYPE"]} ${attributes["GROUP-ID"]}`;
    groups.set(key, [...groups.get(key) ?? [], attributes]);
    if (attributes["URI"] !== undefined) renditionOf(attributes["URI"], kindOf(hls.form), hls);
  }
  for (const [key, members] of groups) {
    const defaults = members.filter((one) => one["DEFAULT"] === "YES").length;
    if (defaults > 1) say("group", `${key} has ${defaults} defaults`);
    if (new Set(members.map((one) => one["NAME"])).size < members.length) {
      say("group", `${key} has two members of one name`);
    }
  }
}

/** Members of the group that an attribute of a variant names. */
function membersOf(type: string, id: string | undefined, hls: HlsContext): Rendition[] {
  if (id === undefined) return [];
  const members = tagsOf(hls.playlist, "EXT-X-MEDIA").map(attributesOf)
    .filter((one) => one["TYPE"] === type && one["GROUP-ID"] === id);
  if (members.length === 0) hls.context.sayOf()("group", `there is no group ${type} ${id}`);
  return members.flatMap((one) =>
    one["URI"] === undefined ? [] : renditionOf(one["URI"], kindOf(hls.form), hls) ?? []
  );
}

function checkVariant(uri: string, attributes: Record<string, string>, hls: HlsContext): void {
  const main = renditionOf(uri, kindOf(hls.form), hls);
  if (!main || !isMedia(main)) return;
  const sounds = membersOf("AUDIO", attributes["AUDIO"], hls).filter((one) => one !== main);
  const texts = membersOf("SUBTITLES", attributes["SUBTITLES"], hls);
  const kinds = main.type === "audio" ? [[main, ...sounds], texts] : [[main], sounds, texts];
  checkBandwidths(attributes, kinds.map((kind) => kind.map((one) => measured(one, hls))), {
    main,
    hls,
  });
  const { facts, presentation } = hls.context;
  const muxed = hls.form === "ts" && main.type === "video"
    ? getMuxedAudio(presentation)
    : undefined;
  const named = new Set((attributes["CODECS"] ?? "").split(","));
  for (const one of [main, ...sounds, ...muxed ? [muxed] : []]) {
    const codec = facts.get(one.name)!.init?.description?.codec;
    if (!codec || named.has(codec)) continue;
    hls.context.sayOf(main.name)("codec", `CODECS does not name ${codec}, of ${one.name}`);
  }
  checkResolution(attributes, main, hls);
}

/** RESOLUTION (§4.4.6.2) is that of the picture on a screen: of square pixels, turned as the init says. */
function checkResolution(
  attributes: Record<string, string>,
  { name, track }: MediaRendition,
  { context }: HlsContext,
): void {
  const description = context.facts.get(name)!.init?.description;
  if (description?.type !== "video") return;
  const [wide, high] = description.pixelAspect;
  const size = [Math.round(description.width * wide / high), description.height];
  const expected = (track.rotation % 180 === 0 ? size : size.reverse()).join("x");
  const said = attributes["RESOLUTION"];
  if (said !== expected) {
    context.sayOf(name)("size", `RESOLUTION is ${said} instead of ${expected}`);
  }
}

/** A text is small: its mean over the file is what is claimed of it. */
function measured(rendition: Rendition, { context, form }: HlsContext): Measured | undefined {
  if (!isMedia(rendition)) {
    const documents = getStppTracks(context.presentation, form).length > 0;
    const text = documents && rendition.type === "text" ? rendition.stpp! : rendition;
    return { peak: text.bandwidth, average: text.averageBandwidth };
  }
  const counted = form === "fmp4" ? "cmaf" : "streams";
  return measure(context.facts.get(rendition.name)!, counted, context.target);
}

/** Streams are reckoned from the sizes of samples: what is claimed may be more than what comes, by this part of it. */
const CLAIMED_MORE = { fmp4: 0, ts: 0.05 };

/** In bit/s: rates are rounded up. */
const ROUNDING = 2;

/** Of each kind of what plays together, the one that takes most (§4.4.6.2). */
function checkBandwidths(
  attributes: Record<string, string>,
  kinds: readonly (readonly (Measured | undefined)[])[],
  { main, hls }: { main: Rendition; hls: HlsContext },
): void {
  if (kinds.flat().some((one) => one === undefined)) return; // what could not be read is said elsewhere
  const sumOf = (key: keyof Measured) =>
    kinds.reduce((sum, kind) => sum + kind.reduce((most, one) => Math.max(most, one![key]), 0), 0);
  const say = hls.context.sayOf(main.name);
  for (const [name, key] of [["BANDWIDTH", "peak"], ["AVERAGE-BANDWIDTH", "average"]] as const) {
    const [claimed, real] = [Number(attributes[name]), sumOf(key)];
    const most = real * (1 + CLAIMED_MORE[hls.form]) + ROUNDING;
    if (claimed >= real - ROUNDING && claimed <= most) continue;
    say("bandwidth", `${name} is ${claimed}, of the segments ${real} bit/s`);
  }
}

/** EXT-X-I-FRAME-STREAM-INF: a stream of key frames each, with the bandwidth of their bytes. */
function checkFrames(hls: HlsContext): void {
  const { context, playlist } = hls;
  for (const tag of tagsOf(playlist, "EXT-X-I-FRAME-STREAM-INF")) {
    const attributes = attributesOf(tag);
    const rendition = renditionOf(attributes["URI"] ?? "", "iframes", hls);
    const frames = rendition &&
      measure(context.facts.get(rendition.name)!, "frames", context.target);
    if (frames) checkBandwidths(attributes, [[frames]], { main: rendition, hls });
  }
}

function checkImages(hls: HlsContext): void {
  for (const tag of tagsOf(hls.playlist, "EXT-X-IMAGE-STREAM-INF")) {
    renditionOf(attributesOf(tag)["URI"] ?? "", "media", hls);
  }
}

/** EXT-X-INDEPENDENT-SEGMENTS (§4.4.2.1) is true of all renditions of pictures. */
function checkIndependent({ playlist, context }: HlsContext): void {
  for (const { name, type } of context.presentation.renditions.values()) {
    if (type === "video") checkIndependence(playlist, name, context);
  }
}
