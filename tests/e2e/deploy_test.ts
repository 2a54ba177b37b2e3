/** Playback through the nginx of deploy/ while servers are killed, start again, lag behind and fail. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startAms } from "./ams.ts";
import { closeConnections, rawRequest, type RawResponse } from "./raw_request.ts";
import { startDeployment } from "./deployment.ts";
import { startNginx } from "./nginx.ts";
import { LADDER } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { fetchAssetUrls } from "./asset_urls.ts";

const CLIENTS = 6;

const deployed = startDeployment();

/** What each path answers without a proxy, by a server that is there. */
async function fetchResponses(
  server: string,
  paths: readonly string[],
): Promise<Map<string, RawResponse>> {
  const answers = new Map<string, RawResponse>();
  for (const path of paths) answers.set(path, await rawRequest(server + path));
  return answers;
}

/**
 * Several clients ask for everything, each from a place of its own on, in order, and go on until all is seen.
 *
 * @param seen is told how many answers there are
 */
async function fetchAll(
  expected: ReadonlyMap<string, RawResponse>,
  seen = (_count: number) => {},
): Promise<void> {
  const all = [...expected];
  let count = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const first = Math.floor((client * all.length) / CLIENTS);
    for (const [path, answer] of [...all.slice(first), ...all.slice(0, first)]) {
      assertSame(await rawRequest(deployed.now.nginx.url + path), answer, path);
      seen(++count);
    }
  }));
}

function assertSame(got: RawResponse, expected: RawResponse, path: string): void {
  const names = ["content-type", "content-length", "etag", "cache-control"];
  const seen = (
    { status, headers }: RawResponse,
  ) => [status, ...names.map((name) => headers.get(name))];
  assertEquals(seen(got), seen(expected), path);
  assert(got.body.length === expected.body.length, path);
  assert(got.body.every((byte, i) => byte === expected.body[i]), path);
}

async function fetchAsset(): Promise<Map<string, RawResponse>> {
  const { url } = deployed.now.servers[0]!;
  const { manifests, media } = await fetchAssetUrls(`${url}/${LADDER}`);
  assert(manifests.length > 10 && media.length > 100, `${manifests.length}, ${media.length}`);
  return await fetchResponses(url, [...manifests, ...media]);
}

Deno.test("a server is killed during playback, and starts again: no request fails, every byte is right", async () => {
  const { nginx, servers } = deployed.now;
  const expected = await fetchAsset();
  let killed: Promise<void> | undefined;
  await fetchAll(expected, (count) => {
    if (count > expected.size / 3) killed ??= deployed.now.kill(0); // most are not in the cache yet
  });
  await killed;
  const asked = new RegExp(`ams=${new URL(servers[0]!.url).host}, `); // in vain, and then the other
  await eventually(() => nginx.log(), (log) => asked.test(log));
  await fetchAll(expected);
  await deployed.now.restart(0);
  await eventually(async () => {
    await rawRequest(`${nginx.url}/nothing-${crypto.randomUUID()}`);
    return servers[0]!.log();
  }, (log) => log.includes("/nothing-"));
  await fetchAll(expected);
});

Deno.test("all servers are killed: what is hot is answered, what is not is an error in words", async () => {
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

Deno.test("many at once want a segment that nobody had: one request reaches a server", async () => {
  const { nginx, servers, assetUrl } = deployed.now;
  const media = join(deployed.now.root, "cold.mp4");
  await Deno.copyFile(join(deployed.now.root, "ladder-avc-720p.mp4"), media);
  const [path] = (await fetchAssetUrls(`${servers[0]!.url}/cold.mp4`)).media
    .filter((path) => path.endsWith("/0.m4s"));
  const asked = Array.from({ length: 30 }, () => rawRequest(nginx.url + path));
  const answers = await Promise.all(asked);
  const expected = await rawRequest(servers[0]!.url + path);
  answers.forEach((answer) => assertSame(answer, expected, assetUrl));
  const lines = await deployed.now.getLogLines(path!);
  assertEquals(lines.length, 2, lines.join("\n")); // and the one without nginx
});

Deno.test("replaced media: a manifest is the old one or the new one, and soon the new one; hot segments stay", async () => {
  const { nginx, servers, root, assetUrl } = deployed.now;
  const before = await fetchAsset();
  await fetchAll(before);
  await Deno.copyFile(join(root, "ladder-avc-240p.mp4"), join(root, "new.mp4"));
  await Deno.rename(join(root, "new.mp4"), join(root, "ladder-avc-720p.mp4"));
  const mpd = `/${LADDER}/.mpd`;
  const seen = new Set<string>();
  const etags = (origins: string[]) =>
    Promise.all(origins.map((origin) => fetchEtag(origin + mpd)));
  const old = before.get(mpd)!.headers.get("etag")!;
  const isNew = (found: string[]) => found.every((etag) => etag !== old);
  await eventually(async () => {
    const found = await etags([nginx.url]);
    seen.add(found[0]!);
    return [...found, ...await etags(servers.map(({ url }) => url))];
  }, isNew);
  const after = await fetchAsset();
  assertEquals([...seen].sort(), [old, after.get(mpd)!.headers.get("etag")!].sort());
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

/** Those in the URLs of media. */
function findVersions(answers: ReadonlyMap<string, RawResponse>): string[] {
  const found = [...answers.keys()].flatMap((path) => /\/(v[0-9a-f]{8,})\//.exec(path)?.[1] ?? []);
  return [...new Set(found)];
}

Deno.test("a server that has not got a title yet is not the last to be asked", async () => {
  const root = await Deno.makeTempDir();
  await using open = new AsyncDisposableStack();
  open.defer(() => Deno.remove(root, { recursive: true }));
  const empty = open.use(await startAms(root, "--workers", "1"));
  const [full] = deployed.now.servers;
  const nginx = open.use(await startNginx({ servers: [empty.url, full!.url] }));
  open.defer(closeConnections);
  const expected = await fetchAsset();
  for (const [path, answer] of expected) {
    assertSame(await rawRequest(nginx.url + path), answer, path);
  }
  assertStringIncludes(empty.log(), " 404 ");
});

/** A server in the place of ams that dies in the middle of its first answers. Its bytes are 7. */
function startDyingServer(size: number, deaths: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let count = 0;
  const served = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(8192));
      const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${size}\r\n` +
        "Cache-Control: public, max-age=31536000, immutable\r\n\r\n";
      const body = new Uint8Array(count++ < deaths ? size / 2 : size).fill(7);
      await new Blob([head, body]).stream().pipeTo(connection.writable); // closes it
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

Deno.test("a server that dies in the middle of an answer is not seen by the client", async () => {
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

Deno.test("an answer that breaks off each time is an error in words, and is not kept", async () => {
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

/** A server in the place of ams, which does what a test wants. */
function startServer(answer: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a package that breaks leaves its last good manifest, and takes no server out", async () => {
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

Deno.test("a manifest that has expired is nobody's, also while somebody asks for it again", async () => {
  const asked: (() => void)[] = [];
  let hold = false;
  await using server = startServer(async () => {
    if (hold) await new Promise<void>((resolve) => asked.push(resolve));
    return new Response(asked.length ? "new" : "old", { headers: { "cache-control": "no-cache" } });
  });
  using held = new DisposableStack();
  held.defer(() => {
    hold = false;
    asked.forEach((answer) => answer());
  });
  await using nginx = await startNginx({ servers: [server.url, server.url] });
  const url = `${nginx.url}/a.json/.mpd`;
  await rawRequest(url);
  hold = true;
  const answers: Promise<RawResponse>[] = [];
  await eventually(() => {
    answers.push(rawRequest(url)); // old at first: it is kept for a second
    return Promise.resolve(asked.length);
  }, (count) => count > 0);
  const later = [rawRequest(url), rawRequest(url)];
  await eventually(() => Promise.resolve(asked.length), (count) => count >= 3);
  held.dispose();
  for (const { body } of await Promise.all(later)) {
    assertEquals(new TextDecoder().decode(body), "new");
  }
  await Promise.all(answers);
});
