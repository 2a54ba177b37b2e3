/** The row of caches behind deploy/shard.conf: each asset is in one of them, and stays there when another one fails. */

import { assert, assertEquals } from "@std/assert";
import { fetchAssetUrls } from "./asset_urls.ts";
import { Deployment } from "./deployment.ts";
import { startNginx, startShardingNginx } from "./nginx.ts";
import { eventually } from "./page_driver.ts";
import { rawRequest, type RawResponse } from "./raw_request.ts";
import { LADDER } from "./root.ts";
import { startServer, type TestServer } from "./test_server.ts";

const ASSETS = 120;

/** What a player requests of an asset, with the token of a viewer in some paths. */
const PATHS = [
  (asset: number) => `/films/${asset}.json/.mpd`,
  (asset: number) => `/films/${asset}.json/v0a1b/video=400000/0.m4s`,
  (asset: number) => `/.t/viewer${asset}/films/${asset}.json/v0a1b/video=400000/0.m4s`,
  (asset: number) => `/films/${asset}.json/master.m3u8?start=2`,
];

/** Starts a stand-in for a cache of the row, which answers with its name. */
function startCache(name: string): TestServer {
  return startServer(() => new Response(name));
}

async function fetchName(url: string): Promise<string> {
  const { status, body } = await rawRequest(url);
  assertEquals(status, 200, url);
  return new TextDecoder().decode(body);
}

/** Names of the caches that answered for each asset. */
async function findCaches(url: string): Promise<string[]> {
  const found: string[] = [];
  for (let asset = 0; asset < ASSETS; asset++) {
    const names = await Promise.all(PATHS.map((path) => fetchName(url + path(asset))));
    found.push([...new Set(names)].join());
  }
  return found;
}

Deno.test("shard.conf sends all requests of an asset to one cache, and of a lost cache those alone elsewhere", async () => {
  await using b = startCache("b");
  await using c = startCache("c");
  const a = startCache("a");
  await using nginx = await startShardingNginx([a.url, b.url, c.url]);
  const before = await findCaches(nginx.url);
  for (const name of ["a", "b", "c"]) {
    const share = before.filter((it) => it === name).length / ASSETS;
    assert(share > 0.15 && share < 0.55, `${name} has ${share}`);
  }
  assertEquals(before.filter((names) => names.length > 1), []);
  await a[Symbol.asyncDispose]();
  const after = await findCaches(nginx.url);
  const moved = after.filter((name, asset) => name !== before[asset]);
  assertEquals(moved.length, before.filter((name) => name === "a").length);
  assertEquals([...new Set(moved)].sort(), ["b", "c"]);
});

Deno.test("shard.conf passes requests and responses of the row on as they are", async () => {
  const requests: string[] = [];
  const answer = { status: 206, headers: { "cache-control": "no-cache", "ams-error": "TEST" } };
  await using cache = startServer(({ url, method, headers }) => {
    const { pathname, search } = new URL(url);
    const sent = ["range", "cookie", "x-forwarded-for"].map((name) => headers.get(name));
    requests.push([method, pathname + search, ...sent].join(" "));
    return new Response("body", answer);
  });
  await using nginx = await startShardingNginx([cache.url, cache.url, cache.url]);
  const headers = { range: "bytes=1-2", cookie: "hdnts=x", "x-forwarded-for": "192.0.2.7" };
  const path = "/films/a%20b.json/.mpd?filter=a%26b";
  const response = await rawRequest(nginx.url + path, { headers });
  assertEquals(response.status, answer.status);
  for (const [name, value] of Object.entries(answer.headers)) {
    assertEquals(response.headers.get(name), value);
  }
  assertEquals(requests, [`GET ${path} bytes=1-2 hdnts=x 192.0.2.7, 127.0.0.1`]);
});

Deno.test("shard.conf responds with 502 and the format of ams when the whole row is down", async () => {
  const cache = startCache("a");
  await using nginx = await startShardingNginx([cache.url, cache.url, cache.url]);
  await cache[Symbol.asyncDispose]();
  const { status, headers } = await rawRequest(`${nginx.url}/a.json/.mpd`);
  assertEquals([status, headers.get("ams-error")], [502, "UNAVAILABLE"]);
});

Deno.test("caches behind shard.conf fetch each segment of the row once", async () => {
  const headers = { "cache-control": "public, max-age=31536000, immutable" };
  await using ams = startServer(() => new Response("media", { headers }));
  const start = () => startNginx({ servers: [ams.url, ams.url] });
  await using first = await start();
  await using second = await start();
  await using third = await start();
  const row = [first.url, second.url, third.url] as const;
  await using front = await startShardingNginx(row);
  await using other = await startShardingNginx(row);
  for (const { url } of [front, other, front, other]) {
    for (let asset = 0; asset < 12; asset++) {
      assertEquals(await fetchName(url + PATHS[1]!(asset)), "media");
    }
  }
  assertEquals(ams.count(), 12);
});

Deno.test("caches with shard_cache.conf know clients by the addresses that shard.conf received", async () => {
  await using ams = startServer(({ headers }) => new Response(headers.get("x-forwarded-for")));
  await using cache = await startNginx({ servers: [ams.url, ams.url], isSharded: true });
  await using nginx = await startShardingNginx([cache.url, cache.url, cache.url]);
  const headers = { "x-forwarded-for": "192.0.2.7" };
  const { body } = await rawRequest(`${nginx.url}/file.vtt`, { headers });
  assertEquals(new TextDecoder().decode(body).split(", ").at(-1), "192.0.2.7");
  await eventually(() => cache.log(), (log) => log.includes(" 192.0.2.7 GET /file.vtt "));
});

Deno.test("shard.conf and a row of caches serve an asset as ams itself does", async () => {
  await using deployment = await Deployment.start();
  const [ams] = deployment.servers;
  const servers = [ams!.url, ams!.url] as const;
  await using first = await startNginx({ servers, isSharded: true });
  await using second = await startNginx({ servers, isSharded: true });
  await using nginx = await startShardingNginx([first.url, second.url, second.url]);
  const { manifests, media } = await fetchAssetUrls(`${ams!.url}/${LADDER}`);
  assert(media.length > 100);
  const some = media.filter((_, i) => i % 8 === 0);
  for (const path of [...manifests, ...some]) {
    for (const headers of [{}, { "accept-encoding": "gzip" }, { range: "bytes=5-99" }]) {
      const requested = await rawRequest(nginx.url + path, { headers });
      const expected = await rawRequest(ams!.url + path, { headers });
      assertEquals(summarize(requested), summarize(expected), path);
      assertEquals(requested.body, expected.body, path);
    }
  }
});

function summarize({ status, headers }: RawResponse) {
  const names = ["content-type", "content-encoding", "content-range", "etag", "cache-control"];
  return [status, ...names.map((name) => headers.get(name))];
}
