import { assertEquals } from "@std/assert";
import {
  CMAF_MEDIA,
  type CmafMedia,
  imageUrl,
  initUrl,
  numberedImageUrl,
  segmentUrl,
  webvttUrl,
  wvttInitUrl,
  wvttSegmentUrl,
} from "../../lib/cmaf/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

const RENDITION = "video_eng=4-0";
const AT = ["v1f", RENDITION] as const;

const urls: [url: string, expected: string, route: CmafMedia][] = [
  [initUrl(...AT), "init.mp4", { kind: "init", rendition: RENDITION }],
  [wvttInitUrl(...AT), "init.wvtt.mp4", { kind: "wvttInit", rendition: RENDITION }],
  [webvttUrl(...AT), "all.vtt", { kind: "text", rendition: RENDITION }],
  [segmentUrl(...AT, 9e4), "90000.m4s", { kind: "cmaf", rendition: RENDITION, time: 9e4 }],
  [wvttSegmentUrl(...AT, 1), "1.wvtt.m4s", { kind: "wvtt", rendition: RENDITION, time: 1 }],
  [
    numberedImageUrl(...AT, { duration: 32768, number: 2 }),
    "32768x2.jpg",
    { kind: "image", rendition: RENDITION, time: 65536 },
  ],
  [imageUrl(...AT, 0), "0.jpg", { kind: "image", rendition: RENDITION, time: 0 }],
];

for (const [url, name, route] of urls) {
  Deno.test(`CMAF_MEDIA has ${name}`, () => {
    assertEquals(url, `v1f/${RENDITION}/${name}`);
    assertEquals(matchRoute(CMAF_MEDIA, url.replace("v1f/", "")), route);
  });
}
