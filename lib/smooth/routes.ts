/** URLs of Smooth Streaming ([MS-SSTR] §2.2.3). */

import { defineRoute, type RouteRow } from "../url/route.ts";

/** Relative to `<pkg>/`. */
export const SMOOTH_MANIFEST_URL = "Manifest";

export const SMOOTH_MANIFESTS: readonly RouteRow<{ readonly kind: "smooth" }>[] = [
  defineRoute(SMOOTH_MANIFEST_URL, "smooth", { inDirectory: "fallback", ignoreCase: true }),
];

/** A fragment is identified by the name of its stream and the bitrate of its quality level. */
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

/**
 * Returns the URL of a fragment, relative to the manifest.
 *
 * @param bitrate a number, or a placeholder, as is `time`
 */
export function fragmentUrl(
  version: string,
  { bitrate, stream, time }: { bitrate: number | string; stream: string; time: number | string },
): string {
  return `${version}/QualityLevels(${bitrate})/Fragments(${stream}=${time})`;
}
