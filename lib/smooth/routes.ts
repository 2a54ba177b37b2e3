/** URLs of Smooth Streaming ([MS-SSTR] §2.2.3). */

import { defineRoute, type RouteRow } from "../url/route.ts";

export const SMOOTH_MANIFEST_URL = "Manifest";

export const SMOOTH_MANIFESTS: readonly RouteRow<{ readonly kind: "smooth" }>[] = [
  defineRoute(SMOOTH_MANIFEST_URL, "smooth", { inDirectory: "fallback", ignoreCase: true }),
];

export interface SmoothMedia {
  readonly kind: "fragment";
  readonly bitrate: number;
  readonly stream: string;
  readonly time: number;
}

export const SMOOTH_MEDIA: readonly RouteRow<SmoothMedia>[] = [
  defineRoute("QualityLevels(<bitrate>)/Fragments(<stream>=<time>)", "fragment", {
    ignoreCase: true,
  }),
];

/** Returns the URL relative to the manifest; `bitrate` and `time` may be placeholders. */
export function fragmentUrl(
  version: string,
  { bitrate, stream, time }: { bitrate: number | string; stream: string; time: number | string },
): string {
  return `${version}/QualityLevels(${bitrate})/Fragments(${stream}=${time})`;
}
