/** Slow storage delays only the requests for files on it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import { copyMedia, getVersion, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const NETWORK = "/network/";

/** `film.json` on a disk, and a copy in `network/`, which the test makes slow. */
function setUp(): { server: TestApp; system: SlowFileSystem } & Disposable {
  const system = new SlowFileSystem();
  system.devices.push([NETWORK, 2]);
  const server = testApp({}, system);
  const directory = join(server.root, "network");
  Deno.mkdirSync(directory);
  copyMedia("ladder-avc-240p.mp4", join(directory, "video.mp4"));
  copyMedia("ladder-aac-eng.mp4", join(directory, "audio.mp4"));
  const tracks = MOVIE_PACKAGE.tracks.slice(0, 2);
  Deno.writeTextFileSync(
    join(directory, "film.json"),
    JSON.stringify({ ...MOVIE_PACKAGE, tracks }),
  );
  return { server, system, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

const SEGMENTS = ["video/25600.m4s", "video/25600.ts", "audio/0.aac", "audio/0.m4s"];

/** Reads media of both assets, by path, before the network is slow. */
async function readAll(server: TestApp): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for (const file of ["film.json", "network/film.json"]) {
    const version = await getVersion(server, file);
    for (const segment of SEGMENTS) {
      const path = `/${file}/${version}/${segment}`;
      const response = await server.request(`GET ${path}`);
      assertEquals(response.status, 200, path);
      all.set(path, await response.bytes());
    }
  }
  server.app.hot.cache.clear(); // so that segments are read again
  return all;
}

/** Makes the network slow and reads until it counts as slow. */
async function makeSlow(server: TestApp, system: SlowFileSystem): Promise<void> {
  [system.where, system.latency] = [NETWORK, 20];
  for (let i = 0; i < 3; i++) await (await server.request("GET /network/video.mp4")).bytes();
  system.calls.length = 0;
}

function selectMedia(
  all: Map<string, Uint8Array>,
  network: boolean,
): [path: string, bytes: Uint8Array][] {
  return [...all].filter(([path]) => path.includes(NETWORK) === network);
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("handle() serves other assets while the reads of one hang", async () => {
  using setup = setUp();
  const { server, system } = setup;
  const all = await readAll(server);
  await makeSlow(server, system);
  const resume = system.hold(NETWORK);
  let completed = 0;
  const hanging = selectMedia(all, true).map(async ([path, bytes]) => {
    const response = await server.request(`GET ${path}`);
    completed++;
    assertEquals(await response.bytes(), bytes);
  });
  for (const [path, bytes] of selectMedia(all, false)) {
    assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
  }
  assertEquals((await server.request("GET /text.vtt")).status, 200);
  assertEquals((await server.request("GET /film.json/.mpd")).status, 200);
  assertEquals(completed, 0);
  assert(system.calls.includes("readSync")); // the disk is still fast
  resume();
  await Promise.all(hanging);
});

Deno.test("handle() serves equal bytes and ranges from slow storage", async () => {
  using setup = setUp();
  const { server, system } = setup;
  const all = await readAll(server);
  await makeSlow(server, system);
  for (const [path, bytes] of selectMedia(all, true)) {
    assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
    const part = await server.request(`GET ${path}`, { range: "bytes=1000-1999" });
    assertEquals([part.status, await part.bytes()], [206, bytes.slice(1000, 2000)]);
    const response = await server.request(`HEAD ${path}`);
    assertEquals(response.headers.get("content-length"), `${bytes.length}`);
  }
  assert(system.calls.includes("read") && !system.calls.includes("readSync"));
});

Deno.test("handle() reads once for ten concurrent requests", async () => {
  using setup = setUp();
  const { server, system } = setup;
  const all = await readAll(server);
  await makeSlow(server, system);
  for (const [path, bytes] of selectMedia(all, true)) {
    const once = await countReads(system, () => server.request(`GET ${path}`));
    server.app.hot.cache.clear();
    const resume = system.hold(NETWORK);
    const reads = await countReads(system, async () => {
      const requests = Array.from({ length: 10 }, () => server.request(`GET ${path}`));
      requests.push(server.request(`GET ${path}`, { range: "bytes=0-9" }));
      await settle();
      resume();
      const responses = await Promise.all(requests);
      for (const response of responses.slice(0, 10)) assertEquals(await response.bytes(), bytes);
      assertEquals(await responses[10]!.bytes(), bytes.slice(0, 10));
    });
    const parts = path.endsWith(".m4s") ? 1 : 0; // other formats are generated as a whole
    assert(reads >= once && reads <= once + parts, `${path}: ${reads} reads, ${once} of one`);
    server.app.hot.cache.clear();
    assertEquals(await countReads(system, () => server.request(`GET ${path}`)), once); // no read is in progress
  }
});

async function countReads(system: SlowFileSystem, work: () => Promise<unknown>): Promise<number> {
  const before = system.calls.filter((call) => call === "read").length;
  await work();
  return system.calls.filter((call) => call === "read").length - before;
}

Deno.test("handle() reports a read error to all concurrent requests, but not to the next one", async () => {
  using setup = setUp();
  const { server, system } = setup;
  const all = await readAll(server);
  await makeSlow(server, system);
  const [path, bytes] = selectMedia(all, true)[0]!;
  const { read } = system;
  system.read = async (fd, target) => {
    await read(fd, target);
    throw Object.assign(new Error(), { code: "EIO" });
  };
  const resume = system.hold(NETWORK);
  const requests = Array.from({ length: 3 }, () => server.request(`GET ${path}`));
  await settle();
  resume();
  for (const response of await Promise.all(requests)) {
    assertEquals([response.status, response.headers.get("ams-error")], [500, "MEDIA_READ"]);
    assertStringIncludes(await response.text(), "video.mp4: Cannot read byte");
  }
  system.read = read;
  assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
});

Deno.test("handle() opens an asset on slow storage once, without blocking the thread", async () => {
  using setup = setUp();
  const { server, system } = setup;
  await makeSlow(server, system);
  const resume = system.hold(NETWORK);
  const requests = Array.from({ length: 5 }, () => server.request("GET /network/film.json/.mpd"));
  requests.push(server.request("GET /network/audio.mp4"), server.request("GET /network/none.mp4"));
  await settle();
  resume();
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  assertEquals(statuses, [200, 200, 200, 200, 200, 200, 404]);
  assertEquals(system.calls.filter((call) => call.endsWith("Sync")), []);
  assertEquals(system.calls.filter((call) => call === "open").length, 4); // package, video, audio; audio
});
