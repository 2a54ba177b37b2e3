import { assertEquals } from "@std/assert";
import { buildOembed } from "../../lib/server/oembed.ts";
import type { SharedAsset } from "../../lib/server/shared_asset.ts";

const SHARED: SharedAsset = {
  title: `A "film"`,
  pageUrl: "https://a.example/film.json/",
  embedUrl: "https://a.example/film.json/?embed&loop",
  hasVideo: true,
  size: { width: 1280, height: 720 },
};

const NO_LIMITS = { width: Infinity, height: Infinity };

Deno.test("buildOembed() describes a player in a frame", () => {
  assertEquals(buildOembed(SHARED, "https://a.example/", NO_LIMITS), {
    version: "1.0",
    type: "video",
    title: `A "film"`,
    provider_name: "AMS",
    provider_url: "https://a.example/",
    width: 1280,
    height: 720,
    html: '<iframe src="https://a.example/film.json/?embed&amp;loop" width="1280" height="720" ' +
      'style="border:0" title="A &quot;film&quot;" ' +
      'allow="autoplay; encrypted-media; fullscreen; picture-in-picture"></iframe>',
  });
});

Deno.test("buildOembed() gives the URL of a poster with its size alone", () => {
  const posterUrl = "https://a.example/film.json/poster";
  const posterSize = { width: 160, height: 90 };
  const without = buildOembed({ ...SHARED, posterUrl }, "https://a.example/", NO_LIMITS);
  assertEquals(without["thumbnail_url"], undefined);
  const found = buildOembed({ ...SHARED, posterUrl, posterSize }, "", NO_LIMITS);
  assertEquals(
    [found["thumbnail_url"], found["thumbnail_width"], found["thumbnail_height"]],
    [posterUrl, 160, 90],
  );
});

const limits: [width: number, height: number, fitted: [width: number, height: number]][] = [
  [2000, 2000, [1280, 720]],
  [640, Infinity, [640, 360]],
  [Infinity, 90, [160, 90]],
  [100, 10, [17, 10]],
  [1, 1, [1, 1]],
];

for (const [width, height, fitted] of limits) {
  Deno.test(`buildOembed() fits the player into ${width} × ${height}`, () => {
    const found = buildOembed(SHARED, "", { width, height });
    assertEquals([found["width"], found["height"]], fitted);
  });
}

Deno.test("buildOembed() describes audio as rich", () => {
  assertEquals(buildOembed({ ...SHARED, hasVideo: false }, "", NO_LIMITS)["type"], "rich");
});
