/** What lies on slow storage delays its own requests, and those alone. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import { copyMedia, getVersion, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const NETWORK = "/network/";

/** `film.json` on a disk, and the same in `network/`, on what the test makes slow. */
function setUp(): { server: TestApp; system: SlowFileSystem } & Disposable {
  const system = new SlowFileSystem();
  system.devices.push([NETWORK, 2]);
  const server = testApp({}, system);
  const folder = join(server.root, "network");
  Deno.mkdirSync(folder);
  copyMedia("ladder-avc-240p.mp4", join(folder, "video.mp4"));
  copyMedia("ladder-aac-eng.mp4", join(folder, "audio.mp4"));
  const tracks = MOVIE_PACKAGE.tracks.slice(0, 2);
  Deno.writeTextFileSync(join(folder, "film.json"), JSON.stringify({ ...MOVIE_PACKAGE, tracks }));
  return { server, system, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

const SEGMENTS = ["video/25600.m4s", "video/25600.ts", "audio/0.aac", "audio/0.m4s"];

/** Media of both films by path, as they are while everything is quick. */
async function readAll(server: TestApp): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for (const film of ["film.json", "network/film.json"]) {
    const version = await getVersion(server, film);
    for (const segment of SEGMENTS) {
      const path = `/${film}/${version}/${segment}`;
      const response = await server.request(`GET ${path}`);
      assertEquals(response.status, 200, path);
      all.set(path, await response.bytes());
    }
  }
  server.app.hot.clear(); // what is kept would not be read again
  return all;
}

/** Reads until the network has proved slow, as it is from then on. */
async function proveSlow(server: TestApp, system: SlowFileSystem): Promise<void> {
  [system.where, system.latency] = [NETWORK, 20];
  for (let i = 0; i < 3; i++) await (await server.request("GET /network/video.mp4")).bytes();
  system.calls.length = 0;
}

function of(all: Map<string, Uint8Array>, network: boolean): [path: string, bytes: Uint8Array][] {
  return [...all].filter(([path]) => path.includes(NETWORK) === network);
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("handle() answers for other titles while the reads of one hang, and for that when they are done", async () => {
  using setting = setUp();
  const { server, system } = setting;
  const all = await readAll(server);
  await proveSlow(server, system);
  const letGo = system.hold(NETWORK);
  let answered = 0;
  const hanging = of(all, true).map(async ([path, bytes]) => {
    const response = await server.request(`GET ${path}`);
    answered++;
    assertEquals(await response.bytes(), bytes);
  });
  for (const [path, bytes] of of(all, false)) {
    assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
  }
  assertEquals((await server.request("GET /text.vtt")).status, 200);
  assertEquals((await server.request("GET /film.json/.mpd")).status, 200);
  assertEquals(answered, 0);
  assert(system.calls.includes("readSync")); // the disk is as quick as ever
  letGo();
  await Promise.all(hanging);
});

Deno.test("handle() gives the same bytes from slow storage, parts of them too", async () => {
  using setting = setUp();
  const { server, system } = setting;
  const all = await readAll(server);
  await proveSlow(server, system);
  for (const [path, bytes] of of(all, true)) {
    assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
    const part = await server.request(`GET ${path}`, { range: "bytes=1000-1999" });
    assertEquals([part.status, await part.bytes()], [206, bytes.slice(1000, 2000)]);
    const head = await server.request(`HEAD ${path}`);
    assertEquals(head.headers.get("content-length"), `${bytes.length}`);
  }
  assert(system.calls.includes("read") && !system.calls.includes("readSync"));
});

Deno.test("handle() reads once what is asked for ten times at one moment", async () => {
  using setting = setUp();
  const { server, system } = setting;
  const all = await readAll(server);
  await proveSlow(server, system);
  for (const [path, bytes] of of(all, true)) {
    const once = await readsOf(system, () => server.request(`GET ${path}`));
    server.app.hot.clear();
    const letGo = system.hold(NETWORK);
    const reads = await readsOf(system, async () => {
      const asked = Array.from({ length: 10 }, () => server.request(`GET ${path}`));
      asked.push(server.request(`GET ${path}`, { range: "bytes=0-9" }));
      await settled();
      letGo();
      const responses = await Promise.all(asked);
      for (const response of responses.slice(0, 10)) assertEquals(await response.bytes(), bytes);
      assertEquals(await responses[10]!.bytes(), bytes.slice(0, 10));
    });
    const parts = path.endsWith(".m4s") ? 1 : 0; // other forms are made whole
    assert(reads >= once && reads <= once + parts, `${path}: ${reads} reads, ${once} of one`);
    server.app.hot.clear();
    assertEquals(await readsOf(system, () => server.request(`GET ${path}`)), once); // nothing is under way any more
  }
});

async function readsOf(system: SlowFileSystem, work: () => Promise<unknown>): Promise<number> {
  const before = system.calls.filter((call) => call === "read").length;
  await work();
  return system.calls.filter((call) => call === "read").length - before;
}

Deno.test("handle() tells all who ask of a failure, and the next one nothing of it", async () => {
  using setting = setUp();
  const { server, system } = setting;
  const all = await readAll(server);
  await proveSlow(server, system);
  const [path, bytes] = of(all, true)[0]!;
  const video = join(server.root, "network/video.mp4");
  const file = Deno.readFileSync(video);
  const letGo = system.hold(NETWORK);
  const asked = Array.from({ length: 3 }, () => server.request(`GET ${path}`));
  await settled();
  Deno.truncateSync(video, 100);
  letGo();
  for (const response of await Promise.all(asked)) {
    assertEquals([response.status, response.headers.get("ams-error")], [500, "MEDIA_READ"]);
    assertStringIncludes(await response.text(), "video.mp4: Cannot read byte");
  }
  Deno.writeFileSync(video, file);
  assertEquals(await (await server.request(`GET ${path}`)).bytes(), bytes);
});

Deno.test("handle() opens a title on slow storage once, and looks at nothing with the thread held up", async () => {
  using setting = setUp();
  const { server, system } = setting;
  await proveSlow(server, system);
  const letGo = system.hold(NETWORK);
  const asked = Array.from({ length: 5 }, () => server.request("GET /network/film.json/.mpd"));
  asked.push(server.request("GET /network/audio.mp4"), server.request("GET /network/none.mp4"));
  await settled();
  letGo();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  assertEquals(statuses, [200, 200, 200, 200, 200, 200, 404]);
  assertEquals(system.calls.filter((call) => call.endsWith("Sync")), []);
  assertEquals(system.calls.filter((call) => call === "open").length, 4); // package, video, audio; audio
});
