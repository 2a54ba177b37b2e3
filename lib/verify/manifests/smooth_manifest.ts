/** The client manifest of Smooth Streaming ([MS-SSTR] 2.2.2), held against the fragments. */

import { parse } from "@libs/xml/parse";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { buildSmoothStreams, isSupportedInSmooth, SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothLevel, SmoothStream } from "../../smooth/streams.ts";
import { rescale } from "../../time.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { checkStarts, resolveUrl } from "./segment_list.ts";
import { getPresentationEnd, isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { readNalConfiguration, splitByteStream } from "../readers/nal_units.ts";
import { readEsds } from "../../codecs/esds.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import { readBack } from "../build.ts";
import { attribute, child, children } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";

/** @returns false where Smooth carries nothing of the presentation */
export function checkSmoothManifest(context: ManifestContext): boolean {
  const { presentation, builder, tally } = context;
  const carried = [...presentation.renditions.values()].filter(isSupportedInSmooth);
  if (!carried.some(isMedia)) return false;
  const report = context.reportAt();
  const text = builder.make(() => builder.generators.smoothManifest(presentation), report);
  const root = text && readBack(
    () => child(parse(text) as unknown as Element, "SmoothStreamingMedia"),
    report,
    "manifest",
  );
  if (!root) return true;
  tally.bytes += text.length;
  const { ticks, timescale } = presentation.duration;
  const lasts = Number(attribute(root, "Duration"));
  const expected = rescale(ticks, timescale, SMOOTH_TIMESCALE);
  if (lasts !== expected) report("duration", `it is ${lasts} instead of ${expected} (100 ns)`);
  const seen = new Set<string>();
  for (const element of children(root, "StreamIndex")) checkStream(element, context, seen);
  for (const { name } of carried) {
    if (!seen.has(name)) context.reportAt(name)("missing rendition", "no QualityLevel is it");
  }
  return true;
}

interface Chunk {
  readonly time: number;
  readonly duration: number;
}

function checkStream(element: Element, context: ManifestContext, seen: Set<string>): void {
  const name = attribute(element, "Name");
  const stream = buildSmoothStreams(context.presentation).find((one) => one.name === name);
  if (!stream) return context.reportAt()("unknown rendition", `there is no stream ${name}`);
  const chunks = readChunks(element);
  if (Number(attribute(element, "Chunks")) !== chunks.length) {
    context.reportAt()(
      "missing segment",
      `Chunks says ${attribute(element, "Chunks")} of ${name}, there are ${chunks.length}`,
    );
  }
  for (const level of children(element, "QualityLevel")) {
    const bitrate = Number(attribute(level, "Bitrate"));
    const found = stream.levels.find((one) => one.bitrate === bitrate);
    if (!found) {
      context.reportAt()("bandwidth", `${name} has no quality level of ${bitrate} bit/s`);
      continue;
    }
    seen.add(found.rendition.name);
    context.tally.segments += chunks.length;
    checkChunks(chunks, found, context);
    checkUrl(element, { stream, level: found, context });
    if (found.rendition.type !== "text") checkLevel(level, found.rendition, { found, context });
  }
}

/** Written out: one without t goes on where the one before it ends; r counts the first one too (2.2.2.6). */
function readChunks(element: Element): Chunk[] {
  let time = 0;
  return children(element, "c").flatMap((c) => {
    if (c["@t"] !== undefined) time = Number(c["@t"]);
    const duration = Number(c["@d"]);
    return Array.from({ length: Number(c["@r"] ?? 1) }, () => {
      const chunk = { time, duration };
      time += duration;
      return chunk;
    });
  });
}

function checkChunks(chunks: readonly Chunk[], level: SmoothLevel, context: ManifestContext): void {
  const { name } = level.rendition;
  const { fragments } = context.measurements.get(name)!;
  const there = Array.from(fragments, (fragment, i) => fragment?.time ?? chunks[i]?.time ?? 0);
  checkStarts(chunks.map(({ time }) => time), there, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  const ends = [...there.slice(1), endOfStream(level, context)];
  for (const [i, { time, duration }] of chunks.entries()) {
    const next = ends[there.indexOf(time, Math.max(0, i - 1))];
    if (next === undefined || time + duration === next) continue;
    context.reportAt(name, i)(
      "duration",
      `it ends at ${time + duration} instead of ${next} (100 ns)`,
    );
  }
}

/** Where the last fragment ends; undefined for texts, which end with what they go with. */
function endOfStream({ rendition }: SmoothLevel, context: ManifestContext): number | undefined {
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
  const url = attribute(element, "Url").replace("{bitrate}", String(level.bitrate))
    .replace("{start time}", String(stream.times[0]));
  const target = resolveUrl(url, context.presentation, report);
  if (!target) return;
  const same = target.kind === "fragment" && target.bitrate === level.bitrate &&
    target.stream === stream.name && target.time === stream.times[0];
  if (!same) report("URL", `'${url}' leads to another fragment`);
}

function checkLevel(
  element: Element,
  rendition: MediaRendition,
  { found, context }: { found: SmoothLevel; context: ManifestContext },
): void {
  const report = context.reportAt(rendition.name);
  const fourCC = attribute(element, "FourCC");
  if (fourCC !== rendition.codec.smooth?.fourCC) report("codec", `its FourCC is ${fourCC}`);
  const difference = privateDifference(attribute(element, "CodecPrivateData"), rendition);
  if (difference) report("configuration", difference);
  const measured = measureBandwidth(
    context.measurements.get(rendition.name)!,
    "cmaf",
    context.target,
  );
  if (measured && found.bitrate < measured.peak) {
    report("bandwidth", `it is ${found.bitrate}, of the segments ${measured.peak} bit/s`);
  }
}

/** CodecPrivateData is what the sample entry says, in one format or another. */
function privateDifference(hex: string, { track, codec }: MediaRendition): string | undefined {
  if (!/^([0-9A-F]{2})*$/i.test(hex)) return "CodecPrivateData is no hexadecimal";
  const data = Uint8Array.fromHex(hex);
  const entry = track.entries[0]!;
  const nals = readNalConfiguration(entry);
  if (nals) {
    const got = splitByteStream(data);
    const same = got.length === nals.parameterSets.length &&
      got.every((set, i) => bytesEqual(set, nals.parameterSets[i]!));
    return same ? undefined : "CodecPrivateData holds other parameter sets than the file";
  }
  const own = codec.family === "aac"
    ? readEsds(entry).decoderSpecificInfo
    : entry.boxes.get("dac3") ?? entry.boxes.get("dec3");
  if (!own) return undefined;
  const same = bytesEqual(codec.family === "aac" ? data : data.subarray(-own.length), own);
  return same ? undefined : "CodecPrivateData is another configuration than that of the file";
}
