/** Caches tell percent-encodings apart, so AMS serves one spelling of each URL to them. */

import { assertEquals } from "@std/assert";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

const FILE = "films/b (1).mp4";
const OWN = "/films/b%20(1).mp4";
const OTHER = "/films/b%20%281%29.mp4";
const CROSS_ORIGIN = { origin: "https://player.example" };

function createRoot(): TestApp {
  const server = testApp();
  addMedia(server, "ladder-avc-240p.mp4", FILE);
  addMedia(server, "ladder-avc-240p.mp4", "film.mp4");
  return server;
}

async function findMedia(server: TestApp): Promise<string> {
  const playlists = await (await server.request(`GET ${OWN}/.m3u8`)).text();
  const [playlist] = /^video\S+\.m3u8$/m.exec(playlists)!;
  const segments = await (await server.request(`GET ${OWN}/${playlist}`)).text();
  return /^v\S+\/\d+\.m4s$/m.exec(segments)![0];
}

const redirects: [path: string, location: string][] = [
  [`${OTHER}/.m3u8`, "../b%20(1).mp4/.m3u8"],
  [
    `${OTHER}/.mpd?filter=type==%22video%22&_HLS_x=1`,
    "../b%20(1).mp4/.mpd?filter=type==%22video%22&_HLS_x=1",
  ],
  [`${OTHER}/any.mpd`, "../b%20(1).mp4/any.mpd"],
  [`${OTHER}/Manifest`, "../b%20(1).mp4/Manifest"],
  [`${OTHER}/mAnIfEsT`, "../b%20(1).mp4/mAnIfEsT"],
  ["/f%69lm.ism/Manifest", "../film.ism/Manifest"],
  ["/%66ilms/b%20(1).mp4/.m3u8", "../../films/b%20(1).mp4/.m3u8"],
  ["/film%73/.mpd", "../films/.mpd"],
  ["/film%73/master.m3u8?a=é", "../films/master.m3u8?a=%C3%A9"],
  [`${OTHER}/.mpd?a=\ud800"<`, "../b%20(1).mp4/.mpd?a=%EF%BF%BD%22%3C"],
];

for (const [path, location] of redirects) {
  Deno.test(`handle() redirects ${JSON.stringify(path)} to ${location}`, async () => {
    using server = createRoot();
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await server.request(`${method} ${path}`, CROSS_ORIGIN);
      assertEquals([status, headers.get("location")], [302, location]);
      assertEquals(headers.get("cache-control"), "no-cache");
      assertEquals(headers.get("access-control-allow-origin"), "*");
    }
  });
}

Deno.test("handle() redirects once, to a manifest with the same media", async () => {
  using server = createRoot();
  const location = (await server.request(`GET ${OTHER}/.mpd`)).headers.get("location")!;
  const { pathname } = new URL(location, `http://host${OTHER}/.mpd`);
  assertEquals(pathname, `${OWN}/.mpd`);
  assertEquals((await server.request(`GET ${pathname}`)).status, 200);
});

Deno.test("handle() serves media under another spelling of the asset's path as private", async () => {
  using server = createRoot();
  const media = await findMedia(server);
  const init = media.replace(/\d+\.m4s$/, "init.mp4");
  for (const path of [media, media, init]) { // the second response is a hot segment
    const own = await server.request(`GET ${OWN}/${path}`);
    assertEquals(own.headers.get("cache-control"), "public, max-age=31536000, immutable");
    for (
      const range of [{}, { range: "bytes=0-9" }, { "if-none-match": own.headers.get("etag")! }]
    ) {
      const other = await server.request(`GET ${OTHER}/${path}`, { ...range });
      assertEquals(other.headers.get("cache-control"), "private");
      assertEquals(other.headers.get("etag"), own.headers.get("etag"));
    }
    const other = await server.request(`GET ${OTHER}/${path}`);
    assertEquals(await other.bytes(), await own.bytes());
  }
  const { headers } = await server.request(`GET ${OWN}/${media}`);
  assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
});

Deno.test("handle() finds nothing under another spelling of what follows the asset's path", async () => {
  using server = createRoot();
  const media = await findMedia(server);
  const [version, rendition] = media.split("/") as [string, string, string];
  const others = [
    media.replace("v", "%76"),
    media.replace("=", "%3D"),
    media.replace(".m4s", "%2Em4s"),
    media.replace(".m4s", ".%6D4s"),
    `${version}/${rendition}/init%2emp4`,
    "%2Empd",
    ".%6Dpd",
    "%2em3u8",
    "M%61nifest",
    `${rendition.replace("=", "%3D")}.m3u8`,
    `${version}/QualityLevels%281%29/Fragments%28video_eng%3D0%29`,
    ".about%2Ejson",
    "about%2Ejson",
  ];
  for (const path of others) {
    const response = await server.request(`GET ${OWN}/${path}`);
    assertEquals([path, response.status, response.headers.get("ams-error")], [
      path,
      404,
      "NOT_FOUND",
    ]);
  }
});
