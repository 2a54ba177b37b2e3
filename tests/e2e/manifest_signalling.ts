/** Compares what MPDs and Smooth manifests declare with the source file, as ffprobe reads it. */

import { parse } from "@libs/xml";
import { type Element, getChild, getChildren } from "../../lib/verify/readers/xml_elements.ts";
import { type Level, readManifest, type SmoothStream, TICKS } from "../smooth.ts";
import { Differences } from "./differences.ts";
import {
  getColourProperties,
  getDisplaySize,
  getRotatedSize,
  isChannelConfiguration,
  isCodecsOf,
  isFrameRate,
  isLanguage,
  isSameAspect,
  isSupplementalOf,
  type Size,
} from "./expected_signalling.ts";
import type { Stream } from "./ffprobe.ts";
import { ROUNDING, type SignalledAsset, type SignalledRendition } from "./signalled_asset.ts";

const CICP = "urn:mpeg:mpegB:cicp:";

/** Compares an MPD. */
export function compareMpd(text: string, asset: SignalledAsset): string[] {
  const mpd = getChild(parse(text) as Element, "MPD");
  const period = getChild(mpd, "Period");
  const differences = new Differences("MPD");
  const range = getDurationRange(asset);
  differences.between("duration", toSeconds(mpd["@mediaPresentationDuration"]), range);
  differences.between("Period duration", toSeconds(period["@duration"]), range);
  const sets = getChildren(period, "AdaptationSet");
  const ids = sets.flatMap((set) => getChildren(set, "Representation").map((one) => one["@id"]));
  const names = asset.renditions.map(({ name }) => name);
  differences.equal("Representations", ids.sort().join(), names.sort().join());
  return [...differences.found, ...sets.flatMap((set) => compareSet(set, asset))];
}

/** Returns the range of the end of the last audio or video. Subtitles alone end with their last cue, not with their track. */
export function getDurationRange({ renditions }: SignalledAsset): [number, number] {
  const media = renditions.filter(({ type }) => type === "audio" || type === "video");
  if (media.length === 0) return [0, Math.max(...renditions.map(({ end }) => end)) + ROUNDING];
  const last = media.reduce((last, one) => one.end > last.end ? one : last);
  return [last.end - last.endTolerance, last.end + last.endTolerance];
}

function compareSet(set: Element, { renditions }: SignalledAsset): string[] {
  const representations = getChildren(set, "Representation");
  const members = representations.flatMap((representation) => {
    const rendition = renditions.find(({ name }) => name === representation["@id"]);
    return rendition ? [{ representation, rendition }] : []; // compareMpd() has compared the names
  });
  const differences = new Differences(`MPD AdaptationSet ${set["@id"]}`);
  if (set["@contentType"] === "video") {
    compareMaxima(differences, set, members.map(({ rendition }) => rendition.source));
  }
  return [
    ...differences.found,
    ...members.flatMap(({ representation, rendition }) =>
      compareRepresentation(set, representation, rendition)
    ),
  ];
}

function compareMaxima(differences: Differences, set: Element, sources: readonly Stream[]): void {
  const sizes = sources.map(getRotatedSize);
  const max = (name: "width" | "height") => Math.max(...sizes.map((size) => size[name]));
  differences.equal("maxWidth", Number(set["@maxWidth"]), max("width"));
  differences.equal("maxHeight", Number(set["@maxHeight"]), max("height"));
  const rate = divide(String(set["@maxFrameRate"]));
  const isRate = sources.some((source) => isFrameRate(rate, source));
  differences.accept("maxFrameRate", rate, isRate, Math.max(...sources.map((s) => s.frameRate)));
  if (set["@par"] === undefined) return; // of different ones
  const isAspect = sizes.every(({ width, height, pixelAspect }) =>
    Math.abs(divide(String(set["@par"])) / (width / height * divide(pixelAspect)) - 1) < 0.01
  );
  differences.accept("par", String(set["@par"]), isAspect, "that of the Representations");
}

function compareRepresentation(
  set: Element,
  representation: Element,
  rendition: SignalledRendition,
): string[] {
  const { name, type, source } = rendition;
  const differences = new Differences(`MPD ${name}`);
  const attribute = (name: string) => representation[`@${name}`] ?? set[`@${name}`];
  const text = (name: string) => attribute(name) === undefined ? undefined : `${attribute(name)}`;
  const number = (name: string) => Number(attribute(name));
  if (type !== "image") {
    differences.accept(
      "lang",
      text("lang"),
      isLanguage(text("lang") ?? "", source),
      source.language,
    );
  }
  if (type === "text") return differences.found;
  const size = getRotatedSize(source);
  if (type !== "audio") {
    differences.equal("width", number("width"), size.width);
    differences.equal("height", number("height"), size.height);
  }
  if (type === "image") return differences.found;
  const codecs = text("codecs") ?? "";
  differences.accept("codecs", codecs, isCodecsOf(codecs, source), source.codec);
  const [template] = [representation, set].flatMap((one) => getChildren(one, "SegmentTemplate"));
  differences.between("end of the SegmentTimeline", readEnd(template!), getEndRange(rendition));
  const supplemental = text("scte214:supplementalCodecs");
  const isSupplemental = isSupplementalOf(supplemental, source);
  differences.accept("supplementalCodecs", supplemental, isSupplemental, source.codec);
  if (type === "audio") compareAudio(differences, representation, rendition);
  else compareVideo(differences, { set, text }, rendition);
  return differences.found;
}

function compareVideo(
  differences: Differences,
  { set, text }: { set: Element; text: (name: string) => string | undefined },
  { source }: SignalledRendition,
): void {
  const { pixelAspect } = getRotatedSize(source);
  const sar = text("sar") ?? "";
  differences.accept("sar", sar, isSameAspect(sar, pixelAspect), pixelAspect);
  const rate = divide(text("frameRate"));
  differences.accept("frameRate", rate, isFrameRate(rate, source), source.frameRate);
  const isInterlaced = /^(tt|bb|tb|bt)$/.test(source.fieldOrder ?? "");
  differences.equal("scanType", text("scanType"), isInterlaced ? "interlaced" : "progressive");
  const properties = [
    ...getChildren(set, "EssentialProperty"),
    ...getChildren(set, "SupplementalProperty"),
  ].filter((property) => String(property["@schemeIdUri"]).startsWith(CICP));
  const declared = properties.map((property) => [
    String(property["@schemeIdUri"]).slice(CICP.length),
    String(property["@value"]),
  ]);
  const expected = Object.entries(getColourProperties(source)).filter(([, value]) => value !== "2");
  differences.equal("colour", declared.sort().join(" "), expected.sort().join(" "));
}

function compareAudio(
  differences: Differences,
  representation: Element,
  { source }: SignalledRendition,
): void {
  const { sampleRate, channels } = source;
  differences.equal("sampling rate", Number(representation["@audioSamplingRate"]), sampleRate);
  const configurations = getChildren(representation, "AudioChannelConfiguration");
  differences.equal("AudioChannelConfigurations", configurations.length, 1);
  for (const configuration of configurations) {
    const [scheme, value] = [configuration["@schemeIdUri"], configuration["@value"]].map(String);
    const isSame = isChannelConfiguration(scheme!, value!, source);
    differences.accept("channels", `${scheme} ${value}`, isSame, channels);
  }
}

function readEnd(template: Element): number {
  let time = 0;
  for (const s of getChildren(getChild(template, "SegmentTimeline"), "S")) {
    if (s["@t"] !== undefined) time = Number(s["@t"]);
    time += Number(s["@d"]) * (Number(s["@r"] ?? 0) + 1);
  }
  return time / Number(template["@timescale"] ?? 1);
}

export function getEndRange({ end, endTolerance }: SignalledRendition): [number, number] {
  return [end - endTolerance, end + endTolerance];
}

function divide(fraction = ""): number {
  const [n, d = 1] = fraction.split(/[/:]/).map(Number);
  return n! / d;
}

/** Reads `PT1H2M3.5S`. */
function toSeconds(duration: Element[string]): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(String(duration)) ?? [NaN, NaN];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Compares the manifest of Smooth Streaming. */
export function compareSmooth(text: string, asset: SignalledAsset): string[] {
  const { duration, streams } = readManifest(text, `${asset.url}/Manifest`);
  const differences = new Differences("Smooth");
  differences.between("Duration", duration / TICKS, getDurationRange(asset));
  const supported = asset.renditions.filter(({ protocols }) => protocols.includes("smooth"));
  const levels = streams.reduce((sum, { levels }) => sum + levels.length, 0);
  differences.equal("QualityLevels", levels, supported.length);
  return [...differences.found, ...streams.flatMap((stream) => compareStream(stream, supported))];
}

function compareStream(stream: SmoothStream, supported: readonly SignalledRendition[]): string[] {
  const differences = new Differences(`Smooth ${stream.name}`);
  const members = stream.levels.flatMap((level) => {
    const rendition = supported.find(({ type, bandwidth }) =>
      type === level.type && bandwidth === level.bitrate
    );
    differences.equal(`rendition of ${level.bitrate} bit/s`, rendition?.type, level.type);
    return rendition ? [{ level, rendition }] : [];
  });
  if (stream.type === "video") {
    compareStreamSize(differences, stream, members.map(({ rendition }) => rendition.source));
  }
  return [
    ...differences.found,
    ...members.flatMap(({ level, rendition }) => compareLevel(stream, level, rendition)),
  ];
}

/** Compares sizes before rotation, which Smooth Streaming cannot declare. */
function compareStreamSize(
  differences: Differences,
  { attributes }: SmoothStream,
  sources: readonly Stream[],
): void {
  const displays = sources.map(getDisplaySize);
  const max = (sizes: readonly Size[], name: keyof Size) =>
    Math.max(...sizes.map((size) => size[name]));
  differences.equal("MaxWidth", Number(attributes["MaxWidth"]), max(sources, "width"));
  differences.equal("MaxHeight", Number(attributes["MaxHeight"]), max(sources, "height"));
  differences.equal("DisplayWidth", Number(attributes["DisplayWidth"]), max(displays, "width"));
  differences.equal("DisplayHeight", Number(attributes["DisplayHeight"]), max(displays, "height"));
}

function compareLevel(
  { language }: SmoothStream,
  { type, attributes, fragments }: Level,
  rendition: SignalledRendition,
): string[] {
  const { source } = rendition;
  const differences = new Differences(`Smooth ${rendition.name}`);
  differences.accept("Language", language, isLanguage(language, source), source.language);
  if (type === "text") return differences.found;
  const end = fragments.at(-1)!.time + fragments.at(-1)!.duration;
  differences.between("end of the fragments", end / TICKS, getEndRange(rendition));
  const number = (name: string) => Number(attributes[name]);
  if (type === "audio") {
    differences.equal("SamplingRate", number("SamplingRate"), source.sampleRate);
    differences.equal("Channels", number("Channels"), source.channels);
  } else {
    differences.equal("MaxWidth", number("MaxWidth"), source.width);
    differences.equal("MaxHeight", number("MaxHeight"), source.height);
  }
  return differences.found;
}

/** Returns the range of the sum of EXTINF: all samples of a rendition, with those before the start of an edit. */
export function getSpanRange(rendition: SignalledRendition): [number, number] {
  const { start, end, endTolerance, source: { packetDuration } } = rendition;
  const span = end - start;
  return [span - endTolerance, span + endTolerance + 2 * packetDuration + ROUNDING];
}
