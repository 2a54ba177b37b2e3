/** The nginx of deploy/ does not stop using servers that respond with 502 or 503, and finds the one that can respond. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startAms, TESTDATA } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { startNginx } from "./nginx.ts";
import { closeConnections, rawRequest } from "./raw_request.ts";
import { eventually } from "./page_driver.ts";
import { startServer } from "./test_server.ts";

/** More than the failures after which nginx skips a server. */
const ATTEMPTS = 12;

/** One path of each location of ams_server.conf, for an asset. */
const PATHS = {
  manifest: (asset: string, i: number) => `/${asset}.json/${i}.mpd`,
  media: (asset: string, i: number) => `/${asset}.json/v0/video/${i}.m4s`,
  file: (asset: string, i: number) => `/${asset}/${i}.vtt`,
  "page asset": (asset: string, i: number) => `/.ams/0${i}/${asset}.js`,
};

const IMMUTABLE = { "cache-control": "public, max-age=31536000, immutable" };

/** Starts a server that responds with an error as ams does where `fails(path)`. */
function startFailingServer(status: number, fails: (path: string) => boolean) {
  return startServer(({ url }) => {
    const { pathname } = new URL(url);
    if (!fails(pathname)) return new Response("fine", { headers: IMMUTABLE });
    const headers = { "ams-error": "TEST", "cache-control": "no-store" };
    return new Response("failed", { status, headers });
  });
}

async function summarize(url: string, method = "GET"): Promise<string> {
  const { status, headers, body } = await rawRequest(url, { method });
  return `${status} ${headers.get("ams-error") ?? "-"} ${new TextDecoder().decode(body)}`.trim();
}

for (const status of [502, 503]) {
  for (const [kind, path] of Object.entries(PATHS)) {
    Deno.test(`nginx passes ${status} of a ${kind} on, and keeps using all servers`, async () => {
      const fails = (path: string) => path.includes("bad");
      await using first = startFailingServer(status, fails);
      await using second = startFailingServer(status, fails);
      await using nginx = await startNginx({ servers: [first.url, second.url] });
      for (let i = 0; i < ATTEMPTS; i++) {
        assertEquals(await summarize(nginx.url + path("bad", i)), `${status} TEST failed`);
        assertEquals(await summarize(nginx.url + path("bad", i), "HEAD"), `${status} TEST`);
        for (const other of Object.values(PATHS)) {
          assertEquals(await summarize(nginx.url + other("good", i)), "200 - fine");
        }
      }
      assertEquals([first.count() > ATTEMPTS, second.count() > ATTEMPTS], [true, true]);
    });
  }
}

Deno.test("nginx tries another server for every URL that one responds to with 503", async () => {
  await using gone = startFailingServer(503, () => true);
  await using fine = startFailingServer(503, () => false);
  await using nginx = await startNginx({ servers: [gone.url, fine.url] });
  for (let i = 0; i < ATTEMPTS; i++) {
    for (const path of Object.values(PATHS)) {
      assertEquals(await summarize(nginx.url + path("a", i)), "200 - fine", path("a", i));
    }
  }
  assertEquals(gone.count() >= ATTEMPTS, true); // was never taken out of use
});

Deno.test("nginx serves the last manifest only when every server responds with 503", async () => {
  const failing = new Set<string>();
  const start = (name: string) =>
    startServer(() =>
      failing.has(name)
        ? new Response("failed", { status: 503 })
        : new Response(name, { headers: { "cache-control": "no-cache" } })
    );
  await using first = start("first");
  await using second = start("second");
  await using nginx = await startNginx({ servers: [first.url, second.url] });
  const url = `${nginx.url}/a.json/.mpd`;
  const fetchState = async () => {
    const { headers, body } = await rawRequest(url);
    return `${headers.get("x-cache")} ${new TextDecoder().decode(body)}`;
  };
  await rawRequest(url);
  failing.add("first");
  await eventually(fetchState, (state) => state === "EXPIRED second");
  failing.add("second");
  await eventually(fetchState, (state) => state === "STALE second");
  failing.delete("first");
  await eventually(fetchState, (state) => state === "EXPIRED first");
});

for (const [status, code] of [[503, "SOURCE_UNAVAILABLE"], [502, "SOURCE_DENIED"]] as const) {
  Deno.test(`nginx serves cached media and last manifests while all servers respond with ${code}`, async () => {
    let down = false;
    const start = () =>
      startServer(({ url }) => {
        const cache = url.endsWith(".mpd") ? "no-cache" : IMMUTABLE["cache-control"];
        if (!down) return new Response("fine", { headers: { "cache-control": cache } });
        const headers = { "ams-error": code, "cache-control": "max-age=1", "retry-after": "1" };
        return new Response("failed", { status, headers });
      });
    await using first = start();
    await using second = start();
    await using nginx = await startNginx({ servers: [first.url, second.url] });
    const paths = [PATHS.manifest("a", 0), PATHS.media("a", 0), PATHS["page asset"]("a", 0)];
    const summarizeAll = () => Promise.all(paths.map((path) => summarize(nginx.url + path)));
    const fine = paths.map(() => "200 - fine");
    assertEquals(await summarizeAll(), fine);
    down = true;
    const state = async () => (await rawRequest(nginx.url + paths[0]!)).headers.get("x-cache");
    await eventually(state, (it) => it === "STALE");
    for (let i = 1; i < ATTEMPTS; i++) {
      const cold = await rawRequest(nginx.url + PATHS.media("a", i));
      const found = [
        cold.status,
        ...["ams-error", "retry-after"].map((it) => cold.headers.get(it)),
      ];
      assertEquals(found, [status, code, "1"]);
      assertEquals(await summarizeAll(), fine);
    }
    down = false;
    const cold = nginx.url + PATHS.media("b", 0);
    assertEquals(await summarize(cold), "200 - fine"); // no server was taken out of use
  });
}

Deno.test("nginx serves everything from the other server when the document root of one is gone", async () => {
  await using open = new AsyncDisposableStack();
  const [gone, kept] = await Promise.all(["gone", "kept"].map(async (name) => {
    const root = await Deno.makeTempDir({ prefix: `ams-${name}-` });
    open.defer(() => Deno.remove(root, { recursive: true }));
    const media = join(root, "ladder-avc-240p.mp4");
    await Deno.copyFile(join(TESTDATA, "ladder-avc-240p.mp4"), media);
    await Deno.utime(media, 1764000000, 1764000000); // so that both have the same version
    return { root, server: open.use(await startAms(root, "--workers", "1")) };
  }));
  const nginx = open.use(await startNginx({ servers: [gone!.server.url, kept!.server.url] }));
  open.defer(closeConnections);
  const { media } = await fetchAssetUrls(`${kept!.server.url}/ladder-avc-240p.mp4`);
  const paths = [...media, "/ladder-avc-240p.mp4/.mpd", "/ladder-avc-240p.mp4"];
  const moved = `${gone!.root}-moved`;
  await Deno.rename(gone!.root, moved);
  open.defer(() => Deno.rename(moved, gone!.root));
  await eventually(
    async () => (await rawRequest(`${gone!.server.url}/none`)).headers.get("ams-error"),
    (code) => code === "STORAGE_GONE",
  );
  for (const path of paths) {
    assertEquals((await rawRequest(nginx.url + path)).status, 200, path);
  }
  await eventually(
    () => Promise.resolve(gone!.server.log()),
    (log) => paths.some((path) => log.includes(` ${path} 503 `)),
  );
});
