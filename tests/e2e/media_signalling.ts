/** Compares what init segments and segments declare with the source file, both as ffprobe reads them. */

import { concat } from "../mp4/movie_file.ts";
import { Differences } from "./differences.ts";
import { isFrameRate, isSameAspect } from "./expected_signalling.ts";
import { probe, type Stream } from "./ffprobe.ts";
import { ROUNDING, type SignalledAsset, type SignalledRendition } from "./signalled_asset.ts";

/** Packets of audio that are served before the start of an edit, so that the decoder is ready there. */
const PRE_ROLL_PACKETS = 2;

/** Pre-roll of Opus in seconds (RFC 7845 §4.6). */
const OPUS_PRE_ROLL = 0.08;

/** Added to every timestamp of MPEG-TS (docs/design/timing.md). */
const TS_OFFSET = 10;

/** Compares init segment and first segment. */
export async function compareFmp4(
  { url }: SignalledAsset,
  rendition: SignalledRendition,
): Promise<string[]> {
  const { name, source, init, segments, isJoined } = rendition;
  const differences = new Differences(`fMP4 ${name}`);
  const segment = segments.url.replace("$Time$", String(segments.times[0]));
  const paths = init === undefined ? [segment] : [init, segment];
  const parts = await Promise.all(paths.map((path) => fetchBytes(`${url}/${path}`)));
  const [served, ...others] = await probe(concat(...parts));
  if (!served || others.length > 0) return [`fMP4 ${name}: ${others.length + 1} streams`];
  compareCodec(differences, source, served);
  if (source.type === "video") compareVideo(differences, source, served, isJoined);
  else compareAudio(differences, source, served);
  if (init === undefined) return differences.found;
  differences.equal("language", served.language, source.language ?? "und");
  compareTag(differences, source, served);
  compareContainerVideo(differences, source, served);
  compareStart(differences, rendition, served);
  return differences.found;
}

/**
 * Compares the first segment of a playlist of MPEG-TS or packed audio, which has no sample entry and no track header.
 * Only the elementary stream, program map table and timestamps can signal here.
 */
export async function compareTs(
  { renditions }: SignalledAsset,
  rendition: SignalledRendition,
  segmentUrl: string,
): Promise<string[]> {
  const streams = await probe(await fetchBytes(segmentUrl));
  const isPacked = !segmentUrl.endsWith(".ts");
  const own = streams.filter(({ type }) => type === rendition.type);
  if (own.length !== 1) return [`MPEG-TS ${rendition.name}: ${own.length} ${rendition.type}`];
  const muxed = streams.filter(({ type }) => type !== rendition.type);
  const audio = renditions.filter(({ type }) => type === "audio");
  return [
    ...compareTsStream(rendition, own[0]!, isPacked),
    ...muxed.flatMap((served) => {
      const differences = audio.map((one) => compareTsStream(one, served, isPacked));
      return differences.some((found) => found.length === 0) ? [] : differences.flat();
    }),
  ];
}

function compareTsStream(
  rendition: SignalledRendition,
  served: Stream,
  isPacked: boolean,
): string[] {
  const { name, source, isJoined } = rendition;
  const differences = new Differences(`MPEG-TS ${name}`);
  compareCodec(differences, source, served);
  if (source.type === "audio") compareAudio(differences, source, served);
  else compareVideo(differences, source, inheritFromContainer(source, served), isJoined);
  if (served.language !== undefined) {
    differences.equal("language", served.language, source.language);
  }
  if (!isPacked) { // ffprobe ignores the ID3 tag of packed audio
    compareStart(differences, rendition, { ...served, start: served.start! - TS_OFFSET });
  }
  return differences.found;
}

/** Completes what the sample entry of the source may declare and the elementary stream does not: aspect, colour, cropping. */
function inheritFromContainer(source: Stream, served: Stream): Stream {
  const { pixelAspect, colour, fieldOrder, codedWidth, codedHeight, width, height } = served;
  const isCropped = codedWidth - width < MAX_CROPPING && codedHeight - height < MAX_CROPPING;
  return {
    ...served,
    pixelAspect: pixelAspect === "1:1" ? source.pixelAspect : pixelAspect,
    colour: Object.values(colour).some(Boolean) ? colour : source.colour,
    fieldOrder: fieldOrder ?? (source.codec === "hevc" ? source.fieldOrder : undefined), // of a timing SEI only
    ...isCropped && { codedWidth: source.codedWidth, codedHeight: source.codedHeight },
  };
}

/** Size of a coding tree block in HEVC, to which coded sizes are aligned. */
const MAX_CROPPING = 64;

function compareCodec(differences: Differences, source: Stream, served: Stream): void {
  differences.equal("codec", served.codec, source.codec);
  differences.equal("profile", served.profile, source.profile);
  differences.equal("level", served.level, source.level);
}

function compareAudio(differences: Differences, source: Stream, served: Stream): void {
  differences.equal("channels", served.channels, source.channels);
  differences.equal("channel layout", served.layout, source.layout);
  differences.equal("sample rate", served.sampleRate, source.sampleRate);
}

function compareVideo(
  differences: Differences,
  source: Stream,
  served: Stream,
  isJoined: boolean,
): void {
  differences.equal("width", served.width, source.width);
  differences.equal("height", served.height, source.height);
  differences.equal("coded width", served.codedWidth, source.codedWidth);
  differences.equal("coded height", served.codedHeight, source.codedHeight);
  const isAspect = isSameAspect(served.pixelAspect, source.pixelAspect);
  differences.accept("sample aspect ratio", served.pixelAspect, isAspect, source.pixelAspect);
  differences.equal("pixel format", served.pixelFormat, source.pixelFormat);
  if (source.codec === "mjpeg") return; // one image, without the fields that ffprobe derives from several
  differences.equal("field order", served.fieldOrder, source.fieldOrder);
  differences.equal("colour range", served.colour.range, source.colour.range);
  differences.equal("colour space", served.colour.space, source.colour.space);
  differences.equal("transfer", served.colour.transfer, source.colour.transfer);
  differences.equal("primaries", served.colour.primaries, source.colour.primaries);
  differences.equal("HDR of frames", served.frameHdr, source.frameHdr);
  const isRate = isJoined || isFrameRate(served.frameRate, source) ||
    isFrameRate(served.baseRate, source);
  differences.accept("frame rate", served.frameRate, isRate, source.frameRate);
}

/** Compares what only MP4 declares. */
function compareContainerVideo(differences: Differences, source: Stream, served: Stream): void {
  if (source.type !== "video") return;
  const isSame = source.matrix.every((value, i) => Math.abs(value - served.matrix[i]!) < 0.01);
  differences.accept("matrix", served.matrix.join(), isSame, source.matrix.join());
  differences.equal("HDR", served.entryHdr, source.entryHdr);
  const dolbyVision = JSON.stringify(served.dolbyVision);
  differences.equal("Dolby Vision", dolbyVision, JSON.stringify(source.dolbyVision));
}

/** Sample entries that AMS replaces: parameter sets are in the init, and Dolby Vision alone has a name of its own. */
const REPLACED: Record<string, string[]> = {
  avc3: ["avc1"],
  hev1: ["hvc1", "dvh1"],
  hvc1: ["dvh1"],
  dvhe: ["dvh1"],
};

function compareTag(differences: Differences, source: Stream, served: Stream): void {
  differences.equal("sample entry", served.tag, source.tag, ...REPLACED[source.tag] ?? []);
  if (source.dolbyVision) {
    const isAlone = source.dolbyVision.compatibility === 0;
    differences.accept("sample entry", served.tag, isAlone === /^dv/.test(served.tag), "dv*");
  }
}

function compareStart(
  differences: Differences,
  { type, source: { codec, packetDuration }, start }: SignalledRendition,
  served: Stream,
): void {
  const packets = PRE_ROLL_PACKETS * packetDuration;
  const preRoll = type !== "audio" ? 0 : Math.max(packets, codec === "opus" ? OPUS_PRE_ROLL : 0);
  differences.between("start", served.start, [start - preRoll - ROUNDING, start + ROUNDING]);
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  const bytes = await response.bytes();
  if (!response.ok) throw new Error(`${url}: ${new TextDecoder().decode(bytes)}`);
  return bytes;
}
