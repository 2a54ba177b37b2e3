/** Compares the Smooth Streaming client manifest ([MS-SSTR] 2.2.2) with the fragments. */

import { parse } from "@libs/xml/parse";
import { findMax } from "../../extremes.ts";
import type { MediaRendition, Rendition } from "../../presentation/presentation.ts";
import { buildSmoothStreams, isSupportedInSmooth, SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothLevel, SmoothStream } from "../../smooth/streams.ts";
import { rescale } from "../../time.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { checkStarts, resolveUrl } from "./segment_list.ts";
import { getPresentationEnd, isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { readNalConfiguration, splitByteStream } from "../readers/nal_units.ts";
import { readEsds } from "../../codecs/esds.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import {
  checkSmoothLevel,
  checkSmoothStreams,
  checkSmoothSubtitles,
  type SmoothMembers,
} from "./smooth_signalling.ts";
import { checkSmoothProtection } from "./smooth_protection.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import { tryRead } from "../build.ts";
import { getAttribute, getChild, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";

/** @returns false if Smooth Streaming supports no audio or video of the presentation */
export function checkSmoothManifest(context: ManifestContext): boolean {
  const { presentation, builder, tally } = context;
  const renditions = [...presentation.renditions.values()].filter(isSupportedInSmooth);
  if (!renditions.some(isMedia)) return false;
  const report = context.reportAt();
  const text = builder.generate(() => builder.generators.smoothManifest(presentation), report);
  const root = text && tryRead(
    () => getChild(parse(text) as unknown as Element, "SmoothStreamingMedia"),
    report,
    "manifest",
  );
  if (!root) return true;
  tally.bytes += text.length;
  checkDuration(root, context);
  checkSmoothProtection(root, context);
  const seen = new Set<string>();
  const elements = getChildren(root, "StreamIndex");
  checkSmoothStreams(elements.map((element) => checkStream(element, context, seen)), context);
  for (const { name } of renditions) {
    if (!seen.has(name)) {
      context.reportAt(name)("missing rendition", "there is no QualityLevel of it");
    }
  }
  return true;
}

/** Duration is the end of the last audio or video. */
function checkDuration(root: Element, context: ManifestContext): void {
  const played = [...context.presentation.renditions.values()].filter(isMedia)
    .filter(({ type }) => type !== "image");
  const ends = played.map((rendition) =>
    rescale(getPresentationEnd(context, rendition), rendition.timing.timescale, SMOOTH_TIMESCALE)
  );
  const [got, expected] = [Number(getAttribute(root, "Duration")), findMax(ends)];
  if (got !== expected) {
    context.reportAt()("duration", `got ${got}, expected ${expected} (100 ns)`);
  }
}

interface SmoothChunk {
  readonly time: number;
  readonly duration: number;
}

function checkStream(
  element: Element,
  context: ManifestContext,
  seen: Set<string>,
): SmoothMembers {
  const name = getAttribute(element, "Name");
  const stream = buildSmoothStreams(context.presentation).find((one) => one.name === name);
  const renditions: Rendition[] = [];
  if (!stream) {
    context.reportAt()("unknown rendition", `the stream ${name} does not exist`);
    return { element, renditions };
  }
  const chunks = readChunks(element);
  if (Number(getAttribute(element, "Chunks")) !== chunks.length) {
    context.reportAt()(
      "missing segment",
      `got Chunks ${getAttribute(element, "Chunks")} of ${name}, expected ${chunks.length}`,
    );
  }
  for (const level of getChildren(element, "QualityLevel")) {
    const bitrate = Number(getAttribute(level, "Bitrate"));
    const found = stream.levels.find((one) => one.bitrate === bitrate);
    if (!found) {
      context.reportAt()("bandwidth", `${name} has no quality level of ${bitrate} bit/s`);
      continue;
    }
    seen.add(found.rendition.name);
    renditions.push(found.rendition);
    context.tally.segments += chunks.length;
    checkChunks(chunks, { stream, level: found }, context);
    checkUrl(element, { stream, level: found, context });
    const { rendition } = found;
    if (rendition.type === "text") checkSmoothSubtitles(level, rendition, context);
    else checkLevel(level, rendition, { found, context });
  }
  return { element, renditions };
}

/** Chunks without `t` start where the previous one ends; `r` counts the first one too (2.2.2.6). */
function readChunks(element: Element): SmoothChunk[] {
  let time = 0;
  return getChildren(element, "c").flatMap((c) => {
    if (c["@t"] !== undefined) time = Number(c["@t"]);
    const duration = Number(c["@d"]);
    return Array.from({ length: Number(c["@r"] ?? 1) }, () => {
      const chunk = { time, duration };
      time += duration;
      return chunk;
    });
  });
}

function checkChunks(
  chunks: readonly SmoothChunk[],
  { stream, level }: { stream: SmoothStream; level: SmoothLevel },
  context: ManifestContext,
): void {
  const { name } = level.rendition;
  const { fragments } = context.measurements.get(name)!;
  const starts = Array.from(fragments, (fragment, i) => fragment?.time ?? chunks[i]?.time ?? 0);
  checkStarts(chunks.map(({ time }) => time), starts, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  const streamEnds = stream.levels.map((other) => getStreamEnd(other, context));
  const ends = [...starts.slice(1), getStreamEnd(level, context)];
  for (const [i, { time, duration }] of chunks.entries()) {
    const next = ends[starts.indexOf(time, Math.max(0, i - 1))];
    if (next === undefined || time + duration === next) continue;
    if (i === starts.length - 1 && streamEnds.includes(time + duration)) continue; // levels share the chunks
    context.reportAt(name, i)(
      "duration",
      `ends at ${time + duration}, expected ${next} (100 ns)`,
    );
  }
}

/** Undefined for subtitles, which end with the audio and video. */
function getStreamEnd({ rendition }: SmoothLevel, context: ManifestContext): number | undefined {
  if (rendition.type === "text") return undefined;
  return rescale(
    getPresentationEnd(context, rendition),
    rendition.timing.timescale,
    SMOOTH_TIMESCALE,
  );
}

function checkUrl(
  element: Element,
  { stream, level, context }: {
    stream: SmoothStream;
    level: SmoothLevel;
    context: ManifestContext;
  },
): void {
  const report = context.reportAt(level.rendition.name);
  const url = getAttribute(element, "Url").replace("{bitrate}", String(level.bitrate))
    .replace("{start time}", String(stream.times[0]));
  const route = resolveUrl(url, context.presentation, report);
  if (!route) return;
  const same = route.kind === "fragment" && route.bitrate === level.bitrate &&
    route.stream === stream.name && route.time === stream.times[0];
  if (!same) report("URL", `'${url}' is not that of the first fragment`);
}

function checkLevel(
  element: Element,
  rendition: MediaRendition,
  { found, context }: { found: SmoothLevel; context: ManifestContext },
): void {
  const report = context.reportAt(rendition.name);
  checkSmoothLevel(element, rendition, context);
  const difference = findConfigurationDifference(
    getAttribute(element, "CodecPrivateData"),
    rendition,
  );
  if (difference) report("configuration", difference);
  const measured = measureBandwidth(
    context.measurements.get(rendition.name)!,
    "cmaf",
    context.targetSeconds,
  );
  if (measured && found.bitrate < measured.min.peak) {
    report("bandwidth", `got ${found.bitrate}, expected at least ${measured.min.peak} bit/s`);
  }
}

function findConfigurationDifference(
  hex: string,
  { track, codec }: MediaRendition,
): string | undefined {
  if (!/^([0-9A-F]{2})*$/i.test(hex)) return "CodecPrivateData is not hexadecimal";
  const data = Uint8Array.fromHex(hex);
  const entry = track.entries[0]!;
  const nals = readNalConfiguration(entry);
  if (nals) {
    const got = splitByteStream(data);
    const same = got.length === nals.parameterSets.length &&
      got.every((set, i) => bytesEqual(set, nals.parameterSets[i]!));
    return same ? undefined : "the parameter sets in CodecPrivateData differ from the file";
  }
  if (codec.family === "aac") return findAudioSpecificConfigDifference(data, entry);
  const own = entry.boxes.get("dac3") ?? entry.boxes.get("dec3");
  if (!own || bytesEqual(data.subarray(-own.length), own)) return undefined;
  return CONFIGURATION_DIFFERS;
}

const CONFIGURATION_DIFFERS = "CodecPrivateData differs from the configuration in the file";

/** A sync extension that signals the absence of SBR, which keeps RxPlayer from playing in Firefox. */
const NO_SBR = Uint8Array.of(0x56, 0xE5, 0x00);

function findAudioSpecificConfigDifference(
  data: Uint8Array,
  entry: SampleEntry,
): string | undefined {
  const own = readEsds(entry).decoderSpecificInfo;
  if (endsWith(data, NO_SBR)) return "CodecPrivateData signals the absence of SBR";
  if (!own || bytesEqual(data, own)) return undefined;
  const isShortened = endsWith(own, NO_SBR) && bytesEqual(data, own.subarray(0, -NO_SBR.length));
  return isShortened ? undefined : CONFIGURATION_DIFFERS;
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  return bytesEqual(bytes.subarray(-end.length), end);
}
