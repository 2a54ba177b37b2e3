/** Pages, the player for frames, artwork, chapters and files of the root through the nginx of deploy/: as ams sends them. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "./ams.ts";
import { startDeployment } from "./deployment.ts";
import { rawRequest, type RawResponse } from "./raw_request.ts";
import { LADDER } from "./root.ts";

const PUBLIC_URL = "https://media.example.com/vod/";
const EMBEDDER = "https://www.example.com";

const deployed = startDeployment("--public-url", PUBLIC_URL, "--allow-embed", EMBEDDER);

const HTML = { accept: "text/html,*/*;q=0.8" };

/** A package with poster and chapters. */
const FILM = "art.json";

/** Start of a JPEG image, which tells its type. */
const JPEG = Uint8Array.of(0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46, 0);

const CHAPTERS = "WEBVTT\n\n00:00.000 --> 00:04.000\nOne\n\n00:04.000 --> 00:12.000\nTwo\n";

Deno.test.beforeAll(async () => {
  const { root } = deployed.now;
  await Deno.writeFile(join(root, "poster.jpg"), JPEG);
  await Deno.writeTextFile(join(root, "chapters.vtt"), CHAPTERS);
  const inputs = ["-i", "ladder-avc-240p.mp4", "-i", "ladder-mjpeg-thumbs.mp4"];
  const metadata = ["--poster", "poster.jpg", "--chapters", "chapters.vtt", "--title", "Art"];
  await amspackager(root, "-o", FILM, "-d", "2", ...inputs, ...metadata);
});

/** Headers that caches and browsers act on. */
const HEADERS = [
  "ams-error",
  "cache-control",
  "content-length",
  "content-security-policy",
  "content-type",
  "etag",
  "last-modified",
  "location",
  "referrer-policy",
  "vary",
  "x-content-type-options",
];

function summarize({ status, headers, body }: RawResponse) {
  return [status, ...HEADERS.map((name) => `${name}: ${headers.get(name)}`), body];
}

/** Requests a path from ams and twice from nginx, which must send the same each time. */
async function fetchBoth(path: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  const { nginx, servers } = deployed.now;
  const direct = await rawRequest(servers[0]!.url + path, { headers });
  for (const time of ["first", "second"]) {
    const response = await rawRequest(nginx.url + path, { headers });
    assertEquals([time, ...summarize(response)], [time, ...summarize(direct)], path);
  }
  return direct;
}

/** Requests of which nginx caches nothing, with the status, the type and the time that caches may use the response. */
const passed: [
  path: string,
  headers: Record<string, string>,
  status: number,
  type: string,
  caching: string,
][] = [
  ["/", HTML, 200, "text/html; charset=utf-8", "no-cache"],
  ["/?q=ladder&sort=size", HTML, 200, "text/html; charset=utf-8", "no-cache"],
  ["/about.json", {}, 200, "application/json", "no-cache"],
  ["/about.json?limit=2&after=1", {}, 200, "application/json", "no-cache"],
  [`/${FILM}/`, HTML, 200, "text/html; charset=utf-8", "no-cache"],
  [
    `/${FILM}/`,
    { ...HTML, "accept-encoding": "gzip" },
    200,
    "text/html; charset=utf-8",
    "no-cache",
  ],
  [`/${FILM}/`, {}, 200, "text/html; charset=utf-8", "no-cache"], // with --public-url
  [`/${FILM}/?embed&autoplay&loop`, HTML, 200, "text/html; charset=utf-8", "no-cache"],
  [`/${FILM}/?embed&start=2`, {}, 200, "text/html; charset=utf-8", "no-cache"],
  [`/${FILM}/about.json`, {}, 200, "application/json", "no-cache"],
  [`/${FILM}/poster`, {}, 200, "image/jpeg", "no-cache"],
  [`/${FILM}/poster`, { range: "bytes=0-2" }, 206, "image/jpeg", "no-cache"],
  [`/${FILM}/chapters.vtt`, {}, 200, "text/vtt", "no-cache"],
  [`/${FILM}/chapters.json`, {}, 200, "application/json", "no-cache"],
  ["/favicon.ico", {}, 200, "image/vnd.microsoft.icon", "no-cache"],
  ["/robots.txt", {}, 200, "text/plain; charset=utf-8", "no-cache"],
  [`/.ams/oembed?url=${PUBLIC_URL}${FILM}/`, {}, 200, "application/json", "no-cache"],
  [`/.ams/oembed?url=${PUBLIC_URL}none.json/`, {}, 404, "application/json", "max-age=1"],
  ["/.ams/oembed?url=https://other.example/", {}, 404, "application/json", "max-age=1"],
  [`/none/`, HTML, 404, "text/html; charset=utf-8", "no-store"],
  [`/none.json/`, HTML, 404, "text/html; charset=utf-8", "no-store"],
  [`/none.json/`, {}, 404, "application/json", "max-age=1"],
];

for (const [path, headers, status, type, caching] of passed) {
  const labels = [path, ...Object.values(headers)].join(" ");
  Deno.test(`nginx passes ${labels} on, uncached`, async () => {
    const response = await fetchBoth(path, headers);
    const found = ["content-type", "cache-control"].map((name) => response.headers.get(name));
    assertEquals([response.status, ...found], [status, type, caching]);
    const through = await rawRequest(deployed.now.nginx.url + path, { headers });
    assertEquals(through.headers.get("x-cache"), null);
    const etag = response.headers.get("etag");
    if (status !== 200 || etag === null) return;
    const conditional = { headers: { ...headers, "if-none-match": etag } };
    assertEquals((await rawRequest(deployed.now.nginx.url + path, conditional)).status, 304);
  });
}

Deno.test("nginx keeps apart what a page and the player for frames allow", async () => {
  const read = async (query: string) => {
    const { headers, body } = await rawRequest(`${deployed.now.nginx.url}/${FILM}/${query}`, {
      headers: HTML,
    });
    const [policy] = /frame-ancestors [^;]*/.exec(headers.get("content-security-policy")!) ?? [];
    return { policy, vary: headers.get("vary"), html: new TextDecoder().decode(body) };
  };
  for (const _time of ["first", "second"]) {
    const [page, embed] = [await read(""), await read("?embed")];
    assertEquals(page.policy, "frame-ancestors 'none'");
    assertEquals(embed.policy, `frame-ancestors ${EMBEDDER}`);
    assert(page.vary?.includes("Accept"));
    assertNotEquals(page.html, embed.html);
    assert(page.html.includes(`content="${PUBLIC_URL}${FILM}/?embed"`), page.html);
  }
});

Deno.test("nginx passes the redirect of a thumbnail on, and caches the image that it leads to", async () => {
  const { nginx } = deployed.now;
  const locations: string[] = [];
  for (const time of ["0", "5", "11.5"]) {
    const { status, headers } = await fetchBoth(`/${FILM}/thumbnail.jpg?t=${time}`);
    assertEquals(status, 302);
    locations.push(headers.get("location")!);
  }
  assertEquals(new Set(locations).size, 3); // the query counts
  const image = new URL(locations[1]!, `${nginx.url}/${FILM}/thumbnail.jpg`).href;
  for (const state of ["MISS", "HIT"]) {
    const { status, headers, body } = await rawRequest(image);
    assertEquals([status, headers.get("content-type"), headers.get("x-cache")], [
      200,
      "image/jpeg",
      state,
    ]);
    assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals([...body.subarray(0, 2)], [0xFF, 0xD8]);
  }
});

Deno.test("nginx serves a replaced poster and an own robots.txt at once", async () => {
  const { root } = deployed.now;
  await fetchBoth(`/${FILM}/poster`);
  await fetchBoth("/robots.txt");
  await Deno.writeFile(join(root, "new.jpg"), Uint8Array.of(...JPEG, 1, 2, 3));
  await Deno.rename(join(root, "new.jpg"), join(root, "poster.jpg"));
  await Deno.writeTextFile(join(root, "robots.txt"), "User-agent: *\nAllow: /\n");
  const read = async (path: string) => (await rawRequest(deployed.now.nginx.url + path)).body;
  assertEquals((await read(`/${FILM}/poster`)).length, JPEG.length + 3);
  assertEquals(new TextDecoder().decode(await read("/robots.txt")), "User-agent: *\nAllow: /\n");
  await Deno.remove(join(root, "robots.txt"));
});

Deno.test("nginx shows the page of an error to browsers, for files, pages and the listing's MKV", async () => {
  const { root, nginx } = deployed.now;
  await Deno.writeTextFile(join(root, "clip.mkv"), "no video");
  const url = `${nginx.url}/clip.mkv/`;
  const page = await rawRequest(url, { headers: HTML });
  assertEquals([page.status, page.headers.get("ams-error")?.split(":")[0]], [
    500,
    "MEDIA_UNSUPPORTED",
  ]);
  assert(new TextDecoder().decode(page.body).includes("expected MP4"));
  const other = await rawRequest(url);
  assertEquals([other.status, other.headers.get("content-type")], [500, "application/json"]);
  await fetchBoth(`/${LADDER}/none.vtt`, HTML);
});
