/** URLs of pages and descriptions. */

import { assetUrl } from "../url/path.ts";
import { defineRoute, type RouteRow } from "../url/route.ts";

export type InfoPageKind = "page" | "info";

const INFO_NAME = "about.json";

export const INFO_PAGES: readonly RouteRow<{ readonly kind: InfoPageKind }>[] = [
  defineRoute("", "page"),
  defineRoute(INFO_NAME, "info"),
];

/** Images of an asset, which are no resources of its media. */
export interface Artwork {
  readonly kind: "poster" | "thumbnail";
}

export const ARTWORK_URLS = { poster: "poster", thumbnail: "thumbnail.jpg" } as const;

export const ARTWORK: readonly RouteRow<Artwork>[] = [
  defineRoute(ARTWORK_URLS.poster, "poster"),
  defineRoute(ARTWORK_URLS.thumbnail, "thumbnail"),
];

export const CHAPTERS_VTT: RouteRow<{ readonly kind: "chaptersVtt" }> = defineRoute(
  "chapters.vtt",
  "chaptersVtt",
);

/** A directory's own `about.json` lists its content instead. */
export const INFO_MANIFESTS: readonly RouteRow<{ readonly kind: "presentationInfo" }>[] = [
  defineRoute(".about.json", "presentationInfo", { inDirectory: "always" }),
];

export function infoUrl(file: string): string {
  return `${assetUrl(file)}${INFO_NAME}`;
}
