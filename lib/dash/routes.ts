/** URLs of DASH. Media segments: cmaf/routes.ts. */

import { defineRoute, type RouteRow } from "../url/route.ts";

/** An MPD whose subtitles are WebVTT files, or `wvtt` tracks. */
export type DashManifestKind = "mpd" | "mpdWvtt";

/** Relative to `<pkg>/`. */
export const DASH_MANIFEST_URLS = { mpd: ".mpd", mpdWvtt: "wvtt.mpd" } as const;

export const DASH_MANIFESTS: readonly RouteRow<{ readonly kind: DashManifestKind }>[] = [
  defineRoute(DASH_MANIFEST_URLS.mpd, "mpd", { inDirectory: "always" }),
  defineRoute(DASH_MANIFEST_URLS.mpdWvtt, "mpdWvtt", { inDirectory: "fallback" }),
  defineRoute("*.mpd", "mpd"),
];

/** The cues of a clip as one WebVTT file, whose times count from `time`. */
export interface DashMedia {
  readonly kind: "textFrom";
  readonly rendition: string;
  readonly time: number;
}

export const DASH_MEDIA: readonly RouteRow<DashMedia>[] = [
  defineRoute("<rendition>/from-<time>.vtt", "textFrom"),
];

/**
 * Returns the URL of the cues from a time on, relative to the manifest.
 *
 * @param time in the rendition's timescale
 */
export function webvttClipUrl(version: string, rendition: string, time: number): string {
  return `${version}/${rendition}/from-${time}.vtt`;
}
