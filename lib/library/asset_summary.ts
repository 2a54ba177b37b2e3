/** What a listing says of a asset. Its form: docs/about.md. */

import { MediaError, RequestError } from "../errors.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { MediaRendition, Presentation, Rendition } from "../presentation/presentation.ts";
import { imageUrl } from "../cmaf/routes.ts";
import { describeError } from "../http/access_log.ts";

export interface AssetSummary {
  readonly duration?: number;
  readonly renditions?: readonly string[];
  readonly languages?: readonly string[];
  readonly thumbnail?: string;
  readonly error?: string;
}

/** Renditions, and languages, that a summary names at most: it is a summary. */
const MAX_LISTED = 50;

/** Where in a asset its thumbnail is taken: past the black that many start with. */
const THUMBNAIL_AT = 0.1;

/** @param name of the file: URLs are relative to its folder */
export function summarizeAsset(
  { duration, renditions, version }: Presentation,
  name: string,
): AssetSummary {
  const all = [...renditions.values()];
  const heard = all.filter(({ type }) => type === "audio" || type === "text");
  const images = all.find((rendition): rendition is MediaRendition => rendition.type === "image");
  return {
    duration: Math.round(duration.ticks / duration.timescale * 1e6) / 1e6,
    renditions: all.slice(0, MAX_LISTED).map(describeRendition),
    languages: [...new Set(heard.map(({ language }) => language))].slice(0, MAX_LISTED),
    ...images && { thumbnail: `${encodeURIComponent(name)}/${buildThumbnailUrl(images, version)}` },
  };
}

/** Of a asset that can't be played: a reason, in a line. What is our own defect doesn't say more. */
export function summarizeError(error: unknown): AssetSummary {
  const known = error instanceof MediaError || error instanceof RequestError;
  return { error: known ? describeError(error) : "Cannot open this because of a defect in AMS" };
}

function describeRendition(rendition: Rendition): string {
  const { type, averageBandwidth, language } = rendition;
  const rate = `${Math.ceil(averageBandwidth / 1000)} kbit/s`;
  if (rendition.type === "text") return `text ${language}`;
  return [type, ...describeMedia(rendition), rate].join(" ");
}

function describeMedia(rendition: MediaRendition): string[] {
  const { description, frameRate, language } = rendition;
  const { codec } = description;
  if (description.type === "audio") {
    return [language, codec, `${description.channels} ch`, `${description.sampleRate} Hz`];
  }
  const { width, height } = getRotatedCodedSize(rendition);
  return [`${width}x${height}`, codec, ...frameRate ? [`${toFps(frameRate)} fps`] : []];
}

function toFps(fraction: string): number {
  const [numerator, denominator = 1] = fraction.split("/").map(Number);
  return +(numerator! / denominator).toFixed(3);
}

/** The last image that is shown at that place or before. */
function buildThumbnailUrl({ name, timeline: { times } }: MediaRendition, version: string): string {
  const at = times.at(-1)! * THUMBNAIL_AT;
  const time = times.subarray(0, -1).findLast((start) => start <= at) ?? times[0]!;
  return imageUrl(version, name, time);
}
