import { assert, assertEquals } from "@std/assert";
import { type FileSystem, UNTIMED } from "../../lib/storage/local/file_system.ts";
import { type Stage, stage, versionOf } from "./fixture.ts";

const SEGMENTS = [
  "video/25600.m4s",
  "video/25600.ts",
  "audio/0.aac",
  "audio/0.m4s",
  "QualityLevels(LEVEL)/Fragments(video_eng=20000000)",
];

/** A system that counts how often it is read. */
function counting(): { system: FileSystem; reads: () => number } {
  let count = 0;
  const readSync: FileSystem["readSync"] = (fd, target) => {
    count++;
    return UNTIMED.readSync(fd, target);
  };
  return { system: { ...UNTIMED, readSync }, reads: () => count };
}

async function paths(on: Stage): Promise<string[]> {
  const version = await versionOf(on);
  const manifest = await (await on.ask("GET /film.json/Manifest")).text();
  const level = /Name="video_eng"[^]*?Bitrate="(\d+)"/.exec(manifest)![1]!;
  return SEGMENTS.map((name) => `/film.json/${version}/${name.replace("LEVEL", level)}`);
}

/** What a client gets of it, but for its body. */
function headOf({ status, headers }: Response): unknown {
  return [status, [...headers]];
}

Deno.test("handle() reads a segment that is asked for again and again no more than twice", async () => {
  const { system, reads } = counting();
  using on = stage({}, system);
  for (const path of await paths(on)) {
    const first = await on.ask(`GET ${path}`);
    const bytes = await first.bytes();
    await (await on.ask(`GET ${path}`)).bytes();
    const before = reads();
    for (let i = 0; i < 3; i++) {
      const again = await on.ask(`GET ${path}`);
      assertEquals(headOf(again), headOf(first), path);
      assertEquals(await again.bytes(), bytes);
    }
    const part = await on.ask(`GET ${path}`, { range: "bytes=10-99" });
    assertEquals([part.status, await part.bytes()], [206, bytes.slice(10, 100)]);
    assertEquals(part.headers.get("content-range"), `bytes 10-99/${bytes.length}`);
    assertEquals(headOf(await on.ask(`HEAD ${path}`)), headOf(first));
    const etag = first.headers.get("etag")!;
    assertEquals((await on.ask(`GET ${path}`, { "if-none-match": etag })).status, 304);
    assertEquals(reads(), before, path);
  }
});

Deno.test("handle() tells pages of other origins what they may read, also of what is hot", async () => {
  using on = stage();
  const exposed = "access-control-expose-headers";
  for (const path of await paths(on)) {
    for (let i = 0; i < 3; i++) {
      const plain = await on.ask(`GET ${path}`);
      const asked = await on.ask(`GET ${path}`, { origin: "https://player.example" });
      assertEquals([plain.headers.has(exposed), asked.headers.has(exposed)], [false, true]);
      assertEquals(await asked.bytes(), await plain.bytes());
    }
  }
});

Deno.test("handle() keeps as many hot segments as there is room for", async () => {
  using on = stage({ capacity: 2 ** 18 });
  const version = await versionOf(on);
  const mpd = await (await on.ask("GET /film.json/.mpd")).text();
  assert(mpd.includes(version));
  for (let round = 0; round < 3; round++) {
    for (let time = 0; time < 10 * 12800; time += 25600) {
      const response = await on.ask(`GET /film.json/${version}/video/${time}.ts`);
      assertEquals(response.status, 200);
      await response.bytes();
      const { size, capacity, count } = on.site.hot;
      assert(size <= capacity || count === 1, `${size} of ${capacity} bytes, ${count} segments`);
    }
  }
});
