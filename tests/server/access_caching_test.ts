/** What caches may store of responses to requests with access tokens, and which responses contain tokens. */

import { assert, assertEquals } from "@std/assert";
import { createAccessConfig, signJwt } from "../access/tokens.ts";
import { createAccessServer, PATH_TOKEN, POLICIES, TOKEN } from "./access_server.ts";
import { type TestApp } from "./fixture.ts";
import { findUrls } from "./ladder.ts";

const caching: [path: string, caching: string][] = [
  ["/film.json/.mpd", "private, no-cache"],
  ["/film.json/about.json", "private, no-cache"],
  ["/films/a.mp4", "private, no-cache"],
  ["/films/cdn/a.mp4", "no-cache"],
  ["/films/cdn/a.mp4/.mpd", "no-cache"],
  ["/trailers/a.mp4/.mpd", "no-cache"],
  ["/films/absent.mp4", "no-store"],
];

Deno.test("handle() lets shared caches store what needs no token, or what a CDN checks", async (t) => {
  using server = createAccessServer();
  for (const [path, expected] of caching) {
    await t.step(path, async () => {
      for (const headers of [{}, { origin: "https://a.example" }] as Record<string, string>[]) {
        const response = await server.request(`GET ${PATH_TOKEN}${path}`, headers);
        assertEquals(response.headers.get("cache-control"), expected);
      }
    });
  }
});

/** Returns the URL of an init segment, relative to its asset. */
async function getInitUrl(server: TestApp, asset: string): Promise<string> {
  const text = await (await server.request(`GET ${PATH_TOKEN}${asset}/.mpd`)).text();
  const [, base] = /initialization="([^"$]*)\$/.exec(text) ?? [];
  const [, id] = /<Representation id="([^"]*)"/.exec(text) ?? [];
  return `${base}${id}/init.mp4`;
}

Deno.test("handle() caches media privately behind a policy, whichever way they were requested first", async () => {
  using server = createAccessServer([{ path: "/films/" }], { rest: "open" });
  const init = await getInitUrl(server, "/films/a.mp4");
  const open = { ...createAccessConfig([]), default: "open" } as const;
  const get = async () =>
    (await server.request(`GET ${PATH_TOKEN}/films/a.mp4/${init}`)).headers.get("cache-control");
  assertEquals(await get(), "private, max-age=31536000, immutable");
  server.app.access!.update(open);
  assertEquals(await get(), "public, max-age=31536000, immutable");
  server.app.access!.update(createAccessConfig([{ path: "/films/" }]));
  assertEquals(await get(), "private, max-age=31536000, immutable");
});

Deno.test("handle() compresses a manifest behind a policy for clients that accept it alone", async () => {
  using server = createAccessServer([{ path: "/films/" }]);
  const get = async (coding: string) => {
    const headers = { "accept-encoding": coding };
    const response = await server.request(`GET ${PATH_TOKEN}/films/a.mp4/.mpd`, headers);
    const bytes = await response.bytes();
    assertEquals(response.headers.get("content-length"), `${bytes.length}`);
    return response.headers.get("content-encoding");
  };
  for (const coding of ["identity", "gzip", "identity", "gzip"]) {
    assertEquals(await get(coding), coding === "gzip" ? "gzip" : null);
  }
});

Deno.test("handle() serves the same bytes and ETags whatever the token", async () => {
  using server = createAccessServer();
  const other = `/.t/${await signJwt({})}`;
  for (const name of [".mpd", ".m3u8", "Manifest", "about.json", "video.m3u8", ""]) {
    const headers = name === "" ? { accept: "text/html" } : {};
    const [first, second] = await Promise.all([PATH_TOKEN, other].map(async (prefix) => {
      const response = await server.request(`GET ${prefix}/film.json/${name}`, headers);
      return [response.status, response.headers.get("etag"), await response.text()];
    }));
    assertEquals(first, second);
    assertEquals(first![0], 200);
    assert(!String(first![2]).includes("/.t/"));
  }
});

Deno.test("handle() passes a token of the query on in manifests, which nobody stores", async (t) => {
  using server = createAccessServer();
  const escaped = encodeURIComponent(TOKEN);
  for (const query of [`hdnts=${TOKEN}`, `token=${TOKEN}`, `hdnts=${escaped}`]) {
    for (const name of [".mpd", ".m3u8", "ts.m3u8", "Manifest", "video.m3u8"]) {
      await t.step(`${name}?${query}`, async () => {
        const plain = await server.request(`GET ${PATH_TOKEN}/film.json/${name}`);
        for (const headers of [{}, { "accept-encoding": "gzip" }] as Record<string, string>[]) {
          const line = `GET /film.json/${name}?${query}`;
          const response = await server.request(line, headers);
          assertEquals(response.headers.get("cache-control"), "private, no-store");
          if (headers["accept-encoding"]) continue;
          const urls = findUrls(await response.text());
          assertEquals(urls, findUrls(await plain.clone().text()).map((url) => `${url}?${query}`));
          assert(urls.length > 0);
        }
      });
    }
  }
  const other = await server.request(`GET ${PATH_TOKEN}/film.json/.mpd`);
  assert(!(await other.text()).includes("hdnts"), "another viewer gets no token");
});

Deno.test("handle() serves media whose URLs a manifest with a token contains", async () => {
  using server = createAccessServer();
  const manifest = await server.request(`GET /film.json/video.m3u8?hdnts=${TOKEN}`);
  const [segment] = findUrls(await manifest.text()).filter((url) => url.includes(".m4s"));
  const response = await server.request(`GET /film.json/${segment}`);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("cache-control"), "private, max-age=31536000, immutable");
});

Deno.test("handle() does not pass on a token that decides nothing", async () => {
  using server = createAccessServer();
  const lines = [
    `GET /trailers/a.mp4/.mpd?hdnts=${TOKEN}`,
    `GET ${PATH_TOKEN}/film.json/.mpd?hdnts=x`,
    `GET /film.json/.mpd?hdnts=${TOKEN}&token=x`,
  ];
  for (const line of lines) {
    const text = await (await server.request(line)).text();
    assert(!/token=x|hdnts=x/.test(text));
    assertEquals(text.includes(TOKEN), line === lines[2]);
  }
});

Deno.test("handle() marks manifests with a token of --pass-query, too", async () => {
  using server = createAccessServer(POLICIES, { forwardedParameters: ["hdnts", "user"] });
  const get = async (line: string) => (await server.request(line)).headers.get("cache-control");
  assertEquals(await get(`GET ${PATH_TOKEN}/film.json/.mpd?hdnts=x`), "private, no-store");
  assertEquals(await get(`GET ${PATH_TOKEN}/film.json/.mpd?user=x`), "private, no-cache");
});
