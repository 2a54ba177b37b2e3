/** Playback through the nginx of deploy/ while servers are killed, restart, lag and fail. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startAms } from "../ams.ts";
import { closeConnections, rawRequest, type RawResponse } from "../raw_request.ts";
import { Deployment, startDeployment } from "../deployment.ts";
import { startNginx } from "../nginx.ts";
import { LADDER } from "../root.ts";
import { eventually } from "../page_driver.ts";
import { startServer } from "../test_server.ts";
import { fetchAssetUrls } from "../asset_urls.ts";

const CLIENTS = 6;

const deployed = startDeployment();

/** Fetches each path directly from a server. */
async function fetchResponses(
  server: string,
  paths: readonly string[],
): Promise<Map<string, RawResponse>> {
  const responses = new Map<string, RawResponse>();
  for (const path of paths) responses.set(path, await rawRequest(server + path));
  return responses;
}

/**
 * Several clients fetch everything in order, each with another start, and compare the responses.
 *
 * @param onResponse receives the number of responses so far
 */
async function fetchAll(
  expected: ReadonlyMap<string, RawResponse>,
  onResponse = (_count: number) => {},
): Promise<void> {
  const all = [...expected];
  let count = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const first = Math.floor((client * all.length) / CLIENTS);
    for (const [path, response] of [...all.slice(first), ...all.slice(0, first)]) {
      assertSame(await rawRequest(deployed.now.nginx.url + path), response, path);
      onResponse(++count);
    }
  }));
}

function assertSame(actual: RawResponse, expected: RawResponse, path: string): void {
  const names = ["content-type", "content-length", "etag", "cache-control"];
  const summarize = (
    { status, headers }: RawResponse,
  ) => [status, ...names.map((name) => headers.get(name))];
  assertEquals(summarize(actual), summarize(expected), path);
  assert(actual.body.length === expected.body.length, path);
  assert(actual.body.every((byte, i) => byte === expected.body[i]), path);
}

async function fetchAsset(): Promise<Map<string, RawResponse>> {
  const { url } = deployed.now.servers[0]!;
  const { manifests, media } = await fetchAssetUrls(`${url}/${LADDER}`);
  assert(manifests.length > 10 && media.length > 100, `${manifests.length}, ${media.length}`);
  return await fetchResponses(url, [...manifests, ...media]);
}

Deno.test("nginx serves all requests correctly while a server is killed and restarts", async () => {
  const { nginx, servers } = deployed.now;
  const expected = await fetchAsset();
  let killed: Promise<void> | undefined;
  await fetchAll(expected, (count) => {
    if (count > expected.size / 3) killed ??= deployed.now.kill(0); // most responses are not cached yet
  });
  await killed;
  const attempt = new RegExp(`ams=${new URL(servers[0]!.url).host}, `); // a failed attempt, followed by the other server
  await eventually(() => nginx.log(), (log) => attempt.test(log));
  await fetchAll(expected);
  await deployed.now.restart(0);
  await eventually(async () => {
    await rawRequest(`${nginx.url}/nothing-${crypto.randomUUID()}`);
    return servers[0]!.log();
  }, (log) => log.includes("/nothing-"));
  await fetchAll(expected);
});

Deno.test("nginx serves cached responses with all servers down, and responses the rest with 502 and a JSON error", async () => {
  const expected = await fetchAsset();
  await fetchAll(expected);
  await Promise.all([0, 1].map((index) => deployed.now.kill(index)));
  await fetchAll(expected);
  const cold = await rawRequest(`${deployed.now.assetUrl}/v0/nothing/0.m4s`);
  assertEquals([cold.status, cold.headers.get("ams-error")], [502, "UNAVAILABLE"]);
  assertEquals(JSON.parse(new TextDecoder().decode(cold.body)).code, "UNAVAILABLE");
  await Promise.all([0, 1].map((index) => deployed.now.restart(index)));
  await eventually(
    () => rawRequest(`${deployed.now.assetUrl}/v0/nothing/0.m4s`),
    ({ status }) => status === 404,
  );
});

Deno.test("nginx sends one request to a server for concurrent requests of an uncached segment", async () => {
  await using deployment = await Deployment.start(); // for seconds after all were killed, nginx asks servers in another way
  const { nginx, servers, root } = deployment;
  await Deno.copyFile(join(root, "ladder-avc-720p.mp4"), join(root, "cold.mp4"));
  const [path] = (await fetchAssetUrls(`${servers[0]!.url}/cold.mp4`)).media
    .filter((path) => path.endsWith("/0.m4s"));
  const requests = Array.from({ length: 30 }, () => rawRequest(nginx.url + path));
  const responses = await Promise.all(requests);
  const expected = await rawRequest(servers[0]!.url + path);
  responses.forEach((response) => assertSame(response, expected, path!));
  const lines = await deployment.getLogLines(path!);
  assertEquals(lines.length, 2, lines.join("\n")); // one through nginx, one direct
});

Deno.test("nginx serves the old or new manifest of replaced media, soon only the new one, and cached old segments", async () => {
  const { nginx, servers, root, assetUrl } = deployed.now;
  const before = await fetchAsset();
  await fetchAll(before);
  await Deno.copyFile(join(root, "ladder-avc-240p.mp4"), join(root, "new.mp4"));
  await Deno.rename(join(root, "new.mp4"), join(root, "ladder-avc-720p.mp4"));
  const mpd = `/${LADDER}/.mpd`;
  const observed = new Set<string>();
  const etags = (origins: string[]) =>
    Promise.all(origins.map((origin) => fetchEtag(origin + mpd)));
  const old = before.get(mpd)!.headers.get("etag")!;
  const isNew = (found: string[]) => found.every((etag) => etag !== old);
  await eventually(async () => {
    const found = await etags([nginx.url]);
    observed.add(found[0]!);
    return [...found, ...await etags(servers.map(({ url }) => url))];
  }, isNew);
  const after = await fetchAsset();
  assertEquals([...observed].sort(), [old, after.get(mpd)!.headers.get("etag")!].sort());
  const { manifests } = await fetchAssetUrls(assetUrl);
  const expected = manifests.map((path) => after.get(path)?.headers.get("etag"));
  const now = () => Promise.all(manifests.map((path) => fetchEtag(nginx.url + path)));
  await eventually(now, (found) => found.join() === expected.join());
  await fetchAll(after);
  const [version] = findVersions(before);
  await fetchAll(new Map([...before].filter(([path]) => path.includes(`/${version}/`))));
});

async function fetchEtag(url: string): Promise<string> {
  return (await rawRequest(url)).headers.get("etag")!;
}

/** Finds the versions in media URLs. */
function findVersions(responses: ReadonlyMap<string, RawResponse>): string[] {
  const found = [...responses.keys()].flatMap((path) =>
    /\/(v[0-9a-f]{8,})\//.exec(path)?.[1] ?? []
  );
  return [...new Set(found)];
}

Deno.test("nginx tries another server when one does not have an asset yet", async () => {
  const root = await Deno.makeTempDir();
  await using open = new AsyncDisposableStack();
  open.defer(() => Deno.remove(root, { recursive: true }));
  const empty = open.use(await startAms(root, "--workers", "1"));
  const [full] = deployed.now.servers;
  const nginx = open.use(await startNginx({ servers: [empty.url, full!.url] }));
  open.defer(closeConnections);
  const expected = await fetchAsset();
  for (const [path, response] of expected) {
    assertSame(await rawRequest(nginx.url + path), response, path);
  }
  await eventually(() => Promise.resolve(empty.log()), (log) => log.includes(" 404 "));
});

/** Starts a server that aborts its first `deaths` responses halfway. Bodies consist of 7. */
function startDyingServer(size: number, deaths: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let count = 0;
  const served = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(8192));
      const header = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${size}\r\n` +
        "Cache-Control: public, max-age=31536000, immutable\r\n\r\n";
      const body = new Uint8Array(count++ < deaths ? size / 2 : size).fill(7);
      await new Blob([header, body]).stream().pipeTo(connection.writable); // closes it
    }
  })();
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    count: () => count,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

Deno.test("nginx hides a server that aborts a response from the client", async () => {
  const size = 300_000;
  await using server = startDyingServer(size, 1);
  await using nginx = await startNginx({ servers: [server.url, server.url] });
  const url = `${nginx.url}/a.json/v0/a/0.m4s`;
  const { status, body } = await rawRequest(url);
  assertEquals([status, body.length], [200, size]);
  assertEquals(body, new Uint8Array(size).fill(7));
  assertEquals((await rawRequest(url)).headers.get("x-cache"), "HIT");
  assertEquals(server.count(), 2);
});

Deno.test("nginx responds with 502 to a response that always aborts, and does not cache it", async () => {
  const size = 300_000;
  await using server = startDyingServer(size, 2);
  await using nginx = await startNginx({ servers: [server.url, server.url] });
  const url = `${nginx.url}/a.json/v0/a/0.m4s`;
  const { status, headers } = await rawRequest(url);
  assertEquals([status, headers.get("ams-error")], [502, "UNAVAILABLE"]);
  assertEquals((await rawRequest(url)).body.length, size);
  assertEquals((await rawRequest(url)).headers.get("x-cache"), "HIT");
  assertEquals(server.count(), 3);
});

Deno.test("nginx serves the last valid manifest of a package with errors, and keeps using its server", async () => {
  let status = 200;
  await using server = startServer(({ url }) => {
    const broken = status !== 200 && !url.includes("/good.json/");
    return new Response(`${status}`, { status: broken ? 500 : 200, headers: { etag: '"a"' } });
  });
  await using nginx = await startNginx({ servers: [server.url, server.url] });
  const broken = `${nginx.url}/broken.json/.mpd`;
  assertEquals((await rawRequest(broken)).status, 200);
  status = 500;
  await eventually(() => rawRequest(broken), ({ headers }) => headers.get("x-cache") === "STALE");
  for (let i = 0; i < 20; i++) {
    assertEquals((await rawRequest(broken)).status, 200);
    assertEquals((await rawRequest(`${nginx.url}/broken.json/v0/a/${i}.m4s`)).status, 500);
    assertEquals((await rawRequest(`${nginx.url}/good.json/v0/a/${i}.m4s`)).status, 200);
  }
});

Deno.test("nginx never serves an expired manifest while it is revalidated", async () => {
  const pending: (() => void)[] = [];
  let hold = false;
  await using server = startServer(async () => {
    if (hold) await new Promise<void>((resolve) => pending.push(resolve));
    return new Response(pending.length ? "new" : "old", {
      headers: { "cache-control": "no-cache" },
    });
  });
  using cleanup = new DisposableStack();
  cleanup.defer(() => {
    hold = false;
    pending.forEach((resolve) => resolve());
  });
  await using nginx = await startNginx({ servers: [server.url, server.url] });
  const url = `${nginx.url}/a.json/.mpd`;
  await rawRequest(url);
  hold = true;
  const responses: Promise<RawResponse>[] = [];
  await eventually(() => {
    responses.push(rawRequest(url)); // the old one at first: it is cached for a second
    return Promise.resolve(pending.length);
  }, (count) => count > 0);
  const later = [rawRequest(url), rawRequest(url)];
  await eventually(() => Promise.resolve(pending.length), (count) => count >= 3);
  cleanup.dispose();
  for (const { body } of await Promise.all(later)) {
    assertEquals(new TextDecoder().decode(body), "new");
  }
  await Promise.all(responses);
});
