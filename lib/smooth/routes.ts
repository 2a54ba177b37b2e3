/** URLs of Smooth Streaming ([MS-SSTR] §2.2.3). */

import { defineRoute, type RouteRow } from "../url/route.ts";

export const SMOOTH_MANIFEST_URL = "Manifest";

export const SMOOTH_MANIFESTS: readonly RouteRow<{ readonly kind: "smooth" }>[] = [
  defineRoute(SMOOTH_MANIFEST_URL, "smooth", { inDirectory: "fallback", ignoreCase: true }),
];

export interface SmoothMedia {
  /** `fragmentInfo`: the moof of a fragment of a channel, which names the next ones. dash.js requests it while it is paused. */
  readonly kind: "fragment" | "fragmentInfo";
  readonly bitrate: number;
  readonly stream: string;
  readonly time: number;
}

export const SMOOTH_MEDIA: readonly RouteRow<SmoothMedia>[] = [
  defineRoute("QualityLevels(<bitrate>)/Fragments(<stream>=<time>)", "fragment", {
    ignoreCase: true,
  }),
  defineRoute("QualityLevels(<bitrate>)/FragmentInfo(<stream>=<time>)", "fragmentInfo", {
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
