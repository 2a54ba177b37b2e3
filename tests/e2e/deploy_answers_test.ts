/** The nginx of deploy/ responds like ams, cached or not: headers, encodings, ranges, errors. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type RawRequest, rawRequest, rawTargetRequest } from "./raw_request.ts";
import { startDeployment } from "./deployment.ts";
import { startNginx } from "./nginx.ts";
import { LADDER } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { fetchAssetUrls } from "./asset_urls.ts";

const deployed = startDeployment();

/** Response headers that a cache must not change. */
const UNCHANGED_HEADERS = [
  "access-control-allow-origin",
  "access-control-allow-headers",
  "access-control-expose-headers",
  "ams-error",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "etag",
  "vary",
];

/** Request headers of a page of another origin: only then ams adds CORS headers. nginx always adds them. */
const PAGE_HEADERS = { origin: "https://player.example" };

/** Summarizes status, headers and body as text for comparison. */
async function summarizeResponse(url: string, request: RawRequest = {}) {
  const { status, headers, body } = await rawRequest(url, request);
  const unchanged = UNCHANGED_HEADERS.map((name) => `${name}: ${headers.get(name)}`);
  return { status, unchanged, body: body.toBase64() };
}

/** Asserts that nginx responds to pages and other clients, twice each, as ams responds to a page. */
async function assertSameAsAms(path: string, request: RawRequest = {}): Promise<void> {
  const { nginx, servers } = deployed.now;
  const pageRequest = { ...request, headers: { ...PAGE_HEADERS, ...request.headers } };
  const expected = await summarizeResponse(servers[0]!.url + path, pageRequest);
  for (const sent of [request, pageRequest, request, pageRequest]) {
    assertEquals(await summarizeResponse(nginx.url + path, sent), expected, path);
  }
}

async function findMediaPath(ending: string): Promise<string> {
  const { media } = await fetchAssetUrls(`${deployed.now.servers[0]!.url}/${LADDER}`);
  return media.find((path) => path.endsWith(ending))!;
}

const ACCEPTED_ENCODINGS = [
  "gzip",
  "identity",
  "br, x-gzip ; q=0.5",
  "gzip;q=0",
  "gzip;q=0.000",
  "deflate",
  "*",
];

for (const encoding of ACCEPTED_ENCODINGS) {
  Deno.test(`nginx serves manifests with Accept-Encoding '${encoding}' like ams`, async () => {
    for (const name of [".mpd", "master.m3u8", "Manifest"]) {
      await assertSameAsAms(`/${LADDER}/${name}`, { headers: { "accept-encoding": encoding } });
    }
  });
}

Deno.test("nginx caches compressed and identity manifests, each with its own ETag", async () => {
  const url = `${deployed.now.assetUrl}/ts.m3u8`;
  const compressed = await rawRequest(url, { headers: { "accept-encoding": "gzip" } });
  const identity = await rawRequest(url);
  assertEquals(compressed.headers.get("content-encoding"), "gzip");
  assertEquals(identity.headers.get("content-encoding"), null);
  assertNotEquals(compressed.headers.get("etag"), identity.headers.get("etag"));
});

const RANGES = [
  "bytes=0-0",
  "bytes=7-1000",
  "bytes=500-",
  "bytes=-300",
  "bytes=0-0,5-6",
  "lines=1",
];

for (const range of RANGES) {
  Deno.test(`nginx serves ${range} of media and manifests like ams`, async () => {
    for (const ending of ["/0.m4s", "/init.mp4", "/0.ts", ".jpg", "=0)"]) {
      await assertSameAsAms(`${await findMediaPath(ending)}?${range}`, { headers: { range } });
    }
    await assertSameAsAms(`/${LADDER}/.mpd`, { headers: { range, "accept-encoding": "gzip" } });
  });
}

Deno.test("nginx serves a range of uncached media, and then the whole from its cache", async () => {
  await Deno.copyFile(
    join(deployed.now.root, "ladder-avc-240p.mp4"),
    join(deployed.now.root, "ranges.mp4"),
  );
  const { media } = await fetchAssetUrls(`${deployed.now.servers[0]!.url}/ranges.mp4`);
  for (const [i, path] of media.entries()) {
    const url = deployed.now.nginx.url + path;
    const { body: whole } = await rawRequest(deployed.now.servers[0]!.url + path);
    const part = await rawRequest(url, { headers: { range: `bytes=${i}-${i + 99}` } });
    assertEquals([part.status, part.headers.get("x-cache")], [206, "MISS"]);
    assertEquals(part.body, whole.slice(i, i + 100));
    const { body, headers } = await rawRequest(url);
    assertEquals(headers.get("x-cache"), "HIT");
    assertEquals(body, whole);
  }
});

Deno.test("nginx responds to a range past the end with 416 and the size", async () => {
  const path = await findMediaPath("/0.m4s");
  const headers = { range: "bytes=99999999-" };
  const expected = await rawRequest(deployed.now.servers[0]!.url + path, { headers });
  for (const _time of ["first", "second"]) {
    const response = await rawRequest(deployed.now.nginx.url + path, { headers });
    for (const name of ["content-range", "ams-error", "content-type"]) {
      assertEquals(response.headers.get(name), expected.headers.get(name));
    }
    assertEquals(response.status, 416);
    assertEquals(response.headers.get("access-control-allow-origin"), "*");
  }
});

Deno.test("nginx responds with 304 to If-None-Match", async () => {
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s")]) {
    const url = deployed.now.nginx.url + path;
    const etag = (await rawRequest(url)).headers.get("etag")!;
    for (const [tag, status] of [[etag, 304], ['"other"', 200], [`"a", ${etag}`, 304]] as const) {
      const response = await rawRequest(url, { headers: { "if-none-match": tag } });
      assertEquals([response.status, response.headers.get("etag")], [status, etag], tag);
    }
  }
});

Deno.test("nginx responds with 412 to If-Match of another version", async () => {
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s")]) {
    const url = deployed.now.nginx.url + path;
    const etag = (await rawRequest(url)).headers.get("etag")!;
    for (const [tag, status] of [[etag, 200], ['"other"', 412]] as const) {
      const response = await rawRequest(url, { headers: { "if-match": tag } });
      const code = status === 412 ? "PRECONDITION_FAILED" : null;
      assertEquals([response.status, response.headers.get("ams-error")], [status, code], tag);
    }
  }
});

Deno.test("nginx responds to CORS preflight requests", async () => {
  const headers = { ...PAGE_HEADERS, "access-control-request-headers": "range, x-own" };
  const names = ["access-control-allow-headers", "access-control-allow-methods", "allow"];
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s"), "/ladder-vtt-eng.vtt"]) {
    await assertSameAsAms(path, { method: "OPTIONS", headers });
    const { headers: preflight } = await rawRequest(deployed.now.nginx.url + path, {
      method: "OPTIONS",
      headers,
    });
    names.forEach((name) => assert(preflight.has(name), name));
  }
});

Deno.test("nginx caches a manifest for a second, then revalidates it, and sends no-cache to clients", async () => {
  const path = `/${LADDER}/.mpd`;
  const url = deployed.now.nginx.url + path;
  const states = new Set<string>();
  await eventually(async () => {
    const { headers } = await rawRequest(url);
    assertEquals(headers.get("cache-control"), "no-cache");
    return states.add(headers.get("x-cache")!);
  }, (states) => states.has("HIT") && states.has("REVALIDATED"));
  const lines = await deployed.now.getLogLines(path);
  assert(lines.some((line) => line.includes(" 304 ")), lines.join("\n"));
});

Deno.test("nginx caches manifests by query, and ignores the query of media", async () => {
  const path = await findMediaPath("/0.m4s");
  await rawRequest(deployed.now.nginx.url + path);
  const { headers } = await rawRequest(`${deployed.now.nginx.url}${path}?session=1`);
  assertEquals(headers.get("x-cache"), "HIT");
  const manifest = await rawRequest(
    `${deployed.now.assetUrl}/.mpd?filter=trackName!=%22${crypto.randomUUID()}%22`,
  );
  assertEquals([manifest.status, manifest.headers.get("x-cache")], [200, "MISS"]);
});

const NOT_FOUND_PATHS = [
  "/nothing.json/.mpd",
  `/${LADDER}/nothing.m3u8`,
  `/${LADDER}/v0/video/0.m4s`,
  `/${LADDER}/v0/video%5c/0.m4s`,
];

for (const path of NOT_FOUND_PATHS) {
  Deno.test(`nginx responds to ${path} with the error of ams`, async () => {
    await assertSameAsAms(path);
  });
}

Deno.test("nginx rejects POST like ams", async () => {
  await assertSameAsAms(`/${LADDER}/.mpd`, { method: "POST" });
});

Deno.test("nginx serves a file soon after it was added", async () => {
  const { nginx, root } = deployed.now;
  const url = `${nginx.url}/late.mp4/.mpd`;
  assertEquals((await rawRequest(url)).status, 404);
  await Deno.copyFile(join(root, "ladder-avc-240p.mp4"), join(root, "late.mp4"));
  await eventually(() => rawRequest(url), ({ status }) => status === 200);
});

Deno.test("nginx serves files and their ranges without caching", async () => {
  const path = "/ladder-avc-720p.mp4";
  for (
    const headers of [{}, PAGE_HEADERS, { range: "bytes=1000-1999" }, { range: "bytes=99999999-" }]
  ) {
    const request = { headers: headers as Record<string, string> };
    const expected = await summarizeResponse(deployed.now.servers[0]!.url + path, request);
    assertEquals(await summarizeResponse(deployed.now.nginx.url + path, request), expected);
  }
  const { headers } = await rawRequest(deployed.now.nginx.url + path);
  assertEquals(headers.get("x-cache"), null);
  const unchanged = { headers: { "if-none-match": headers.get("etag")! } };
  assertEquals((await rawRequest(deployed.now.nginx.url + path, unchanged)).status, 304);
});

/** Request targets that are sent unchanged. */
const RAW_TARGETS = [
  "/a/../ladder.json/.mpd",
  "/a/%2e%2e/ladder.json/.mpd",
  "/./ladder.json/.mpd",
  "/%2e%2e/ladder.json/.mpd",
  "/../ladder.json/.mpd",
  "/..%5cladder.json/.mpd",
  "/a\\b",
  "/ladder.json/..%2f.mpd",
  "/ladder.json%2f.mpd",
  "/ladder.json/.mpd/..",
  "/ladder.json/.mpd%00",
  "/%c0%ae%c0%ae/ladder.json/.mpd",
  "/%zz",
  "//ladder.json/.mpd",
  "/ladder.json//.mpd",
  "/ladder.json/%2empd",
  "/ladder.json/.mpd?a=%2e%2e/..",
  "/ladder.json/.mpd#a",
  "/ladder.json",
  "/.ams-error",
];

for (const target of RAW_TARGETS) {
  Deno.test(`nginx responds to ${target} like ams`, async () => {
    const { nginx, servers } = deployed.now;
    const expected = summarizeRaw(await rawTargetRequest(servers[0]!.url, target));
    for (const _time of ["first", "second"]) {
      assertEquals(summarizeRaw(await rawTargetRequest(nginx.url, target)), expected);
    }
  });
}

/** Summarizes status and code; nginx rejects some targets itself, with its own message. */
function summarizeRaw(response: string): string {
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(response) ?? [];
  const [, code = ""] = /^ams-error: (\w+)/im.exec(response) ?? [];
  return `${status} ${code}`;
}

Deno.test("tls.conf serves the same responses over TLS and HTTP/2", async () => {
  const file = (name: string) => fromFileUrl(new URL(`../http/tls/${name}`, import.meta.url));
  const { servers } = deployed.now;
  await using nginx = await startNginx({
    servers: [servers[0]!.url, servers[1]!.url],
    tls: { certificate: file("cert.pem"), key: file("key.pem") },
  });
  using client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(file("ca.pem"))] });
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s")]) {
    const response = await fetch(nginx.secureUrl + path, { client });
    const expected = await fetch(servers[0]!.url + path);
    assertEquals(await response.bytes(), await expected.bytes());
  }
});
