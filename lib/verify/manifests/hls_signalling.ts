/** Compares what the multivariant playlist declares (RFC 8216bis §4.4.6) with the files. */

import type { SegmentFormat } from "../../hls/m3u8.ts";
import { getMuxedAudio } from "../../hls/mpegts_support.ts";
import type { MediaRendition, Rendition } from "../../presentation/presentation.ts";
import { getSquareSize } from "../expected/signalling.ts";
import type { ExpectedVideo } from "../expected/signalling.ts";
import type { Report } from "../findings.ts";
import { findTags, parseAttributes, type Playlist } from "../readers/playlist.ts";
import { checkHlsCaptions } from "./caption_signalling.ts";
import { checkHlsGroups, type HlsMember } from "./hls_members.ts";
import { isMedia, type ManifestContext } from "./manifest_context.ts";
import { getExpectedVideo, toSize } from "./manifest_signalling.ts";
import { resolveUrl } from "./segment_list.ts";

type AttributeList = Record<string, string>;

interface SignallingContext {
  readonly context: ManifestContext;
  readonly format: SegmentFormat;
}

interface HlsVariant {
  readonly main: MediaRendition;
  readonly attributes: AttributeList;
}

export function checkHlsSignalling(playlist: Playlist, hls: SignallingContext): void {
  const variants = playlist.uris.flatMap(({ uri, tags }) =>
    toVariant(uri, parseAttributes(tags.at(-1)!), hls)
  );
  const members = findTags(playlist, "EXT-X-MEDIA").map(parseAttributes).flatMap((attributes) => {
    const rendition = findMember(attributes, variants, hls);
    return rendition ? [{ attributes, rendition }] : [];
  });
  for (const variant of variants) {
    checkVideoAttributes(variant, hls);
    checkCodecs(variant, members, hls);
    checkFrameRate(variant, hls);
  }
  const frames = findTags(playlist, "EXT-X-I-FRAME-STREAM-INF").map(parseAttributes);
  for (const attributes of frames) {
    const [variant] = toVariant(attributes["URI"] ?? "", attributes, hls);
    if (!variant) continue;
    checkVideoAttributes(variant, hls);
    checkCodecs(variant, [], hls);
  }
  checkHlsGroups(members, hls.context);
  checkHlsCaptions(playlist, hls.context);
  checkImageSizes(playlist, hls);
}

/** EXT-X-IMAGE-STREAM-INF is an extension by Roku. */
function checkImageSizes(playlist: Playlist, hls: SignallingContext): void {
  for (const tag of findTags(playlist, "EXT-X-IMAGE-STREAM-INF")) {
    const { URI = "", RESOLUTION } = parseAttributes(tag);
    const rendition = findRendition(URI, hls);
    const image = rendition && hls.context.measurements.get(rendition.name)?.signalling?.image;
    const expected = image && `${image.width}x${image.height}`;
    if (!expected || RESOLUTION === expected) continue;
    hls.context.reportAt(rendition.name)(
      "size",
      `got RESOLUTION ${RESOLUTION}, expected ${expected}`,
    );
  }
}

/** Invalid URLs are reported elsewhere. */
const UNREPORTED: Report = () => {};

function findRendition(uri: string, { context: { presentation } }: SignallingContext) {
  const route = resolveUrl(uri, presentation, UNREPORTED);
  return route && "rendition" in route ? presentation.renditions.get(route.rendition) : undefined;
}

function toVariant(uri: string, attributes: AttributeList, hls: SignallingContext): HlsVariant[] {
  const main = findRendition(uri, hls);
  return main && isMedia(main) ? [{ main, attributes }] : [];
}

/** Without a URI, the variants of its group contain it: as their only media, or multiplexed with video. */
function findMember(
  { URI, TYPE, "GROUP-ID": group }: AttributeList,
  variants: readonly HlsVariant[],
  hls: SignallingContext,
): Rendition | undefined {
  if (URI !== undefined) return findRendition(URI, hls);
  if (TYPE !== "AUDIO") return undefined;
  const audio = variants.find(({ main, attributes }) =>
    main.type === "audio" && attributes["AUDIO"] === group
  );
  return audio?.main ?? getMuxedAudio(hls.context.presentation);
}

function checkVideoAttributes({ main, attributes }: HlsVariant, hls: SignallingContext): void {
  const video = getExpectedVideo(hls.context, main);
  if (!video) return;
  const report = hls.context.reportAt(main.name);
  checkResolution(attributes["RESOLUTION"] ?? "", video, report);
  const range = attributes["VIDEO-RANGE"] ?? "SDR";
  if (range !== video.range) report("colour", `got VIDEO-RANGE ${range}, expected ${video.range}`);
  const { "SUPPLEMENTAL-CODECS": supplemental = "" } = attributes;
  if (supplemental !== (video.supplemental ?? "")) {
    report("codec", `got SUPPLEMENTAL-CODECS ${supplemental}, expected ${video.supplemental}`);
  }
}

const MAX_PIXEL_ROUNDING = 0.5;

/** RESOLUTION (§4.4.6.2) is the size in square pixels after rotation. */
function checkResolution(resolution: string, video: ExpectedVideo, report: Report): void {
  const { width, height } = toSize(video, getSquareSize(video));
  const [, gotWidth, gotHeight] = /^(\d+)x(\d+)$/.exec(resolution) ?? [];
  const { tolerance } = video.expectedAspect;
  const isNear = (got: string | undefined, expected: number) =>
    Math.abs(Number(got) - expected) <= MAX_PIXEL_ROUNDING + expected * tolerance;
  if (isNear(gotWidth, width) && isNear(gotHeight, height)) return;
  report(
    "size",
    `got RESOLUTION ${resolution}, expected ${Math.round(width)}x${Math.round(height)}`,
  );
}

function checkFrameRate({ main, attributes }: HlsVariant, { context }: SignallingContext): void {
  const { frameRate } = context.measurements.get(main.name)!;
  const got = Number(attributes["FRAME-RATE"] ?? NaN);
  if (main.type !== "video" || !frameRate || frameRate.acceptsPeak(got)) return;
  context.reportAt(main.name)("frame rate", `got FRAME-RATE ${got}, expected ${frameRate.mean}`);
}

/** Names of codecs that HLS calls otherwise than DASH: MP3 is an audio object type (14496-3 §1.5.1.1). */
const HLS_CODECS: Record<string, string> = { "mp4a.69": "mp4a.40.34", "mp4a.6B": "mp4a.40.34" };

/** CODECS are those of the variant and of its audio, and of subtitles in TTML. */
function checkCodecs(
  { main, attributes }: HlsVariant,
  members: readonly HlsMember[],
  { context }: SignallingContext,
): void {
  const inGroup = members.filter(({ attributes: { TYPE, "GROUP-ID": group } }) =>
    group !== undefined && attributes[TYPE ?? ""] === group
  ).map(({ rendition }) => rendition);
  const played = [...new Set([main, ...inGroup])];
  const expected = played.map((rendition) => listCodecs(rendition, context));
  const declared = (attributes["CODECS"] ?? "").split(",");
  const report = context.reportAt(main.name);
  for (const [i, codecs] of expected.entries()) {
    if (codecs.length === 0 || codecs.some((codec) => declared.includes(codec))) continue;
    report("codec", `CODECS lacks ${codecs[0]} of ${played[i]!.name}`);
  }
  const hasStpp = played.some((one) => one.type === "text" && one.stpp);
  const isUnknown = played.some((one, i) => isMedia(one) && expected[i]!.length === 0);
  const extra = declared.find((codec) => !expected.flat().includes(codec));
  if (extra === undefined || isUnknown || hasStpp && extra.startsWith("stpp")) return;
  report("codec", `CODECS contains ${extra}, which is that of no rendition`);
}

/** Returns none of subtitles, and of codecs without a reader. */
function listCodecs(rendition: Rendition, context: ManifestContext): readonly string[] {
  const { audio } = context.measurements.get(rendition.name)!;
  if (audio) return [HLS_CODECS[audio.codec] ?? audio.codec];
  return getExpectedVideo(context, rendition)?.codecs ?? [];
}
