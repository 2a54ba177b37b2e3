/** Compares the multivariant playlist of a channel (RFC 8216bis §4.4.6) with the playlists that it references. */

import { selectPeriods } from "../../hls/live_periods.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getMuxedAudio, isSupportedInTs } from "../../hls/mpegts_support.ts";
import { isSupportedInFmp4 } from "../../hls/support.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import { resolveUrl, type UrlTarget } from "../manifests/segment_list.ts";
import { findTags, parseAttributes, type Playlist, readPlaylist } from "../readers/playlist.ts";
import { checkDeclaredBandwidths } from "./declared_bandwidths.ts";
import { findKeyFrames } from "./channel_iframes.ts";
import type { ManifestCheck } from "./manifest_check.ts";

export function listSupported(
  { renditions }: Presentation,
  format: SegmentFormat,
): MediaRendition[] {
  const isSupported = format === "fmp4" ? isSupportedInFmp4 : isSupportedInTs;
  return [...renditions.values()].filter((rendition) =>
    rendition.type !== "text" && isSupported(rendition)
  ) as MediaRendition[];
}

interface Variants {
  readonly broadcast: Broadcast;
  readonly renditions: readonly MediaRendition[];
  readonly format: SegmentFormat;
  readonly playlist: Playlist;
  readonly check: ManifestCheck;
  /** Names of renditions that are referenced. */
  readonly seen: Set<string>;
}

/** @param renditions that the format supports */
export function checkChannelVariants(
  broadcast: Broadcast,
  renditions: readonly MediaRendition[],
  format: SegmentFormat,
  check: ManifestCheck,
): void {
  const { builder, generators, reportAt, tally } = check;
  const report = reportAt(0);
  const text = builder.generate(() => generators.multivariant(broadcast, format), report);
  const playlist = text && tryRead(() => readPlaylist(text), report, "manifest");
  if (!text || !playlist) return;
  tally.bytes += text.length;
  const variants = { broadcast, renditions, format, playlist, check, seen: new Set<string>() };
  const groups = findGroups(variants);
  for (const { uri, tags } of playlist.uris) {
    const attributes = parseAttributes(tags.at(-1)!);
    checkVariant(uri, { attributes, audio: groups.get(attributes["AUDIO"] ?? "") ?? [] }, variants);
  }
  checkIframeTags(variants);
  checkReferenced(variants);
}

/** Returns the names of renditions of each group of audio. */
function findGroups(variants: Variants): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const kind = getKind(variants);
  for (const tag of findTags(variants.playlist, "EXT-X-MEDIA")) {
    const { URI, "GROUP-ID": id = "" } = parseAttributes(tag);
    const name = URI === undefined ? undefined : resolve(URI, kind, variants);
    groups.set(id, [...groups.get(id) ?? [], ...name === undefined ? [] : [name]]);
  }
  return groups;
}

function getKind({ broadcast: { isLive }, format }: Variants): string {
  const live = isLive ? "live" : "media";
  return format === "fmp4" ? live : `${live}Ts`;
}

/** Returns the name of the rendition; reports another URI. */
function resolve(
  uri: string,
  kind: string,
  { broadcast, renditions, check, seen }: Variants,
): string | undefined {
  const report = check.reportAt(0);
  const { presentation } = broadcast.periods.at(-1)!;
  const route = resolveUrl(uri, presentation, report) as UrlTarget | undefined;
  if (!route) return undefined;
  const { rendition = "" } = route;
  if (route.kind !== kind || !renditions.some(({ name }) => name === rendition)) {
    report("URL", `'${uri}' is not a playlist of a rendition, expected kind ${kind}`);
    return undefined;
  }
  seen.add(rendition);
  return rendition;
}

function checkVariant(
  uri: string,
  { attributes, audio }: {
    readonly attributes: Record<string, string>;
    readonly audio: readonly string[];
  },
  variants: Variants,
): void {
  const { renditions } = variants;
  const name = resolve(uri, getKind(variants), variants);
  const main = renditions.find((rendition) => rendition.name === name);
  if (!main) return;
  const others = audio.filter((name) => name !== main.name);
  const kinds = main.type === "audio" ? [[main.name, ...others]] : [[main.name], others];
  checkBandwidths(main.name, { attributes, kinds }, variants);
}

/** Key frames are declared with the bandwidth of the segments (docs/design/live.md). */
function checkIframeTags(variants: Variants): void {
  const { broadcast, renditions, playlist, format, check } = variants;
  const kind = format === "fmp4" ? "iframes" : "iframesTs";
  const tags = findTags(playlist, "EXT-X-I-FRAME-STREAM-INF").map(parseAttributes);
  for (const attributes of tags) {
    const name = resolve(attributes["URI"] ?? "", kind, { ...variants, seen: new Set() });
    if (name !== undefined) checkBandwidths(name, { attributes, kinds: [[name]] }, variants);
  }
  if (broadcast.isLive && tags.length > 0) {
    check.reportAt(0)("key frame", "a broadcast that is live has playlists of key frames");
  }
  const hasKeyFrames = renditions.some(({ name, type }) =>
    type === "video" &&
    selectPeriods(broadcast, format).some(({ number }) =>
      findKeyFrames(check, number, name).times.length > 0
    )
  );
  if (!broadcast.isLive && hasKeyFrames && tags.length === 0) {
    check.reportAt(0)("missing rendition", "no playlist of key frames is referenced");
  }
}

function checkBandwidths(
  name: string,
  { attributes, kinds }: {
    readonly attributes: Record<string, string>;
    readonly kinds: readonly (readonly string[])[];
  },
  { broadcast, format, check }: Variants,
): void {
  const periods = selectPeriods(broadcast, format);
  const { presentation } = periods.at(-1)!;
  const main = presentation.renditions.get(name);
  const muxed = main?.type === "video" && format === "ts"
    ? getMuxedAudio(presentation)?.name
    : undefined;
  const numbers = periods.map(({ number }) => number);
  const { findBandwidth } = check;
  const declared = { attributes, kinds, muxed, numbers, format };
  checkDeclaredBandwidths(declared, findBandwidth, check.reportAt(0, name));
}

function checkReferenced({ broadcast, renditions, format, check, seen }: Variants): void {
  const { presentation } = broadcast.periods.at(-1)!;
  const muxed = format === "ts" ? getMuxedAudio(presentation)?.name : undefined;
  const hasAvc = renditions.some(({ codec: { family } }) => family === "avc");
  for (const { name, codec: { family } } of renditions) {
    const isReplaced = format === "ts" && family === "hevc" && hasAvc;
    if (seen.has(name) || name === muxed || isReplaced) continue;
    check.reportAt(0, name)("missing rendition", "its playlist is not referenced");
  }
}
