import { assert, assertEquals, assertRejects } from "@std/assert";
import { BlockCache, type FileRange } from "../../../lib/storage/remote/block_cache.ts";
import { toBlockName } from "../../../lib/storage/remote/block_reads.ts";
import {
  allocatePages,
  BLOCK_BYTES as BLOCK,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import { MemoryBlockFile, MemoryBlockStore } from "./memory_block_file.ts";

const NEVER = new AbortController().signal;

function setUp(pageCount: number, size = 8 * BLOCK) {
  const pages = new SharedPages(allocatePages(pageCount * BLOCK));
  const store = new MemoryBlockStore();
  return { pages, store, cache: new BlockCache(pages, store), file: new MemoryBlockFile(size) };
}

/** Bytes of the range as a reader of the pages gets them. */
function copyRefs({ pages, cache, file }: ReturnType<typeof setUp>, range: FileRange) {
  const [start, end] = range;
  const refs = cache.find(file, [range]);
  if (!refs) return undefined;
  const into = new Uint8Array(end - start);
  for (const ref of refs) {
    const from = Math.max(start, BLOCK * ref.block);
    const to = Math.min(end, BLOCK * ref.block + ref.size);
    assert(pages.copy(ref, from - BLOCK * ref.block, into.subarray(from - start, to - start)));
  }
  return into;
}

/** Ranges in blocks, what is loaded before, and what is requested then. */
const LOADS: [before: FileRange[], ranges: FileRange[], requested: number[][]][] = [
  [[], [[0.1, 0.2]], [[0, 1]]],
  [[], [[0.9, 2.1]], [[0, 3]]],
  [[], [[1.9, 2], [2.4, 2.5]], [[1, 3]]], // less than 64 KiB apart, across blocks
  [[], [[0, 1], [2, 3]], [[0, 1], [2, 3]]],
  [[], [[6.5, 7], [0, 0.5], [1, 1.5]], [[0, 2], [6, 7]]], // in any order
  [[[1, 2]], [[0, 3]], [[0, 1], [2, 3]]],
  [[[0, 3]], [[0.5, 2.5]], []],
  [[], [[7.5, 8]], [[7, 8]]],
];

for (const [before, ranges, requested] of LOADS) {
  const title = `BlockCache.load() requests ${JSON.stringify(requested)} of blocks for ` +
    `${JSON.stringify(ranges)} after ${JSON.stringify(before)}`;
  Deno.test(title, async () => {
    const setup = setUp(16);
    const { cache, file } = setup;
    const toBytes = (ranges: readonly FileRange[]) =>
      ranges.map(([from, to]): FileRange => [Math.round(from * BLOCK), Math.round(to * BLOCK)]);
    for (const range of toBytes(before)) await cache.load(file, [range], NEVER);
    file.ranges.length = 0;
    await cache.load(file, toBytes(ranges), NEVER);
    assertEquals(file.ranges, requested.map(([from, to]) => [from! * BLOCK, to! * BLOCK]));
    for (const range of toBytes(ranges)) {
      assertEquals(copyRefs(setup, range), file.bytes.slice(...range));
    }
  });
}

Deno.test("BlockCache.load() requests once what many want at one moment", async () => {
  const { cache, file } = setUp(16);
  const ranges: FileRange[] = [[0, 2 * BLOCK], [4 * BLOCK, 5 * BLOCK]];
  await Promise.all(Array.from({ length: 24 }, () => cache.load(file, ranges, NEVER)));
  assertEquals(file.ranges, [[0, 2 * BLOCK], [4 * BLOCK, 5 * BLOCK]]);
});

Deno.test("BlockCache.load() is aborted when all who wanted a run have gone", async () => {
  const { cache, file } = setUp(16);
  const gate = Promise.withResolvers<void>();
  file.hold = gate.promise;
  const callers = [new AbortController(), new AbortController()];
  const range: FileRange = [0, BLOCK];
  const loads = callers.map(({ signal }) =>
    assertRejects(() => cache.load(file, [range], signal), Error, "gone")
  );
  await file.requested.promise;
  callers[0]!.abort(new Error("gone"));
  assertEquals(file.signals.map(({ aborted }) => aborted), [false]);
  callers[1]!.abort(new Error("gone"));
  assertEquals(file.signals.map(({ aborted }) => aborted), [true]);
  await Promise.all(loads);
  const next = cache.load(file, [range], NEVER);
  gate.resolve();
  await next;
  assertEquals([file.ranges.length, cache.find(file, [range])?.length], [2, 1]);
});

Deno.test("BlockCache.load() fails for all who wait, and requests again afterwards", async () => {
  const { cache, file } = setUp(16);
  file.hold = Promise.reject(new Error("failed"));
  const load = () => cache.load(file, [[0, 1]], NEVER);
  await Promise.all([1, 2].map(() => assertRejects(load, Error, "failed")));
  file.hold = Promise.resolve();
  await load();
  assertEquals(file.ranges.length, 2);
});

Deno.test("BlockCache evicts what was not read for longest, and counts bytes", async () => {
  const setup = setUp(3);
  const { cache, file } = setup;
  for (const block of [0, 1, 2]) {
    await cache.load(file, [[BLOCK * block, BLOCK * block + 1]], NEVER);
  }
  await cache.load(file, [[3 * BLOCK, 4 * BLOCK]], NEVER); // all were read: the oldest goes
  const find = (block: number) => cache.find(file, [[BLOCK * block, BLOCK * block + 1]]);
  assertEquals([0, 1, 2, 3].map((block) => find(block) !== undefined), [false, true, true, true]);
  assert(copyRefs(setup, [BLOCK, BLOCK + 1]));
  await cache.load(file, [[4 * BLOCK, 5 * BLOCK]], NEVER); // 1 was read since
  assertEquals([1, 2, 3, 4].map((block) => find(block) !== undefined), [true, false, true, true]);
  assertEquals(cache.bytes, 3 * BLOCK);
});

Deno.test("BlockCache.loadRefs() reads what a fast disk has into pages, and requests the rest", async () => {
  const setup = setUp(4);
  const { cache, file, store } = setup;
  for (const block of [0, 2]) {
    store.put(toBlockName(file, block), file.bytes.slice(BLOCK * block, BLOCK * (block + 1)));
  }
  const load = (first: number, end: number) =>
    cache.loadRefs(file, [[BLOCK * first, BLOCK * end]], NEVER);
  assertEquals([load(0, 1), load(2, 3)].map((refs) => refs instanceof Promise), [false, false]);
  assertEquals(file.ranges, []);
  assertEquals((await load(0, 4))?.map(({ block }) => block), [0, 1, 2, 3]);
  assertEquals(file.ranges, [[BLOCK, 2 * BLOCK], [3 * BLOCK, 4 * BLOCK]]);
  assertEquals(copyRefs(setup, [0, 4 * BLOCK]), file.bytes.slice(0, 4 * BLOCK));
  assertEquals(store.blocks.get(toBlockName(file, 3)), file.bytes.slice(3 * BLOCK, 4 * BLOCK));
});

Deno.test("BlockCache.loadRefs() waits for what a slow disk has", async () => {
  const setup = setUp(4);
  const { cache, file, store } = setup;
  store.put(toBlockName(file, 0), file.bytes.slice(0, BLOCK));
  store.isSlow = true;
  const refs = cache.loadRefs(file, [[0, BLOCK]], NEVER);
  assertEquals([refs instanceof Promise, (await refs)?.length, file.ranges], [true, 1, []]);
  assertEquals(copyRefs(setup, [0, BLOCK]), file.bytes.slice(0, BLOCK));
});

Deno.test("BlockCache.loadRefs() completes the start of a block, wherever that is", async () => {
  for (
    const [inMemory, onDisk] of [[0, 0.5], [0.5, 0], [0.5, 0.5], [0.25, 0.5], [0.5, 0.25], [0.5, 1]]
  ) {
    const setup = setUp(4);
    const { cache, file, store } = setup;
    if (inMemory) cache.addHead(file, file.bytes.slice(0, BLOCK * inMemory));
    store.blocks.clear();
    if (onDisk) store.put(toBlockName(file, 0), file.bytes.slice(0, BLOCK * onDisk));
    const refs = await cache.loadRefs(file, [[10, BLOCK]], NEVER);
    const known = Math.max(inMemory!, onDisk!);
    assertEquals([refs?.length, file.ranges], [1, known < 1 ? [[BLOCK * known, BLOCK]] : []]);
    assertEquals(copyRefs(setup, [0, BLOCK]), file.bytes.slice(0, BLOCK));
  }
});

Deno.test("BlockCache.loadRefs() uses a page again whose block on disk is damaged", async () => {
  const setup = setUp(2);
  const { cache, file, pages, store } = setup;
  const ref = cache.loadRefs(file, [[BLOCK, 2 * BLOCK]], NEVER);
  const [known] = (await ref)!;
  cache.addHead(file, file.bytes.slice(0, 100));
  store.getNow = (_, allocate) => allocate(BLOCK).fill(9).length && 0;
  await cache.loadRefs(file, [[0, BLOCK]], NEVER);
  assertEquals(copyRefs(setup, [0, BLOCK]), file.bytes.slice(0, BLOCK));
  assertEquals(cache.bytes, 2 * BLOCK);
  assert(pages.copy(known!, 0, new Uint8Array(1))); // not evicted
});

Deno.test("BlockCache.copy() returns more bytes than all pages hold", async () => {
  const { cache, file } = setUp(1, 3.5 * BLOCK);
  const range: FileRange = [10, 3.5 * BLOCK];
  assertEquals(await cache.copy(file, range, NEVER), file.bytes.slice(...range));
  assertEquals(await cache.copy(file, [0, 5], NEVER), file.bytes.slice(0, 5));
  const copies = [0, 1, 2, 3].map((block) =>
    cache.copy(file, [BLOCK * block + 1, BLOCK * block + 9], NEVER)
  );
  for (const [block, bytes] of (await Promise.all(copies)).entries()) {
    assertEquals(bytes, file.bytes.slice(BLOCK * block + 1, BLOCK * block + 9));
  }
});

Deno.test("BlockCache.addHead() spares the bytes at the start, also when they are evicted meanwhile", async () => {
  for (const evicted of [false, true]) {
    const setup = setUp(evicted ? 1 : 4);
    const { cache, file, store } = setup;
    cache.addHead(file, file.bytes.slice(0, BLOCK / 2));
    assert(cache.find(file, [[0, BLOCK / 2]]));
    assertEquals(cache.find(file, [[0, BLOCK / 2 + 1]]), undefined);
    const gate = Promise.withResolvers<void>();
    file.hold = gate.promise;
    const load = cache.load(file, [[1, BLOCK]], NEVER);
    const other = new MemoryBlockFile(BLOCK, "other");
    if (evicted) await cache.load(other, [[0, 1]], NEVER);
    gate.resolve();
    await load;
    assertEquals(file.ranges, [[BLOCK / 2, BLOCK]]);
    assertEquals(copyRefs(setup, [0, BLOCK]), file.bytes.slice(0, BLOCK));
    assertEquals(store.blocks.get(toBlockName(file, 0)), file.bytes.slice(0, BLOCK));
  }
});

Deno.test("BlockCache.addHead() keeps what is known already", async () => {
  const { cache, file } = setUp(4);
  await cache.load(file, [[0, BLOCK]], NEVER);
  cache.addHead(file, file.bytes.slice(0, 10));
  assert(cache.find(file, [[0, BLOCK]]));
});

Deno.test("BlockCache separates versions of a file", async () => {
  const setup = setUp(4);
  const other = new MemoryBlockFile(2 * BLOCK, "file, second version");
  other.bytes.reverse();
  for (const file of [setup.file, other, setup.file]) {
    await setup.cache.load(file, [[0, 9]], NEVER);
    assertEquals(copyRefs({ ...setup, file }, [0, 9]), file.bytes.slice(0, 9));
  }
});
