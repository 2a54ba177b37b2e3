import { assert, assertEquals } from "@std/assert";
import { Cache } from "../../lib/cache.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import { IMMUTABLE, type Resource } from "../../lib/http/resource.ts";
import { HotSegments } from "../../lib/server/hot_segments.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Source } from "../../lib/storage/source.ts";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { getVersion, type TestApp, testApp } from "./fixture.ts";

const SEGMENTS = [
  "video/25600.m4s",
  "video/25600.ts",
  "audio/0.aac",
  "audio/0.m4s",
  "QualityLevels(LEVEL)/Fragments(video_eng=20000000)",
];

/** A file system that counts reads. */
function createCountingSystem(): { system: FileSystem; reads: () => number } {
  let count = 0;
  const readSync: FileSystem["readSync"] = (fd, target) => {
    count++;
    return WITHOUT_CLOCK.readSync(fd, target);
  };
  return { system: { ...WITHOUT_CLOCK, readSync }, reads: () => count };
}

async function listPaths(server: TestApp): Promise<string[]> {
  const version = await getVersion(server);
  const manifest = await (await server.request("GET /film.json/Manifest")).text();
  const level = /Name="video_eng"[^]*?Bitrate="(\d+)"/.exec(manifest)![1]!;
  return SEGMENTS.map((name) => `/film.json/${version}/${name.replace("LEVEL", level)}`);
}

/** Returns the status and the headers. */
function getHead({ status, headers }: Response): unknown {
  return [status, [...headers]];
}

Deno.test("handle() reads a segment at most twice", async () => {
  const { system, reads } = createCountingSystem();
  using server = testApp({}, system);
  for (const path of await listPaths(server)) {
    const first = await server.request(`GET ${path}`);
    const bytes = await first.bytes();
    await (await server.request(`GET ${path}`)).bytes();
    const before = reads();
    for (let i = 0; i < 3; i++) {
      const again = await server.request(`GET ${path}`);
      assertEquals(getHead(again), getHead(first), path);
      assertEquals(await again.bytes(), bytes);
    }
    const part = await server.request(`GET ${path}`, { range: "bytes=10-99" });
    assertEquals([part.status, await part.bytes()], [206, bytes.slice(10, 100)]);
    assertEquals(part.headers.get("content-range"), `bytes 10-99/${bytes.length}`);
    assertEquals(getHead(await server.request(`HEAD ${path}`)), getHead(first));
    const etag = first.headers.get("etag")!;
    assertEquals((await server.request(`GET ${path}`, { "if-none-match": etag })).status, 304);
    assertEquals(reads(), before, path);
  }
});

Deno.test("handle() adds CORS headers to cached segments, too", async () => {
  using server = testApp();
  const exposed = "access-control-expose-headers";
  for (const path of await listPaths(server)) {
    for (let i = 0; i < 3; i++) {
      const plain = await server.request(`GET ${path}`);
      const crossOrigin = await server.request(`GET ${path}`, { origin: "https://player.example" });
      assertEquals([plain.headers.has(exposed), crossOrigin.headers.has(exposed)], [false, true]);
      assertEquals(await crossOrigin.bytes(), await plain.bytes());
    }
  }
});

Deno.test("handle() bounds the memory of cached segments", async () => {
  using server = testApp({ capacity: 2 ** 18 });
  const version = await getVersion(server);
  const mpd = await (await server.request("GET /film.json/.mpd")).text();
  assert(mpd.includes(version));
  for (let round = 0; round < 3; round++) {
    for (let time = 0; time < 10 * 12800; time += 25600) {
      const response = await server.request(`GET /film.json/${version}/video/${time}.ts`);
      assertEquals(response.status, 200);
      await response.bytes();
      const { size, capacity, count } = server.app.hot.cache;
      assert(size <= capacity || count === 1, `${size} of ${capacity} bytes, ${count} segments`);
    }
  }
});

Deno.test("handle() counts 2.5 KB for each cached segment beside its bytes", async () => {
  using server = testApp();
  let bytes = 0;
  const paths = await listPaths(server);
  for (const path of paths) {
    for (let i = 0; i < 2; i++) await (await server.request(`GET ${path}`)).bytes();
    bytes += (await (await server.request(`GET ${path}`)).bytes()).length;
  }
  const { size, count } = server.app.hot.cache;
  assertEquals([count, size], [paths.length, bytes + 2560 * paths.length]);
});

/** A resource of ten bytes in two slices, for which all bytes are read. */
function createSliced(): { resource: Resource<SegmentPlan>; count: () => number } {
  const source: Source = {
    name: "a.mp4",
    size: 10,
    synchronous: true,
    read: () => {},
    close() {},
  };
  let count = 0;
  const plan = (offset: number, size: number): SegmentPlan => ({
    type: "video/mp4",
    header: new Uint8Array(0),
    ranges: [{ source, offset, size }],
    transform: (bytes) => bytes,
  });
  const slices = () => {
    count++;
    return [0, 5].map((offset) => ({ plan: plan(offset, 5), size: 5 }));
  };
  const body = { ...plan(0, 10), slices };
  const resource = { file: "a.json", type: "video/mp4", etag: '"1"', caching: IMMUTABLE, body };
  return { resource, count: () => count };
}

Deno.test("HotSegments.read() slices a segment once, and again after its files were opened again", async () => {
  const limits = { maxWhole: 5, maxBuffered: 5, maxInFlight: 5, sliceSize: 5 };
  const segments = new HotSegments(new Cache(100), new BodyFactory({ limits }));
  const [first, second] = [createSliced(), createSliced()];
  const request: HttpRequest = { method: "GET", rawPath: "/", headers: new Headers() };
  for (const { resource } of [first, first, second, second]) {
    const { size, body } = await segments.read(request, { ...resource }, "key");
    assertEquals([size, (body as unknown[]).length], [10, 2]);
  }
  assertEquals([first.count(), second.count()], [1, 1]);
});
