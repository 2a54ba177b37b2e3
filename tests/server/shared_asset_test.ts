import { assert, assertEquals } from "@std/assert";
import { describeSharedAsset } from "../../lib/server/shared_asset.ts";
import { createAccessConfig } from "../access/tokens.ts";
import { PATH_TOKEN } from "./access_server.ts";
import { addMedia, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const HTML = { accept: "text/html,*/*;q=0.8" };
const PUBLIC_URL = "https://media.example.com/";
const HOSTILE = `"><script>alert('1')</script>`;

async function getHead(server: TestApp, path: string, headers: Record<string, string> = HTML) {
  const response = await server.request(`GET ${path}`, headers);
  const text = await response.text();
  return {
    status: response.status,
    tags: text.match(/<meta property=[^>]*>|<link rel="alternate"[^>]*>/g) ?? [],
    text,
  };
}

Deno.test("describeSharedAsset() describes a package by its title, poster and largest video", async () => {
  using server = testApp();
  const pack = { ...MOVIE_PACKAGE, title: "A film", description: "Of two\nlines" };
  server.files.write("titled.json", JSON.stringify(pack));
  assertEquals(await describeSharedAsset(server.app, PUBLIC_URL, "titled.json"), {
    title: "A film",
    description: "Of two\nlines",
    pageUrl: `${PUBLIC_URL}titled.json/`,
    embedUrl: `${PUBLIC_URL}titled.json/?embed`,
    posterUrl: `${PUBLIC_URL}titled.json/poster`,
    posterSize: { width: 160, height: 90 },
    hasVideo: true,
    size: { width: 426, height: 240 },
  });
});

Deno.test("describeSharedAsset() encodes the path of a file, and names it without a title", async () => {
  using server = testApp();
  addMedia(server, "ladder-aac-eng.mp4", "a b/c'd.mp4");
  assertEquals(await describeSharedAsset(server.app, PUBLIC_URL, "a b/c'd.mp4"), {
    title: "c'd.mp4",
    pageUrl: `${PUBLIC_URL}a%20b/c'd.mp4/`,
    embedUrl: `${PUBLIC_URL}a%20b/c'd.mp4/?embed`,
    hasVideo: false,
    size: { width: 640, height: 120 },
  });
});

Deno.test("formatSharingHead() puts Open Graph tags and oEmbed into the page of an asset", async () => {
  using server = testApp({ publicUrl: PUBLIC_URL });
  const { tags } = await getHead(server, "/film.json/");
  assertEquals(tags, [
    '<meta property="og:type" content="video.other">',
    '<meta property="og:title" content="film.json">',
    '<meta property="og:url" content="https://media.example.com/film.json/">',
    '<meta property="og:image" content="https://media.example.com/film.json/poster">',
    '<meta property="og:video" content="https://media.example.com/film.json/?embed">',
    '<meta property="og:video:type" content="text/html">',
    '<meta property="og:video:width" content="426">',
    '<meta property="og:video:height" content="240">',
    '<link rel="alternate" type="application/json+oembed" ' +
    'href="https://media.example.com/.ams/oembed?url=https%3A%2F%2Fmedia.example.com%2Ffilm.json%2F" ' +
    'title="film.json">',
  ]);
});

Deno.test("formatSharingHead() takes nothing from the request", async () => {
  using server = testApp({ publicUrl: PUBLIC_URL });
  const hostile = {
    ...HTML,
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "http",
  };
  const { text } = await getHead(server, "/film.json/?evil.example", hostile);
  assert(!text.includes("evil"), text);
  assertEquals(text, (await getHead(server, "/film.json/")).text);
});

Deno.test("formatSharingHead() escapes what a package says", async () => {
  using server = testApp({ publicUrl: PUBLIC_URL });
  const pack = { ...MOVIE_PACKAGE, title: HOSTILE, description: HOSTILE };
  server.files.write("hostile.json", JSON.stringify(pack));
  const { tags, text } = await getHead(server, "/hostile.json/");
  assertEquals(tags.length, 10);
  assert(!text.includes("<script>alert"), text);
});

Deno.test("formatSharingHead() adds nothing without --public-url, behind tokens, or to broken assets", async () => {
  using plain = testApp();
  assertEquals((await getHead(plain, "/film.json/")).tags, []);
  using server = testApp({
    publicUrl: PUBLIC_URL,
    access: createAccessConfig([{ path: "/film.json" }], { default: "open" }),
  });
  server.files.write("broken.mp4", "not a movie");
  for (const path of [`${PATH_TOKEN}/film.json/`, "/broken.mp4/", "/"]) {
    const { status, tags } = await getHead(server, path);
    assertEquals([path, status, tags], [path, 200, []]);
  }
  assertEquals((await getHead(server, "/video.mp4/")).tags.length, 8);
});

const accepts: [accept: string | undefined, path: string, withUrl: number, without: number][] = [
  ["*/*", "/film.json/", 200, 404],
  ["application/json, */*;q=0.1", "/film.json/", 200, 404],
  [undefined, "/film.json/", 200, 404],
  ["application/json", "/film.json/", 404, 404],
  ["*/*", "/", 404, 404],
  ["*/*", "/none.json/", 404, 404],
];

for (const [accept, path, withUrl, without] of accepts) {
  Deno.test(`servePage() serves ${path} to 'Accept: ${accept}' with ${withUrl} where it has a public URL`, async () => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    using server = testApp({ publicUrl: PUBLIC_URL });
    using plain = testApp();
    const found = [await getHead(server, path, headers), await getHead(plain, path, headers)];
    assertEquals(found.map(({ status }) => status), [withUrl, without]);
  });
}
