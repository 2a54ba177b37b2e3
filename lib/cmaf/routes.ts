/** URLs that DASH and HLS share, relative to the manifest. */

import { defineRoute, type RouteRow } from "../url/route.ts";

export type CmafMedia =
  | { readonly kind: "init" | "wvttInit" | "text"; readonly rendition: string }
  | { readonly kind: "cmaf" | "wvtt" | "image"; readonly rendition: string; readonly time: number }
  | { readonly kind: "keyFrame"; readonly rendition: string; readonly time: number };

const NUMBERED_IMAGE = defineRoute("<rendition>/<duration>x<number>.jpg", "image");

export const CMAF_MEDIA: readonly RouteRow<CmafMedia>[] = [
  defineRoute("<rendition>/init.mp4", "init"),
  defineRoute("<rendition>/init.wvtt.mp4", "wvttInit"),
  defineRoute("<rendition>/all.vtt", "text"),
  defineRoute("<rendition>/<time>.m4s", "cmaf"),
  defineRoute("<rendition>/<time>.iframe.m4s", "keyFrame"),
  defineRoute("<rendition>/<time>.wvtt.m4s", "wvtt"),
  defineRoute("<rendition>/<time>.jpg", "image"),
  {
    ...NUMBERED_IMAGE,
    parse(path) {
      const route = NUMBERED_IMAGE.parse(path);
      if (!route) return undefined;
      const { kind, rendition, duration, number } = route;
      return { kind, rendition, time: duration * number };
    },
  },
];

export function initUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/init.mp4`;
}

/** @param time in the rendition's timescale, or the placeholder of a template */
export function segmentUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.m4s`;
}

/** @param time presentation time of the sample, in the rendition's timescale */
export function keyFrameUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.iframe.m4s`;
}

export function imageUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.jpg`;
}

/** @param number of an image that starts at `duration` × `number`, or the placeholder of a template */
export function numberedImageUrl(
  version: string,
  rendition: string,
  { duration, number }: { duration: number; number: number | string },
): string {
  return `${version}/${rendition}/${duration}x${number}.jpg`;
}

export function wvttInitUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/init.wvtt.mp4`;
}

export function wvttSegmentUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.wvtt.m4s`;
}

export function webvttUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/all.vtt`;
}
