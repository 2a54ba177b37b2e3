/** URLs of DASH. Media segments: cmaf/routes.ts. */

import { defineRoute, type RouteRow } from "../url/route.ts";

export type DashManifestKind = "mpd" | "mpdWvtt";

export const DASH_MANIFEST_URLS = { mpd: ".mpd", mpdWvtt: "wvtt.mpd" } as const;

/** The clock of a channel, relative to the manifest. */
export const CLOCK_URL = "time";

export const DASH_MANIFESTS: readonly RouteRow<{ readonly kind: DashManifestKind }>[] = [
  defineRoute(DASH_MANIFEST_URLS.mpd, "mpd", { inDirectory: "always" }),
  defineRoute(DASH_MANIFEST_URLS.mpdWvtt, "mpdWvtt", { inDirectory: "fallback" }),
  defineRoute("*.mpd", "mpd"),
];

export interface DashClock {
  readonly kind: "clock";
}

export const DASH_CLOCK: RouteRow<DashClock> = defineRoute(CLOCK_URL, "clock");

export interface DashMedia {
  readonly kind: "textFrom";
  readonly rendition: string;
  readonly time: number;
}

export const DASH_MEDIA: readonly RouteRow<DashMedia>[] = [
  defineRoute("<rendition>/from-<time>.vtt", "textFrom"),
];

/** Returns the URL relative to the manifest; `time` is in the rendition's timescale. */
export function webvttClipUrl(version: string, rendition: string, time: number): string {
  return `${version}/${rendition}/from-${time}.vtt`;
}
