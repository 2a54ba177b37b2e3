/** What links to an asset on other sites show of it: Open Graph tags of its page, and oEmbed. */

import { isExpectedError } from "../errors.ts";
import { ARTWORK_URLS } from "../info/routes.ts";
import { Channel } from "../library/channel.ts";
import { findImage } from "../presentation/images.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { getRotatedDisplaySize, type Size } from "../presentation/video_size.ts";
import { assetUrl } from "../url/path.ts";
import type { App } from "./app.ts";
import { formatEmbedQuery } from "./embed_query.ts";
import { formatElement } from "./html_template.ts";
import { OEMBED_URL } from "./routes.ts";

/** An asset as other sites show it. All URLs are absolute. */
export interface SharedAsset {
  readonly title: string;
  readonly description?: string;
  readonly pageUrl: string;
  /** The player alone. */
  readonly embedUrl: string;
  readonly posterUrl?: string;
  /** Absent where the poster is a file of the operator. */
  readonly posterSize?: Size;
  readonly hasVideo: boolean;
  /** Size of the player in square pixels. */
  readonly size: Size;
}

/** Size of the player of channels on which nothing was published yet. */
const DEFAULT_SIZE: Size = { width: 1280, height: 720 };

/** Size of a player without video. */
const AUDIO_SIZE: Size = { width: 640, height: 120 };

/**
 * @param publicUrl of the document root, with a slash at its end
 * @throws RequestError, MediaError, SourceError, KeysError as `Library.open()`
 */
export async function describeSharedAsset(
  { library }: App,
  publicUrl: string,
  file: string,
): Promise<SharedAsset> {
  using opened = await library.open(file);
  const isChannel = opened instanceof Channel;
  const presentation = isChannel
    ? opened.views?.whole.periods.at(-1)?.presentation
    : opened.presentation;
  const pageUrl = `${publicUrl}${assetUrl(file).slice(1)}`;
  const label = isChannel ? opened.label : presentation?.metadata?.title;
  return {
    title: label ?? file.slice(file.lastIndexOf("/") + 1),
    pageUrl,
    embedUrl: `${pageUrl}${formatEmbedQuery("")}`,
    ...describePlayer(presentation),
    ...!isChannel && presentation && describeMetadata(presentation, pageUrl),
  };
}

function describePlayer(presentation?: Presentation): Pick<SharedAsset, "hasVideo" | "size"> {
  if (!presentation) return { hasVideo: true, size: DEFAULT_SIZE };
  const sizes = presentation.renditions.values()
    .flatMap((it) => it.type === "video" ? [getRotatedDisplaySize(it)] : []);
  const size = [...sizes].reduce<Size | undefined>(
    (largest, it) => largest && largest.height >= it.height ? largest : it,
    undefined,
  );
  return { hasVideo: size !== undefined, size: size ?? AUDIO_SIZE };
}

function describeMetadata(
  presentation: Presentation,
  pageUrl: string,
): Pick<SharedAsset, "description" | "posterUrl" | "posterSize"> {
  const { metadata: { description, hasPoster } = {} } = presentation;
  const image = findImage(presentation);
  return {
    ...description !== undefined && { description },
    ...(hasPoster || image) && { posterUrl: `${pageUrl}${ARTWORK_URLS.poster}` },
    ...!hasPoster && image && { posterSize: getRotatedDisplaySize(image.rendition) },
  };
}

/**
 * Returns Open Graph tags (ogp.me) and the link of oEmbed for the head of the page of an asset; "" without a public URL, or where
 * a token is required.
 */
export async function formatSharingHead(app: App, file: string): Promise<string> {
  const { publicUrl, access } = app;
  if (publicUrl === undefined || access?.requiresToken(file)) return "";
  try {
    const shared = await describeSharedAsset(app, publicUrl, file);
    return formatHead(shared, publicUrl);
  } catch (error) {
    if (isExpectedError(error)) return ""; // the page itself says what is wrong with the asset
    throw error;
  }
}

function formatHead(shared: SharedAsset, publicUrl: string): string {
  const { title, description, pageUrl, embedUrl, posterUrl, hasVideo, size } = shared;
  const properties: [name: string, content: string | number | undefined][] = [
    ["og:type", hasVideo ? "video.other" : "website"],
    ["og:title", title],
    ["og:description", description],
    ["og:url", pageUrl],
    ["og:image", posterUrl],
    ["og:video", embedUrl],
    ["og:video:type", "text/html"],
    ["og:video:width", size.width],
    ["og:video:height", size.height],
  ];
  const href = `${publicUrl}${OEMBED_URL}?url=${encodeURIComponent(pageUrl)}`;
  const tags = properties.flatMap(([property, content]) =>
    content === undefined ? [] : [formatElement("meta", { property, content: `${content}` })]
  );
  const type = "application/json+oembed";
  return [...tags, formatElement("link", { rel: "alternate", type, href, title })]
    .map((tag) => `  ${tag}\n  `).join("");
}
