/** The client manifest ([MS-SSTR] 2.2.2): one function per element. */

import { findMax } from "../extremes.ts";
import type { Role } from "../package/role.ts";
import type { DerivedValues } from "../presentation/derived_values.ts";
import { getDisplaySize } from "../presentation/video_size.ts";
import type { Size } from "../presentation/video_size.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { getMediaQuery, nothingPlayable } from "../selection/select.ts";
import { buildSmoothStreams, getCodecPrivateData, SMOOTH_TIMESCALE } from "./streams.ts";
import type { SmoothLevel, SmoothStream } from "./streams.ts";
import { rescale } from "../time.ts";
import { buildProtection } from "./protection.ts";
import { fragmentUrl } from "./routes.ts";
import { formatRuns } from "../presentation/segment_runs.ts";
import { runPlaceholder, xml } from "../xml.ts";
import type { XmlElement } from "../xml.ts";

/** A StreamIndex as the manifest lists it. */
export interface ListedStream extends Omit<SmoothStream, "times"> {
  /** Start of each fragment and end of the last one, in ticks; of stretches that need not follow each other. */
  readonly runs: readonly Float64Array[];
}

export interface SmoothDocument {
  /** Attributes of SmoothStreamingMedia: its duration, or that it is live. */
  readonly attributes: XmlElement;
  readonly version: string;
  /** Its query is part of media URLs. */
  readonly presentation: Presentation;
  readonly streams: readonly ListedStream[];
}

/**
 * Builds the manifest.
 *
 * @param derived as for `buildSmoothStreams()`
 * @throws RequestError if Smooth Streaming supports neither audio nor video of the presentation
 */
export function buildSmoothManifest(presentation: Presentation, derived?: DerivedValues): string {
  const streams = buildSmoothStreams(presentation, derived);
  const { ticks, timescale } = presentation.duration;
  return formatSmoothManifest({
    attributes: { "@Duration": rescale(ticks, timescale, SMOOTH_TIMESCALE) },
    version: presentation.version,
    presentation,
    streams: streams.map((stream) => ({ ...stream, runs: [stream.times] })),
  });
}

/** @throws as `buildSmoothManifest()` */
export function formatSmoothManifest(
  { attributes, version, presentation, streams }: SmoothDocument,
): string {
  if (streams.every(({ type }) => type === "text")) {
    throw nothingPlayable(
      presentation,
      "Cannot build a Smooth Streaming manifest: expected video or audio in a codec that Smooth Streaming supports",
    );
  }
  const query = getMediaQuery(presentation);
  const root: XmlElement = {
    SmoothStreamingMedia: {
      "@MajorVersion": 2,
      "@MinorVersion": 2,
      "@TimeScale": SMOOTH_TIMESCALE,
      ...attributes,
      Protection: buildProtection(presentation),
      StreamIndex: streams.map((stream, i) => streamIndex(stream, i, { version, query })),
    },
  };
  return xml(root, streams.map(({ runs }) => runs.map(formatChunks).join("")));
}

function streamIndex(
  { type, name, language, levels, runs, role }: ListedStream,
  runIndex: number,
  { version, query }: { readonly version: string; readonly query: string },
): XmlElement {
  const url = fragmentUrl(version, { bitrate: "{bitrate}", stream: name, time: "{start time}" });
  return {
    "@Type": type,
    "@Name": name,
    "@Language": language,
    "@Subtype": type === "text" ? getSubtype(role) : undefined,
    "@Chunks": runs.reduce((sum, times) => sum + times.length - 1, 0),
    "@QualityLevels": levels.length,
    ...maxSize(levels),
    "@Url": url + query,
    QualityLevel: levels.map(qualityLevel),
    runs: runPlaceholder(runIndex),
  };
}

/** Coded sizes are before rotation, which Smooth cannot declare. */
function maxSize(levels: readonly SmoothLevel[]): XmlElement {
  const sizes = levels.flatMap(({ rendition }) =>
    rendition.type === "video"
      ? [{ ...getCodedSize(rendition), display: getDisplaySize(rendition) }]
      : []
  );
  if (sizes.length === 0) return {};
  return {
    "@MaxWidth": findMax(sizes.map(({ width }) => width)),
    "@MaxHeight": findMax(sizes.map(({ height }) => height)),
    "@DisplayWidth": findMax(sizes.map(({ display }) => Math.round(display.width))),
    "@DisplayHeight": findMax(sizes.map(({ display }) => display.height)),
  };
}

function getSubtype(role: Role | undefined): string {
  return role === "caption" ? "CAPT" : role === "description" ? "DESC" : "SUBT";
}

function qualityLevel({ bitrate, rendition }: SmoothLevel, index: number): XmlElement {
  const level = { "@Index": index, "@Bitrate": bitrate };
  if (rendition.type === "text") return { ...level, "@FourCC": "TTML", "@CodecPrivateData": "" };
  return {
    ...level,
    "@FourCC": rendition.codec.smooth!.fourCC,
    "@CodecPrivateData": toHex(getCodecPrivateData(rendition)!),
    ...rendition.type === "video" ? videoAttributes(rendition) : audioAttributes(rendition),
  };
}

function videoAttributes(rendition: MediaRendition): XmlElement {
  const { codec, track } = rendition;
  const { width, height } = getCodedSize(rendition);
  const length = codec.smooth!.nalUnitLength?.(track.entries[0]!) ?? 4;
  return {
    "@MaxWidth": width,
    "@MaxHeight": height,
    "@NALUnitLengthField": length === 4 ? undefined : length,
  };
}

function getCodedSize({ description }: MediaRendition): Size {
  return description.type === "audio" ? { width: 0, height: 0 } : description;
}

const BITS_PER_SAMPLE = 16;

function audioAttributes(rendition: MediaRendition): XmlElement {
  const { codec: { smooth }, description } = rendition;
  if (description.type !== "audio") return {};
  const { sampleRate, channels } = description;
  return {
    "@SamplingRate": sampleRate,
    "@Channels": channels,
    "@BitsPerSample": BITS_PER_SAMPLE,
    "@PacketSize": smooth!.hasConstantPacketSize
      ? getFirstPacketSize(rendition)
      : channels * BITS_PER_SAMPLE / 8,
    "@AudioTag": smooth!.audioTag,
  };
}

function getFirstPacketSize({ track, timing: { first } }: MediaRendition): number {
  return track.samples.bytes(first, first + 1);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase();
}

/** Unlike in DASH, r counts the fragment itself (2.2.2.6). */
function formatChunks(times: Float64Array): string {
  return formatRuns(times, (duration, count, time) => {
    const t = time === undefined ? "" : ` t="${time}"`;
    const r = count > 1 ? ` r="${count}"` : "";
    return `<c${t} d="${duration}"${r}/>`;
  });
}
