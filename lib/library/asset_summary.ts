/** Summaries of assets in a directory listing (docs/about.md). */

import type { EncryptionScheme } from "../drm/encryption_scheme.ts";
import { isExpectedError } from "../errors.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { MediaRendition, Presentation, Rendition } from "../presentation/presentation.ts";
import type { ChannelState } from "../presentation/broadcast.ts";
import type { Channel } from "./channel.ts";
import { ARTWORK_URLS } from "../info/routes.ts";
import { findImage } from "../presentation/images.ts";
import { imageUrl } from "../cmaf/routes.ts";

export interface AssetSummary {
  readonly duration?: number;
  readonly renditions?: readonly string[];
  readonly languages?: readonly string[];
  /** Set for a protected asset. */
  readonly scheme?: EncryptionScheme;
  /** The label in the file of a channel. */
  readonly label?: string;
  /** Set for a channel. */
  readonly live?: ChannelState;
  readonly title?: string;
  readonly description?: string;
  /** Set if the package names an image. */
  readonly poster?: string;
  readonly thumbnail?: string;
  /** Size of all files that a package plays. */
  readonly bytes?: number;
  /** Names of files in the same directory that it plays. */
  readonly uses?: readonly string[];
  /** False for a file that is listed, but not served. */
  readonly served?: false;
  readonly error?: string;
}

const MAX_LISTED = 50;

/** URLs are relative to the directory of the file `name`. */
export function summarizeAsset(
  { duration, renditions, version, protection, metadata }: Presentation,
  name: string,
): AssetSummary {
  const all = [...renditions.values()];
  const localized = all.filter(({ type }) => type === "audio" || type === "text");
  const image = findImage({ renditions });
  const languages = new Set(localized.map(({ language }) => language));
  return {
    duration: Math.round(duration.ticks / duration.timescale * 1e6) / 1e6,
    renditions: all.slice(0, MAX_LISTED).map(describeRendition),
    languages: [...languages].slice(0, MAX_LISTED),
    ...protection && { scheme: protection.scheme },
    ...metadata?.title !== undefined && { title: metadata.title },
    ...metadata?.description !== undefined && { description: metadata.description },
    ...metadata?.hasPoster && { poster: `${encodeURIComponent(name)}/${ARTWORK_URLS.poster}` },
    ...image && {
      thumbnail: `${encodeURIComponent(name)}/${
        imageUrl(version, image.rendition.name, image.time)
      }`,
    },
  };
}

/** Summarizes the newest period; the duration is that of a broadcast that is over. */
export function summarizeChannel({ state, label, views }: Channel, name: string): AssetSummary {
  const channel = { ...label !== undefined && { label }, live: state };
  if (!views) return channel;
  const { periods } = views.whole;
  const newest = periods.at(-1)!;
  const { duration, ...summary } = summarizeAsset(newest.presentation, name);
  const seconds = (newest.start - periods[0]!.start) / 1e6 + duration!;
  return { ...state === "over" && { duration: seconds }, ...summary, ...channel };
}

/** Hides the details of internal errors. */
export function summarizeError(error: unknown): AssetSummary {
  const message = "Cannot open this because of an internal error";
  return { error: isExpectedError(error) ? error.message : message };
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
