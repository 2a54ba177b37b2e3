/** Attributes and descriptors of video (23009-1 §5.3.7). */

import type { Description, VideoDescription } from "../codecs/codec.ts";
import { UNSPECIFIED } from "../codecs/video_properties.ts";
import { findMax } from "../extremes.ts";
import type { MediaRendition, Presentation, SwitchingSet } from "../presentation/presentation.ts";
import {
  getDynamicRange,
  getRotatedCodedSize,
  getRotatedDisplaySize,
  type Size,
} from "../presentation/video_size.ts";
import { gcd } from "../time.ts";
import type { XmlElement } from "../xml.ts";
import { descriptor } from "./roles.ts";

const CICP = "urn:mpeg:mpegB:cicp:";

/** Attributes of a representation of video or images; none for audio. */
export function describeVideoSize(rendition: MediaRendition): XmlElement {
  const { description, frameRate } = rendition;
  if (description.type === "audio") return {};
  const { width, height, pixelAspect } = getRotatedCodedSize(rendition);
  if (description.type === "image") return { "@width": width, "@height": height };
  return {
    "@width": width,
    "@height": height,
    "@sar": pixelAspect,
    "@frameRate": frameRate,
    "@scanType": description.interlaced ? "interlaced" : "progressive",
  };
}

/** Maxima and display aspect ratio of the representations (§5.3.7). */
export function videoMaxima(media: readonly MediaRendition[]): XmlElement {
  const sizes = media.map(getRotatedCodedSize);
  const rates = media.flatMap(({ frameRate }) => frameRate ?? []);
  return {
    "@par": getDisplayAspect(media),
    "@maxWidth": findMax(sizes.map(({ width }) => width)),
    "@maxHeight": findMax(sizes.map(({ height }) => height)),
    "@maxFrameRate": maxBy(rates, (rate) => divide(rate.split("/"))),
  };
}

/** Sizes of one aspect ratio are rounded to pixels. */
const MAX_ASPECT_DEVIATION = 0.01;

/** Returns the ratio of the largest size; undefined if another one differs by more than rounding does. */
function getDisplayAspect(media: readonly MediaRendition[]): string | undefined {
  const sizes = media.map((rendition) => ({ rendition, ...getRotatedDisplaySize(rendition) }));
  const { rendition, ...largest } = maxBy(sizes, ({ width }) => width)!;
  const aspect = largest.width / largest.height;
  const differs = ({ width, height }: Size) =>
    Math.abs(width / height / aspect - 1) > MAX_ASPECT_DEVIATION;
  if (sizes.some(differs)) return undefined;
  const { width, height, pixelAspect } = getRotatedCodedSize(rendition);
  const [horizontal, vertical] = pixelAspect.split(":").map(Number) as [number, number];
  const divisor = gcd(width * horizontal, height * vertical);
  return `${width * horizontal / divisor}:${height * vertical / divisor}`;
}

function maxBy<T>(values: readonly T[], getValue: (value: T) => number): T | undefined {
  return values.reduce<T | undefined>(
    (max, value) => max !== undefined && getValue(max) >= getValue(value) ? max : value,
    undefined,
  );
}

function divide([dividend, divisor = "1"]: readonly string[]): number {
  return Number(dividend) / Number(divisor);
}

/**
 * Colour properties of a set: PQ is essential where the presentation has video of another dynamic range
 * (docs/design/signalling.md).
 */
export function colourProperties(
  set: SwitchingSet,
  { sets }: Presentation,
): Partial<Record<"EssentialProperty" | "SupplementalProperty", XmlElement[]>> {
  const colour = getColour(set);
  if (!colour) return {};
  const transfers = sets.filter(({ type }) => type === "video").map((one) =>
    getColour(one)?.transfer
  );
  const isEssential = colour.transfer === PQ && transfers.some((transfer) => transfer !== PQ);
  return { [isEssential ? "EssentialProperty" : "SupplementalProperty"]: describeColour(colour) };
}

/** Transfer characteristics (ISO/IEC 23091-2). */
const PQ = 16;

/** Returns the colour of high dynamic range only. */
function getColour({ renditions: [first] }: SwitchingSet): VideoDescription["colour"] {
  if (first?.type !== "video" || first.description.type !== "video") return undefined;
  return getDynamicRange(first.description) === "SDR" ? undefined : first.description.colour;
}

/** Describes the known code points of ISO/IEC 23091-2 (§5.8.5.4; DASH-IF IOP part 7). */
function describeColour(
  { primaries, transfer, matrix }: NonNullable<VideoDescription["colour"]>,
): XmlElement[] {
  return [
    ["ColourPrimaries", primaries] as const,
    ["TransferCharacteristics", transfer] as const,
    ["MatrixCoefficients", matrix] as const,
  ].filter(([, value]) => value !== UNSPECIFIED)
    .map(([name, value]) => descriptor(`${CICP}${name}`, `${value}`));
}

/** Dolby Vision with a base layer that others decode (SCTE 214-1 §11.1.6). */
export function supplementalCodecs(description: Description): XmlElement {
  if (description.type !== "video" || description.supplementalCodec === undefined) return {};
  return {
    "@scte214:supplementalCodecs": description.supplementalCodec,
    "@scte214:supplementalProfiles": description.supplementalBrand,
  };
}

export function hasSupplementalCodecs({ renditions }: Presentation): boolean {
  return renditions.values().some((rendition) =>
    rendition.type === "video" && rendition.description.type === "video" &&
    rendition.description.supplementalCodec !== undefined
  );
}
