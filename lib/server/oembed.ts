import type { Size } from "../presentation/video_size.ts";
import { formatElement } from "./html_template.ts";
import type { SharedAsset } from "./shared_asset.ts";

/** What an embedded player uses (Permissions Policy). */
const EMBED_PERMISSIONS = "autoplay; encrypted-media; fullscreen; picture-in-picture";

/**
 * Describes the player of an asset (oembed.com §2.3.4).
 *
 * @param publicUrl of the server
 * @param limits of the player, Infinity for none
 */
export function buildOembed(
  shared: SharedAsset,
  publicUrl: string,
  limits: Size,
): Record<string, unknown> {
  const { title, embedUrl, hasVideo, posterUrl, posterSize } = shared;
  const { width, height } = fitInto(shared.size, limits);
  return {
    version: "1.0",
    type: hasVideo ? "video" : "rich",
    title,
    provider_name: "AMS",
    provider_url: publicUrl,
    width,
    height,
    html: formatElement("iframe", {
      src: embedUrl,
      width: `${width}`,
      height: `${height}`,
      style: "border:0",
      title,
      allow: EMBED_PERMISSIONS,
    }) + "</iframe>",
    ...posterUrl !== undefined && posterSize && {
      thumbnail_url: posterUrl,
      thumbnail_width: posterSize.width,
      thumbnail_height: posterSize.height,
    },
  };
}

/** Scales down, and keeps the aspect ratio. */
function fitInto({ width, height }: Size, limits: Size): Size {
  const scale = Math.min(1, limits.width / width, limits.height / height);
  const scaled = (length: number) => Math.max(1, Math.floor(length * scale));
  return { width: scaled(width), height: scaled(height) };
}
