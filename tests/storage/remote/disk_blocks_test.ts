import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { DiskBlocks, MIN_DISK_BYTES } from "../../../lib/storage/remote/disk_blocks.ts";
import { BLOCK_BYTES } from "../../../lib/storage/remote/shared_pages.ts";
import { MemoryDisk } from "./memory_disk.ts";

const BYTES = new TextEncoder().encode("0123456789");

function setUp(maxBytes = MIN_DISK_BYTES, disk = new MemoryDisk()) {
  const warnings: string[] = [];
  const blocks = new DiskBlocks({
    directory: "cache",
    maxBytes,
    files: disk,
    warn: (message) => warnings.push(message),
  });
  return { disk, blocks, warnings };
}

async function store(blocks: DiskBlocks, ...names: string[]): Promise<void> {
  for (const name of names) blocks.put(name, BYTES);
  await blocks.flush();
}

Deno.test("DiskBlocks.get() returns what put() stored, in any process", async () => {
  const { disk, blocks } = setUp();
  assertEquals(await blocks.get("a"), undefined);
  await store(blocks, "a");
  assertEquals(await blocks.get("a"), BYTES);
  assertEquals(await setUp(MIN_DISK_BYTES, disk).blocks.get("a"), BYTES);
  assertEquals(await blocks.get("b"), undefined);
  assertEquals(disk.paths.map((path) => /^cache\/(..)\/\1\w{38}$/.test(path)), [true]);
});

Deno.test("DiskBlocks.put() replaces a block", async () => {
  const { blocks } = setUp();
  await store(blocks, "a");
  blocks.put("a", BYTES.slice(0, 2));
  await blocks.flush();
  assertEquals(await blocks.get("a"), BYTES.slice(0, 2));
});

/** Damage to a file of 16 bytes and ten more. */
const DAMAGE: [what: string, damage: (bytes: Uint8Array) => Uint8Array][] = [
  ...Array.from({ length: 26 }, (_, i): [string, (bytes: Uint8Array) => Uint8Array] => [
    `byte ${i} flipped`,
    (bytes) => bytes.map((byte, at) => at === i ? byte ^ 0x10 : byte),
  ]),
  ["a torn file", (bytes) => bytes.slice(0, 20)],
  ["a torn header", (bytes) => bytes.slice(0, 15)],
  ["an empty file", () => new Uint8Array(0)],
  ["zeros", (bytes) => bytes.map(() => 0)],
  ["bytes after the end", (bytes) => Uint8Array.of(...bytes, 1)],
];

for (const isSlow of [false, true]) {
  Deno.test(`DiskBlocks.get() returns nothing for damaged files, which put() mends; a slow disk: ${isSlow}`, async () => {
    const { disk, blocks } = setUp();
    disk.isSlow = isSlow;
    await store(blocks, "a");
    const [path] = disk.paths;
    const { bytes } = disk.get(path!)!;
    for (const [what, damage] of DAMAGE) {
      disk.set(path!, { bytes: damage(bytes), modifiedAt: 0 });
      assertEquals(await blocks.get("a"), undefined, what);
      await store(blocks, "a");
      assertEquals(await blocks.get("a"), BYTES, what);
    }
  });
}

Deno.test("DiskBlocks.getNow() fills what it is given, unless that is too small or the disk slow", async () => {
  const { disk, blocks } = setUp();
  await store(blocks, "a");
  const into = new Uint8Array(20);
  const get = (name: string, max: number) =>
    blocks.getNow(name, (size) => into.subarray(0, Math.min(size, max)));
  assertEquals([get("a", 10), into.subarray(0, 11)], [10, Uint8Array.of(...BYTES, 0)]);
  assertEquals([get("a", 9), get("a", 0), get("b", 10)], [0, 0, 0]);
  disk.isSlow = true;
  assertEquals([get("a", 10), get("b", 10)], [undefined, undefined]);
});

Deno.test("DiskBlocks.get() returns nothing for a file of another name", async () => {
  const { disk, blocks } = setUp();
  await store(blocks, "a", "b");
  const [a, b] = disk.paths;
  disk.set(a!, disk.get(b!)!);
  assertEquals(await blocks.get("a"), undefined);
});

Deno.test("DiskBlocks.get() touches files at most once an hour", async () => {
  const { disk, blocks } = setUp();
  await store(blocks, "a");
  const file = () => disk.get(disk.paths[0]!)!;
  for (const [time, modifiedAt] of [[3_600_000, 0], [3_600_001, 3_600_001], [4e6, 3_600_001]]) {
    disk.time = time!;
    await blocks.get("a");
    assertEquals(file().modifiedAt, modifiedAt);
  }
  disk.time = 1e9;
  disk.setModifiedAt = () => Promise.reject(new Error("EROFS"));
  assertEquals(await blocks.get("a"), BYTES);
});

Deno.test("DiskBlocks keeps the limit and a tenth, removes the oldest first, and counts bytes", async () => {
  const { disk, blocks } = setUp(4 * MIN_DISK_BYTES);
  const counts: number[] = [];
  for (let i = 0; i < 6000; i++) {
    disk.time = i;
    blocks.put(`${i}`, BYTES);
    if (i % 10 === 0) await blocks.flush();
    counts.push(disk.count);
  }
  await blocks.flush();
  const limit = 8 * 256;
  assert(counts.every((count) => count <= 1.1 * limit), `${Math.max(...counts)} files`);
  assert(disk.count > limit / 2);
  assertEquals(blocks.bytes, 2 ** 17 * disk.count);
  const found = await Promise.all([0, 1, 2, 5997, 5998, 5999].map((i) => blocks.get(`${i}`)));
  assertEquals(found.map((bytes) => bytes !== undefined), [false, false, false, true, true, true]);
});

Deno.test("DiskBlocks keeps the limit and a tenth with two processes on one directory", async () => {
  const disk = new MemoryDisk();
  const [first, second] = [setUp(32 * MIN_DISK_BYTES, disk), setUp(32 * MIN_DISK_BYTES, disk)];
  let most = 0;
  for (let i = 0; i < 25_000; i++) {
    disk.time = i;
    (i % 2 ? first : second).blocks.put(`${i}`, BYTES);
    if (i % 20 === 0) await Promise.all([first.blocks.flush(), second.blocks.flush()]);
    most = Math.max(most, disk.count);
  }
  await Promise.all([first.blocks.flush(), second.blocks.flush()]);
  assert(most > 256 * 50 && most <= 1.1 * 256 * 64, `${most} files`);
  assertEquals([first.warnings, second.warnings], [[], []]);
});

Deno.test("DiskBlocks.sweep() removes what exceeds a smaller limit, and what a killed process left", async () => {
  const disk = new MemoryDisk();
  await store(
    setUp(8 * MIN_DISK_BYTES, disk).blocks,
    ...Array.from({ length: 4000 }, (_, i) => `${i}`),
  );
  const half = `${"0".repeat(40)}.${crypto.randomUUID()}`;
  disk.set(`cache/00/${half}`, { bytes: BYTES, modifiedAt: -1 });
  const { blocks } = setUp(MIN_DISK_BYTES, disk);
  await blocks.sweep();
  assert(disk.count <= 512);
  assertEquals(blocks.bytes, 2 ** 17 * disk.count);
  assertEquals(disk.paths.filter((path) => path.includes(".")), []);
});

Deno.test("DiskBlocks reports a full disk in one line, leaves nothing behind, and tries again", async () => {
  const { disk, blocks, warnings } = setUp();
  await store(blocks, "a");
  disk.failure = "ENOSPC";
  await store(blocks, "b", "c");
  disk.time += 60_000;
  await store(blocks, "d");
  assertEquals(warnings, ["Cannot write the cache of sources in 'cache': the disk is full"]);
  assertEquals([disk.count, await blocks.get("a")], [1, BYTES]);
  disk.failure = undefined;
  await store(blocks, "e");
  assertEquals(await blocks.get("e"), undefined); // left alone for a minute
  disk.time += 60_000;
  await store(blocks, "f");
  assertEquals(await blocks.get("f"), BYTES);
  disk.failure = "EROFS";
  await store(blocks, "g");
  assertNotEquals(warnings[1], warnings[0]);
  assertEquals(warnings.length, 2);
});

Deno.test("DiskBlocks drops what waits too long for a slow disk", async () => {
  const { disk, blocks } = setUp(16 * MIN_DISK_BYTES);
  const gate = Promise.withResolvers<void>();
  disk.hold = gate.promise;
  const names = Array.from({ length: 258 }, (_, i) => `${i}`);
  for (const name of names) blocks.put(name, new Uint8Array(BLOCK_BYTES));
  gate.resolve();
  await blocks.flush();
  const found = await Promise.all(names.map((name) => blocks.get(name)));
  assertEquals(names.filter((_, i) => !found[i]), ["256", "257"]); // 32 MiB wait
});

Deno.test("DiskBlocks neither counts nor removes files of others", async () => {
  const { disk, blocks } = setUp();
  await disk.makeDirectory("cache/00");
  const paths = ["film.mp4", "0".repeat(38), `${"0".repeat(40)}.mp4`].map((it) => `cache/00/${it}`);
  for (const path of paths) disk.set(path, { bytes: BYTES, modifiedAt: -1 });
  await blocks.sweep();
  await store(blocks, ...Array.from({ length: 4000 }, (_, i) => `${i}`));
  assertEquals(paths.filter((path) => !disk.get(path)), []);
  assertEquals(blocks.bytes, 2 ** 17 * (disk.count - paths.length));
});

for (const isSlow of [false, true]) {
  Deno.test(`DiskBlocks.get() allocates no more than a block; a slow disk: ${isSlow}`, async () => {
    const { disk, blocks } = setUp();
    disk.isSlow = isSlow;
    await store(blocks, "a");
    const [path] = disk.paths;
    const bytes = new Uint8Array(16 + BLOCK_BYTES + 1);
    bytes.set(disk.get(path!)!.bytes.subarray(0, 4));
    new DataView(bytes.buffer).setUint32(8, BLOCK_BYTES + 1);
    disk.set(path!, { bytes, modifiedAt: 0 });
    assertEquals(await blocks.get("a"), undefined);
    const sizes: number[] = [];
    blocks.getNow("a", (size) => {
      sizes.push(size);
      return new Uint8Array(size);
    });
    assertEquals(sizes, []);
  });
}

Deno.test("DiskBlocks goes on where something else is in place of a block", async () => {
  const { disk, blocks, warnings } = setUp();
  const { rename } = disk;
  disk.rename = () => Promise.reject(Object.assign(new Error("EISDIR"), { code: "EISDIR" }));
  await store(blocks, "a");
  assertEquals([await blocks.get("a"), disk.count, warnings], [undefined, 0, []]);
  disk.rename = rename;
  await store(blocks, "b");
  assertEquals(await blocks.get("b"), BYTES);
});
