/** Compares what HLS playlists declare with the source file, as ffprobe reads it. */

import { findAttributes, getDurations, readStrictPlaylist } from "../m3u8.ts";
import { parseAttributes, type Playlist } from "../../lib/verify/readers/playlist.ts";
import { Differences } from "./differences.ts";
import {
  formatResolution,
  getDynamicRange,
  isCodecsOf,
  isFrameRate,
  isLanguage,
  isSupplementalOf,
} from "./expected_signalling.ts";
import { getSpanRange } from "./manifest_signalling.ts";
import type { SignalledAsset, SignalledRendition } from "./signalled_asset.ts";

/** FRAME-RATE is rounded to three decimals. */
const RATE_STEP = 0.0005;

type Attributes = Readonly<Record<string, string>>;

/** Compares a multivariant playlist. */
export function compareMultivariant(text: string, asset: SignalledAsset): string[] {
  const playlist = readStrictPlaylist(text);
  const media = findAttributes(playlist, "EXT-X-MEDIA");
  return [
    ...playlist.uris.flatMap(({ uri, tags }) => {
      const [attributes] = findAttributes({ tags }, "EXT-X-STREAM-INF");
      return compareVariant(uri, attributes!, { media, asset });
    }),
    ...media.flatMap((attributes) => compareMedia(attributes, { playlist, asset })),
    ...["EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF"].flatMap((tag) =>
      findAttributes(playlist, tag).flatMap((attributes) => {
        const rendition = findRendition(asset, unquote(attributes["URI"]));
        const differences = new Differences(`${tag} ${rendition.name}`);
        compareVideo(differences, attributes, rendition);
        const codecs = unquote(attributes["CODECS"]);
        const { source } = rendition;
        differences.accept("CODECS", codecs, isCodecsOf(codecs, source), source.codec);
        return differences.found;
      })
    ),
  ];
}

/** @param uri of a media playlist: `video_und=24568.ts.m3u8` */
function findRendition({ renditions }: SignalledAsset, uri: string): SignalledRendition {
  const name = uri.replace(/(\.ts|\.iframes|\.ts\.iframes)?\.m3u8$/, "");
  const rendition = renditions.find((one) => one.name === name);
  if (!rendition) throw new Error(`There is no rendition of ${uri}`);
  return rendition;
}

function compareVariant(
  uri: string,
  attributes: Attributes,
  { media, asset }: { media: readonly Attributes[]; asset: SignalledAsset },
): string[] {
  const rendition = findRendition(asset, uri);
  const differences = new Differences(`EXT-X-STREAM-INF ${rendition.name}`);
  compareVideo(differences, attributes, rendition);
  const group = media.filter((one) =>
    one["TYPE"] === "AUDIO" && one["GROUP-ID"] === attributes["AUDIO"]
  );
  const members = [
    rendition,
    ...group.flatMap(({ URI }) => URI === undefined ? [] : [findRendition(asset, unquote(URI))]),
  ];
  const codecs = unquote(attributes["CODECS"]).split(",").filter((one) => !one.startsWith("stpp"));
  const audio = asset.renditions.filter(({ type }) => type === "audio"); // muxed audio has no URI
  for (const one of codecs) {
    const isKnown = [...members, ...audio].some(({ source }) => isCodecsOf(one, source));
    differences.accept("CODECS", one, isKnown, "a codec of the variant");
  }
  for (const { name, source } of members) {
    const isListed = codecs.some((one) => isCodecsOf(one, source));
    differences.accept("CODECS", codecs.join(), isListed, `that of ${name}`);
  }
  return differences.found;
}

function compareVideo(
  differences: Differences,
  attributes: Attributes,
  { type, source }: SignalledRendition,
): void {
  if (type === "audio") {
    differences.equal("RESOLUTION", attributes["RESOLUTION"], undefined);
    return;
  }
  differences.equal("RESOLUTION", attributes["RESOLUTION"], formatResolution(source));
  if (type === "image") return;
  differences.equal("VIDEO-RANGE", attributes["VIDEO-RANGE"], getDynamicRange(source));
  if (attributes["FRAME-RATE"] === undefined) return; // of I-frames
  const { "SUPPLEMENTAL-CODECS": supplemental } = attributes;
  const isSupplemental = isSupplementalOf(supplemental && unquote(supplemental), source);
  differences.accept("SUPPLEMENTAL-CODECS", supplemental, isSupplemental, source.codec);
  const rate = Number(attributes["FRAME-RATE"]);
  const isRate = [-RATE_STEP, 0, RATE_STEP].some((step) => isFrameRate(rate + step, source));
  differences.accept("FRAME-RATE", rate, isRate, source.frameRate);
}

/** Compares EXT-X-MEDIA. Audio without a URI is in the segments of the variants. */
function compareMedia(
  attributes: Attributes,
  { playlist, asset }: { playlist: Playlist; asset: SignalledAsset },
): string[] {
  const { TYPE, LANGUAGE, CHANNELS, URI, DEFAULT } = attributes;
  if (TYPE === "CLOSED-CAPTIONS") return []; // ffprobe does not tell their language
  const language = unquote(LANGUAGE);
  const audio = asset.renditions.filter(({ type }) => type === "audio");
  const isMember = ({ source }: SignalledRendition) =>
    isLanguage(language, source) && unquote(CHANNELS).split("/")[0] === `${source.channels}`;
  if (URI === undefined) {
    const variant = playlist.uris.find(({ tags }) =>
      findAttributes({ tags }, "EXT-X-STREAM-INF")[0]!["AUDIO"] === attributes["GROUP-ID"]
    );
    const rendition = findRendition(asset, variant!.uri);
    const candidates = rendition.type === "audio" ? [rendition] : audio;
    return candidates.some(isMember) ? [] : [`EXT-X-MEDIA: ${language} ${CHANNELS}`];
  }
  const { name, source, type } = findRendition(asset, unquote(URI));
  const differences = new Differences(`EXT-X-MEDIA ${name}`);
  differences.accept("LANGUAGE", language, isLanguage(language, source), source.language);
  if (type === "text") return differences.found;
  const channels = unquote(CHANNELS);
  if (!channels.endsWith("/JOC")) differences.equal("CHANNELS", channels, `${source.channels}`);
  const byDefault = audio.find(({ source }) => source.isDefault) ?? audio[0]!;
  const isDefault = isLanguage(language, byDefault.source);
  if (DEFAULT === "YES") differences.accept("DEFAULT", DEFAULT, isDefault, "NO");
  return differences.found;
}

/** Compares a media playlist. */
export function compareMediaPlaylist(text: string, rendition: SignalledRendition): string[] {
  const playlist = readStrictPlaylist(text);
  const differences = new Differences(`playlist of ${rendition.name}`);
  const sum = getDurations(playlist).reduce((sum, duration) => sum + duration, 0);
  differences.between("EXTINF", sum, getSpanRange(rendition));
  const [map] = playlist.uris[0]!.tags.filter(({ name }) => name === "EXT-X-MAP");
  if (map) differences.equal("EXT-X-MAP", unquote(parseAttributes(map)["URI"]), rendition.init);
  return differences.found;
}

function unquote(value = ""): string {
  return value.replace(/^"(.*)"$/, "$1");
}
