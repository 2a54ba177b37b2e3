import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import type { AppOptions } from "../../lib/server/app.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

// deno-lint-ignore no-explicit-any -- JSON of unknown shape
type Json = any;

const HTML = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };
const JSON_TYPE = "application/json";

async function fetchJson(server: TestApp, path: string): Promise<Json> {
  const response = await server.request(`GET ${path}`);
  assertEquals([path, response.status, response.headers.get("content-type")], [
    path,
    200,
    JSON_TYPE,
  ]);
  return await response.json();
}

function createDirectories(options: Partial<AppOptions> = {}): TestApp {
  const server = testApp(options);
  for (const directory of ["films", "films/deep", ".hidden", "odd.mp4"]) {
    server.files.makeDirectory(directory);
  }
  addMedia(server, "pair-avc-aac.mp4", "films/a.mp4");
  addMedia(server, "pair-avc-aac.mp4", "odd.mp4/inner.mp4");
  server.files.write("films/notes.txt", "notes");
  server.files.write(".secret.mp4", "");
  return server;
}

/** Status for a browser, and for other clients. */
const pages: [path: string, browser: number, other: number][] = [
  ["/", 200, 404],
  ["/films/", 200, 404],
  ["/films/deep/", 200, 404],
  ["/film.json/", 200, 404],
  ["/film.ism/", 200, 404],
  ["/video.mp4/", 200, 404],
  ["/odd.mp4/", 200, 404],
  ["/none/", 404, 404],
  ["/none.json/", 404, 404],
  ["/films/notes.txt/", 404, 404],
  ["/text.vtt/", 404, 404],
  ["/.hidden/", 404, 404],
  ["/.ams/", 404, 404],
];

Deno.test("handle() serves pages to browsers, and errors to others", async (t) => {
  using server = createDirectories();
  for (const [path, browser, other] of pages) {
    await t.step(path, async () => {
      const page = await server.request(`GET ${path}`, HTML);
      const error = await server.request(`GET ${path}`);
      assertEquals([page.status, error.status], [browser, other]);
      if (browser === 200) {
        assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
        assertStringIncludes(page.headers.get("vary")!, "Accept");
        assertMatch(error.headers.get("vary")!, /(^|, )Accept$/);
      }
      await page.body?.cancel();
      assertEquals((await error.json()).code, "NOT_FOUND");
    });
  }
});

const DISABLED = { listing: false };

const unpaged: [path: string, options: { listing?: boolean }, reason: string][] = [
  ["/", {}, "Cannot find a page '/' for this client: see /about.json, or request text/html"],
  [
    "/films/",
    {},
    "Cannot find a page '/films/' for this client: see /films/about.json, or request text/html",
  ],
  [
    "/film.json/",
    {},
    "Cannot find a page '/film.json/' for this client: " +
    "play /film.json/.mpd, see /film.json/about.json, or request text/html",
  ],
  ["/none/", {}, "Cannot find 'none'"],
  ["/none.json/", {}, "Cannot find 'none.json'"],
  ["/none.mp4/", {}, "Cannot find 'none.mp4'"],
  ["/text.vtt/", {}, "Cannot find a directory 'text.vtt'"],
  ["/none.json/", DISABLED, "Cannot find 'none.json'"],
  ["/none/", DISABLED, "Cannot find a page '/none/': pages are disabled"],
  ["/", DISABLED, "Cannot find a page '/': pages are disabled"],
  ["/film.json/", DISABLED, "Cannot find a page '/film.json/': play /film.json/.mpd"],
];

for (const [path, options, expected] of unpaged) {
  Deno.test(`handle() responds to ${path} with ${expected}`, async () => {
    using server = testApp(options);
    server.files.makeDirectory("films");
    assertEquals((await (await server.request(`GET ${path}`)).json()).reason, expected);
  });
}

Deno.test("handle() restricts pages by a Content-Security-Policy", async () => {
  using server = testApp();
  for (const path of ["/", "/film.json/"]) {
    const { headers } = await server.request(`GET ${path}`, HTML);
    const policy = headers.get("content-security-policy")!;
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
      assert(policy.split("; ").includes(rule), policy);
    }
    assert(!/unsafe|https?:|\*/.test(policy), policy);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }
});

/** Returns the paths of a page's assets, resolved against the page. */
async function listAssets(server: TestApp, path: string): Promise<string[]> {
  const html = await (await server.request(`GET ${path}`, HTML)).text();
  const urls = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg))"/g)].map(([, url]) => url!);
  assert(urls.length > 0);
  return urls.map((url) => new URL(url, `http://host${path}`).pathname);
}

Deno.test("handle() uses the same assets for pages of every depth", async () => {
  using server = createDirectories();
  const top = await listAssets(server, "/film.json/");
  assertEquals(await listAssets(server, "/films/a.mp4/"), top);
  assertEquals(await listAssets(server, "/video.mp4/"), top);
  assertMatch(top[0]!, /^\/\.ams\/[0-9a-f]{16}\/[\w.-]+$/);
});

Deno.test("handle() serves assets as immutable, and compressed", async () => {
  using server = testApp();
  for (const path of await listAssets(server, "/")) {
    const plain = await server.request(`GET ${path}`);
    assertEquals([path, plain.status], [path, 200]);
    assertEquals(plain.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(plain.headers.get("x-content-type-options"), "nosniff");
    const compressed = await server.request(`GET ${path}`, { "accept-encoding": "gzip" });
    assertEquals(compressed.headers.get("content-encoding"), "gzip");
    assertNotEquals(compressed.headers.get("etag"), plain.headers.get("etag"));
    const decompressed = compressed.body!.pipeThrough(new DecompressionStream("gzip"));
    assertEquals(await new Response(decompressed).text(), await plain.text());
    const again = await server.request(`GET ${path}`, {
      "if-none-match": plain.headers.get("etag")!,
    });
    assertEquals(again.status, 304);
  }
});

Deno.test("handle() serves no assets of another version", async () => {
  using server = testApp();
  const response = await server.request("GET /.ams/0000000000000000/directory.js");
  assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
});

const redirects: [path: string, location: string][] = [
  ["/films", "./films/"],
  ["/films/deep", "./deep/"],
  ["/film.json", "./film.json/"],
  ["/films?play", "./films/?play"],
  ["/films?ä=€&b", "./films/?%C3%A4=%E2%82%AC&b"],
  ["/odd.mp4", "./odd.mp4/"],
];

for (const [path, location] of redirects) {
  Deno.test(`handle() redirects browsers from ${path} to ${location}`, async () => {
    using server = createDirectories();
    const response = await server.request(`GET ${path}`, HTML);
    assertEquals([response.status, response.headers.get("location")], [302, location]);
    assertEquals((await server.request(`GET ${path}`)).status, 404);
  });
}

Deno.test("handle() does not redirect from files", async () => {
  using server = createDirectories();
  assertEquals((await server.request("GET /video.mp4", HTML)).status, 200);
  assertEquals((await server.request("GET /films/notes.txt", HTML)).status, 200);
  assertEquals((await server.request("GET /none", HTML)).status, 404);
  assertEquals((await server.request("GET /none.json", HTML)).status, 404);
});

Deno.test("handle() describes an asset, a directory, and a directory with the name of an asset", async () => {
  using server = createDirectories();
  assertEquals((await fetchJson(server, "/film.json/about.json")).file, "film.json");
  assertEquals((await fetchJson(server, "/film.ism/about.json")).file, "film.json");
  assertEquals((await fetchJson(server, "/films/a.mp4/about.json")).file, "films/a.mp4");
  assertEquals((await fetchJson(server, "/about.json")).folder, "");
  assertEquals((await fetchJson(server, "/films/about.json")).folder, "films");
  assertEquals((await fetchJson(server, "/odd.mp4/about.json")).folder, "odd.mp4");
  assertEquals((await fetchJson(server, "/odd.mp4/.about.json")).file, "odd.mp4");
  for (const path of ["/none/", "/text.vtt/", "/films/notes.txt/", "/.hidden/"]) {
    assertEquals((await server.request(`GET ${path}about.json`)).status, 404);
  }
});

Deno.test("handle() serves about.json as revalidated, compressed or not", async () => {
  using server = createDirectories();
  for (const path of ["/film.json/about.json", "/films/about.json", "/films/.about.json"]) {
    const plain = await server.request(`GET ${path}`);
    assertEquals(plain.headers.get("cache-control"), "no-cache");
    const etag = plain.headers.get("etag")!;
    assertEquals((await server.request(`GET ${path}`, { "if-none-match": etag })).status, 304);
    const compressed = await server.request(`GET ${path}`, { "accept-encoding": "gzip" });
    assertEquals(compressed.headers.get("content-encoding"), "gzip");
    const decompressed = compressed.body!.pipeThrough(new DecompressionStream("gzip"));
    assertEquals(await new Response(decompressed).text(), await plain.text());
  }
});

Deno.test("handle() reports why an asset cannot be opened, with the status of its manifests", async () => {
  using server = createDirectories();
  server.files.write("broken.mp4", "not a movie");
  const response = await server.request("GET /broken.mp4/about.json");
  assertEquals([response.status, (await response.json()).code], [500, "MEDIA_INVALID"]);
});

Deno.test("handle() serves media, but no pages and listings with --no-listing", async () => {
  using server = testApp({ listing: false });
  for (
    const path of [
      "/",
      "/film.json/",
      "/about.json",
      "/films/about.json",
      "/none/about.json",
      "/.about.json",
      "/.mpd",
      "/Manifest",
    ]
  ) {
    const response = await server.request(`GET ${path}`, HTML);
    assertEquals([path, response.status], [path, 404]);
    const { reason } = await response.json();
    assert(!/text\.vtt|audio\.mp4/.test(reason), reason);
  }
  assertEquals((await server.request("GET /film.json", HTML)).status, 404);
  assertEquals((await server.request("GET /film.json/.mpd")).status, 200);
  assertEquals((await server.request("GET /video.mp4")).status, 200);
});

Deno.test("servePage() serves index.html of a directory in place of the listing", async () => {
  for (const listing of [true, false]) {
    using server = createDirectories({ listing });
    server.files.write("films/index.html", "<h1>own</h1>");
    for (const headers of [HTML, {}]) {
      const response = await server.request("GET /films/", headers);
      assertEquals([response.status, await response.text()], [200, "<h1>own</h1>"]);
      assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
      assertEquals(response.headers.get("content-security-policy"), null);
    }
    const redirect = await server.request("GET /films", HTML);
    assertEquals([redirect.status, redirect.headers.get("location")], [302, "./films/"]);
    const listed = await server.request("GET /films/about.json");
    assertEquals(listed.status, listing ? 200 : 404);
    await listed.body?.cancel();
    for (
      const [path, status] of [["/films/deep/", 200], ["/films/deep", 302], ["/film.json", 302]]
    ) {
      const deeper = await server.request(`GET ${path}`, HTML);
      assertEquals([path, deeper.status], [path, listing ? status : 404]);
      await deeper.body?.cancel();
    }
  }
});

Deno.test("servePage() serves no index.html with --packages-only, and none that is a directory", async () => {
  using server = createDirectories({ packagesOnly: true });
  server.files.write("films/index.html", "own");
  assertStringIncludes(await (await server.request("GET /films/", HTML)).text(), "directory.js");
  using other = createDirectories();
  other.files.makeDirectory("films/index.html");
  assertStringIncludes(await (await other.request("GET /films/", HTML)).text(), "directory.js");
  using linked = createDirectories();
  linked.files.link("../film.json", "films/index.html"); // a package is never a static file
  assertStringIncludes(await (await linked.request("GET /films/", HTML)).text(), "directory.js");
});
