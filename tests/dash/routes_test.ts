import { assertEquals } from "@std/assert";
import {
  DASH_MANIFEST_URLS,
  DASH_MANIFESTS,
  DASH_MEDIA,
  webvttClipUrl,
} from "../../lib/dash/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

const names: [name: string, kind: string | undefined][] = [
  [DASH_MANIFEST_URLS.mpd, "mpd"],
  [DASH_MANIFEST_URLS.mpdWvtt, "mpdWvtt"],
  ["any name.mpd", "mpd"],
  ["a.wvtt.mpd", "mpd"],
  [".MPD", undefined],
  ["a.mpd.txt", undefined],
];

for (const [name, kind] of names) {
  Deno.test(`DASH_MANIFESTS has ${kind} at ${name}`, () => {
    assertEquals(matchRoute(DASH_MANIFESTS, name)?.kind, kind);
  });
}

Deno.test("DASH_MEDIA has the URL that webvttClipUrl() builds", () => {
  const url = webvttClipUrl("v1", "caption_eng", 9);
  assertEquals(url, "v1/caption_eng/from-9.vtt");
  const route = matchRoute(DASH_MEDIA, url.replace("v1/", ""));
  assertEquals(route, { kind: "textFrom", rendition: "caption_eng", time: 9 });
});
