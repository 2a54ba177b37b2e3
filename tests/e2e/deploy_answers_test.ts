/** What clients get from the nginx of deploy/ is what ams gives, whether it was kept or not: headers, forms, parts, errors. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type RawRequest, rawRequest, rawTargetRequest } from "./raw_request.ts";
import { startDeployment } from "./deployment.ts";
import { startNginx } from "./nginx.ts";
import { LADDER } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { fetchAssetUrls } from "./asset_urls.ts";

const deployed = startDeployment();

/** Headers that a cache must not change. */
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

/** A page of another origin asks: only then ams says what that page may read. nginx says it always. */
const PAGE_HEADERS = { origin: "https://player.example" };

/** Status, headers and bytes, as text that shows where it differs. */
async function summarizeResponse(url: string, question: RawRequest = {}) {
  const { status, headers, body } = await rawRequest(url, question);
  const kept = UNCHANGED_HEADERS.map((name) => `${name}: ${headers.get(name)}`);
  return { status, kept, body: body.toBase64() };
}

/** What nginx answers to a page, to whom else, and again (from the cache, where it is kept), is what ams answers a page. */
async function assertSameAsAms(path: string, question: RawRequest = {}): Promise<void> {
  const { nginx, servers } = deployed.now;
  const ofPage = { ...question, headers: { ...PAGE_HEADERS, ...question.headers } };
  const expected = await summarizeResponse(servers[0]!.url + path, ofPage);
  for (const asked of [question, ofPage, question, ofPage]) {
    assertEquals(await summarizeResponse(nginx.url + path, asked), expected, path);
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

for (const form of ACCEPTED_ENCODINGS) {
  Deno.test(`manifests have the form that '${form}' asks for`, async () => {
    for (const name of [".mpd", "master.m3u8", "Manifest"]) {
      await assertSameAsAms(`/${LADDER}/${name}`, { headers: { "accept-encoding": form } });
    }
  });
}

Deno.test("manifests have both forms at once, each with its own ETag", async () => {
  const url = `${deployed.now.assetUrl}/ts.m3u8`;
  const zipped = await rawRequest(url, { headers: { "accept-encoding": "gzip" } });
  const plain = await rawRequest(url);
  assertEquals(zipped.headers.get("content-encoding"), "gzip");
  assertEquals(plain.headers.get("content-encoding"), null);
  assertNotEquals(zipped.headers.get("etag"), plain.headers.get("etag"));
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
  Deno.test(`${range} of media and manifests is what ams gives`, async () => {
    for (const ending of ["/0.m4s", "/init.mp4", "/0.ts", ".jpg", "=0)"]) {
      await assertSameAsAms(`${await findMediaPath(ending)}?${range}`, { headers: { range } });
    }
    await assertSameAsAms(`/${LADDER}/.mpd`, { headers: { range, "accept-encoding": "gzip" } });
  });
}

Deno.test("a range of what nobody has asked for yet is right, and so is the whole after it", async () => {
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

Deno.test("a range past the end is a 416 that says the size", async () => {
  const path = await findMediaPath("/0.m4s");
  const headers = { range: "bytes=99999999-" };
  const expected = await rawRequest(deployed.now.servers[0]!.url + path, { headers });
  for (const _time of ["first", "second"]) {
    const answer = await rawRequest(deployed.now.nginx.url + path, { headers });
    for (const name of ["content-range", "ams-error", "content-type"]) {
      assertEquals(answer.headers.get(name), expected.headers.get(name));
    }
    assertEquals(answer.status, 416);
    assertEquals(answer.headers.get("access-control-allow-origin"), "*");
  }
});

Deno.test("what a client has already is not sent again", async () => {
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s")]) {
    const url = deployed.now.nginx.url + path;
    const etag = (await rawRequest(url)).headers.get("etag")!;
    for (const [tag, status] of [[etag, 304], ['"other"', 200], [`"a", ${etag}`, 304]] as const) {
      const answer = await rawRequest(url, { headers: { "if-none-match": tag } });
      assertEquals([answer.status, answer.headers.get("etag")], [status, etag], tag);
    }
  }
});

Deno.test("HEAD says what GET would, and fills the cache", async () => {
  const path = await findMediaPath("/4000.m4s").then((path) => path ?? findMediaPath("/0.ts"));
  const url = deployed.now.nginx.url + path;
  const direct = await summarizeResponse(deployed.now.servers[0]!.url + path, {
    headers: PAGE_HEADERS,
  });
  for (const _time of ["first", "second"]) {
    assertEquals(await summarizeResponse(url, { method: "HEAD" }), { ...direct, body: "" });
  }
  assertEquals((await rawRequest(url)).headers.get("x-cache"), "HIT");
});

Deno.test("a page learns before it asks what it may", async () => {
  const headers = { ...PAGE_HEADERS, "access-control-request-headers": "range, x-own" };
  const names = ["access-control-allow-headers", "access-control-allow-methods", "allow"];
  for (const path of [`/${LADDER}/.mpd`, await findMediaPath("/0.m4s"), "/ladder-vtt-eng.vtt"]) {
    await assertSameAsAms(path, { method: "OPTIONS", headers });
    const { headers: answered } = await rawRequest(deployed.now.nginx.url + path, {
      method: "OPTIONS",
      headers,
    });
    names.forEach((name) => assert(answered.has(name), name));
  }
});

Deno.test("a manifest is kept for a second, then asked for again, and clients see no-cache all along", async () => {
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

Deno.test("a query is a manifest's own, and none of media", async () => {
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
  Deno.test(`${path} is the error that ams says`, async () => {
    await assertSameAsAms(path);
  });
}

Deno.test("POST is refused as by ams", async () => {
  await assertSameAsAms(`/${LADDER}/.mpd`, { method: "POST" });
});

Deno.test("what was not there is there soon after it came", async () => {
  const { nginx, root } = deployed.now;
  const url = `${nginx.url}/late.mp4/.mpd`;
  assertEquals((await rawRequest(url)).status, 404);
  await Deno.copyFile(join(root, "ladder-avc-240p.mp4"), join(root, "late.mp4"));
  await eventually(() => rawRequest(url), ({ status }) => status === 200);
});

Deno.test("a file goes through, in parts as well, and is not kept", async () => {
  const path = "/ladder-avc-720p.mp4";
  for (
    const own of [{}, PAGE_HEADERS, { range: "bytes=1000-1999" }, { range: "bytes=99999999-" }]
  ) {
    const question = { headers: own as Record<string, string> };
    const expected = await summarizeResponse(deployed.now.servers[0]!.url + path, question);
    assertEquals(await summarizeResponse(deployed.now.nginx.url + path, question), expected);
  }
  const { headers } = await rawRequest(deployed.now.nginx.url + path);
  assertEquals(headers.get("x-cache"), null);
  const unchanged = { headers: { "if-none-match": headers.get("etag")! } };
  assertEquals((await rawRequest(deployed.now.nginx.url + path, unchanged)).status, 304);
});

/** As a client writes them behind GET. */
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
  "http://ams/ladder.json/.mpd",
  "/ladder.json",
  "/.ams-error",
];

for (const target of RAW_TARGETS) {
  Deno.test(`${target} is what it is to ams`, async () => {
    const { nginx, servers } = deployed.now;
    const expected = summarizeRaw(await rawTargetRequest(servers[0]!.url, target));
    for (const _time of ["first", "second"]) {
      assertEquals(summarizeRaw(await rawTargetRequest(nginx.url, target)), expected);
    }
  });
}

/** Status and code; nginx refuses some by itself, in other words. */
function summarizeRaw(answer: string): string {
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
  const [, code = ""] = /^ams-error: (\w+)/im.exec(answer) ?? [];
  return `${status} ${code}`;
}

Deno.test("tls.conf serves the same over TLS and HTTP/2", async () => {
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
