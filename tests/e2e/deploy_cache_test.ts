/** Which requests share a cached response of the nginx of deploy/, and which fill its cache. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { fetchAssetUrls } from "./asset_urls.ts";
import { startDeployment } from "./deployment.ts";
import { rawRequest } from "./raw_request.ts";
import { LADDER } from "./root.ts";

const deployed = startDeployment();

async function findMediaPath(ending: string): Promise<string> {
  const { media } = await fetchAssetUrls(`${deployed.now.servers[0]!.url}/${LADDER}`);
  return media.find((path) => path.endsWith(ending))!;
}

/** Summarizes the response to HEAD. */
async function summarizeHeaders(url: string): Promise<unknown[]> {
  const { status, headers, body } = await rawRequest(url, { method: "HEAD" });
  const names = ["content-length", "content-type", "cache-control", "etag"];
  return [status, body.length, ...names.map((name) => headers.get(name))];
}

Deno.test("nginx responds to HEAD with the headers of GET, and fetches no body for it", async () => {
  const { nginx, servers, root } = deployed.now;
  await Deno.copyFile(join(root, "ladder-avc-240p.mp4"), join(root, "head.mp4"));
  const { media, manifests } = await fetchAssetUrls(`${servers[0]!.url}/head.mp4`);
  const [segment] = media.filter((path) => path.endsWith("/0.ts"));
  for (const path of [segment!, manifests[0]!]) {
    const direct = await summarizeHeaders(servers[0]!.url + path);
    const before = (await deployed.now.getLogLines(path)).length;
    for (const _time of ["first", "second"]) {
      assertEquals(await summarizeHeaders(nginx.url + path), direct);
    }
    const lines = (await deployed.now.getLogLines(path)).slice(before);
    assertEquals(lines.map((line) => line.split(" ")[1]), ["HEAD", "HEAD"]);
    const states = [];
    for (const method of ["GET", "GET", "HEAD"]) {
      states.push((await rawRequest(nginx.url + path, { method })).headers.get("x-cache"));
    }
    assertEquals(states, ["MISS", "HIT", "HIT"]);
  }
});

Deno.test("nginx does not cache other spellings of a path, nor fetches a body for their HEAD", async () => {
  const media = await findMediaPath("/0.m4s");
  for (let i = 1; i < LADDER.length; i++) {
    const code = LADDER.charCodeAt(i).toString(16);
    const other = `/${LADDER.slice(0, i)}%${code}${LADDER.slice(i + 1)}`;
    for (const method of ["HEAD", "GET", "GET"]) {
      const path = media.replace(`/${LADDER}`, other);
      const { status, headers } = await rawRequest(deployed.now.nginx.url + path, { method });
      assertEquals([status, headers.get("x-cache"), headers.get("cache-control")], [
        200,
        "MISS",
        "private",
      ]);
    }
    if (i > 3) break;
  }
  const misspelled = await rawRequest(deployed.now.nginx.url + media.replace("=", "%3D"));
  assertEquals(misspelled.status, 404);
});

Deno.test("nginx passes redirects to the spelling of ams on, with the whole query", async () => {
  const { nginx } = deployed.now;
  const other = `/%${LADDER.charCodeAt(0).toString(16)}${LADDER.slice(1)}/.mpd?token=1&start=0`;
  const { status, headers } = await rawRequest(nginx.url + other);
  assertEquals([status, headers.get("location")], [302, `../${LADDER}/.mpd?token=1&start=0`]);
});

Deno.test("nginx caches manifests by the query parameters that ams reads", async () => {
  const manifest = `${deployed.now.assetUrl}/query.mpd`;
  const queries: [query: string, state: string][] = [
    ["", "MISS"],
    ["?_=1", "HIT"],
    ["?start=0&CMCD=x", "MISS"],
    ["?CMCD=y&start=0", "HIT"],
    ["?end=99&start=0", "MISS"],
    ["?start=0&end=99", "HIT"],
    ["?xstart=9", "HIT"],
  ];
  for (const [query, state] of queries) {
    const { status, headers } = await rawRequest(manifest + query);
    const found = headers.get("x-cache");
    assertEquals([query, status, found === "REVALIDATED" ? "HIT" : found], [query, 200, state]);
  }
  const unescaped = await rawRequest(`${manifest}?filter=type==%22video%22&&MaxWidth%3C9`);
  assertEquals([unescaped.status, unescaped.headers.get("ams-error")], [400, "BAD_REQUEST"]);
});

Deno.test("nginx caches the files of the page, each coding on its own, and answers ranges from them", async () => {
  const { nginx, servers } = deployed.now;
  const page = await (await fetch(`${servers[0]!.url}/`, { headers: { accept: "text/html" } }))
    .text();
  const [, name] = page.match(/"\.\/(\.ams\/[0-9a-f]+\/[\w.]+\.js)"/)!;
  const url = (origin: string) => `${origin}/${name}`;
  for (const encoding of ["gzip", "identity"]) {
    const request = { headers: { "accept-encoding": encoding } };
    const expected = await rawRequest(url(servers[0]!.url), request);
    for (const state of ["MISS", "HIT"]) {
      const { headers, body } = await rawRequest(url(nginx.url), request);
      assertEquals([headers.get("x-cache"), headers.get("etag")], [
        state,
        expected.headers.get("etag"),
      ]);
      assertEquals(body, expected.body);
    }
  }
  const part = await rawRequest(url(nginx.url), { headers: { range: "bytes=3-8" } });
  assertEquals([part.status, part.body.length, part.headers.get("x-cache")], [206, 6, "HIT"]);
  const unknown = await rawRequest(`${nginx.url}/.ams/0123/page.css`);
  assertEquals([unknown.status, unknown.headers.get("ams-error")], [404, "NOT_FOUND"]);
});

Deno.test("nginx declares nosniff on every response, once", async () => {
  const { nginx } = deployed.now;
  const media = await findMediaPath("/0.m4s");
  const requests: [path: string, headers: Record<string, string>, status: number][] = [
    [media, {}, 200],
    [media, { range: "bytes=0-1" }, 206],
    [media, { range: "bytes=99999999-" }, 416],
    [media, { "if-match": '"x"' }, 412],
    [`/${LADDER}/.mpd`, {}, 200],
    ["/ladder-vtt-eng.vtt", {}, 200],
    ["/none", {}, 404],
    ["/.ams/0/none.js", {}, 404],
    ["/%", {}, 400],
  ];
  for (const [path, headers, status] of requests) {
    const response = await rawRequest(nginx.url + path, { headers });
    const found = response.headers.get("x-content-type-options");
    assertEquals([path, response.status, found], [path, status, "nosniff"]);
  }
});
