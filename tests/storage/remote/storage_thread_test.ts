import { assert, assertEquals, assertRejects } from "@std/assert";
import type { FileRange } from "../../../lib/storage/remote/block_cache.ts";
import type { RemoteFile } from "../../../lib/storage/remote/range_reader.ts";
import { BLOCK_BYTES as BLOCK } from "../../../lib/storage/remote/shared_pages.ts";
import { StoragePort } from "../../../lib/storage/remote/storage_port.ts";
import { MemoryBlockStore } from "./memory_block_file.ts";
import { MemoryOrigin } from "./memory_origin.ts";
import { createContent, RemoteSetup } from "./remote_setup.ts";

const CONTENT = createContent(8 * BLOCK);

async function getFile({ port }: RemoteSetup): Promise<RemoteFile> {
  const { entry } = await port.ask({ kind: "stat", mount: "films", path: "a.mp4" });
  if (entry?.kind !== "file") throw new Error("no file");
  return entry.file;
}

function read(port: StoragePort, file: RemoteFile, ranges: FileRange[], copy = false) {
  return port.ask({ kind: "read", mount: "films", file, ranges, copy });
}

Deno.test("StorageThread requests once what many threads want at one moment", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", CONTENT);
  const ports = Array.from({ length: 4 }, () => new StoragePort());
  for (const port of ports) setup.connect(port);
  const file = await getFile(setup);
  const ranges: FileRange[] = [[BLOCK, 2 * BLOCK], [4 * BLOCK, 5 * BLOCK], [7 * BLOCK, 8 * BLOCK]];
  const reads = Array.from({ length: 24 }, (_, i) => read(ports[i % 4]!, file, ranges));
  for (const result of await Promise.all(reads)) {
    assert(result.kind === "blocks");
    assertEquals(result.blocks.map(({ block }) => block), [1, 4, 7]);
  }
  assertEquals([setup.origin.count("open"), setup.origin.count("read")], [1, 3]);
  for (const port of ports) port.close();
});

Deno.test("StorageThread returns bytes if they are wanted, or do not fit into the pages", async () => {
  for (const [pageCount, copy] of [[16, true], [2, false]] as const) {
    using setup = new RemoteSetup({ pageCount });
    setup.origin.write("a.mp4", CONTENT);
    const file = await getFile(setup);
    const ranges: FileRange[] = [[5, 9], [BLOCK, 4 * BLOCK + 1]];
    const result = await read(setup.port, file, ranges, copy);
    assert(result.kind === "bytes");
    assertEquals(result.bytes, ranges.map((range) => CONTENT.slice(...range)));
  }
});

Deno.test("StorageThread lets the next look wait for the origin once a file has changed", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", CONTENT);
  const file = await getFile(setup);
  setup.origin.write("a.mp4", CONTENT.slice(0, BLOCK));
  assertEquals((await getFile(setup)).etag, file.etag);
  await assertRejects(() => read(setup.port, file, [[BLOCK, 2 * BLOCK]]), Error, "it changed");
  assertEquals((await getFile(setup)).size, BLOCK);
});

Deno.test("StorageThread counts reads as looks: a hot file is validated once in the time that it is fresh", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", CONTENT);
  const file = await getFile(setup);
  setup.time = 4000;
  await read(setup.port, file, [[BLOCK, 2 * BLOCK]]);
  setup.time = 8999;
  await getFile(setup);
  assertEquals(setup.origin.count("validate"), 0);
  setup.time = 9000;
  for (let i = 0; i < 20; i++) await getFile(setup);
  assertEquals(setup.origin.count("validate"), 1);
});

Deno.test("StorageThread aborts what a thread that has gone asked for, and leaves nothing behind", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", CONTENT);
  const file = await getFile(setup);
  const gate = Promise.withResolvers<void>();
  setup.origin.hold = gate.promise;
  const gone = new StoragePort();
  setup.connect(gone);
  read(gone, file, [[BLOCK, 2 * BLOCK]]).catch(() => {}); // never settles, like the thread
  const requested = Promise.withResolvers<void>();
  const { origin } = setup;
  const readRange = origin.read.bind(origin);
  origin.read = (...args) => {
    requested.resolve();
    return readRange(...args);
  };
  await requested.promise;
  setup.served.at(-1)![Symbol.dispose]();
  assertEquals(origin.aborted, 1);
  origin.hold = undefined;
  const result = await read(setup.port, file, [[BLOCK, 2 * BLOCK]]);
  assertEquals([result.kind, origin.count("read")], ["blocks", 2]);
  gone.close();
});

Deno.test("StorageThread asks for validators only after a restart with blocks on disk", async () => {
  const origin = new MemoryOrigin();
  const store = new MemoryBlockStore();
  origin.write("a.mp4", CONTENT);
  const ranges: FileRange[] = [[0, 3 * BLOCK]];
  const bytes: (number | string)[] = [];
  for (const etag of ['"1"', '"1"', '"2"']) {
    using setup = new RemoteSetup({ origin, store });
    if (etag === '"2"') origin.write("a.mp4", CONTENT.toReversed(), etag);
    const sent = origin.sentBytes;
    const file = await getFile(setup);
    const result = await read(setup.port, file, ranges, true);
    assert(result.kind === "bytes" && file.etag === etag);
    const expected = etag === '"1"' ? CONTENT : CONTENT.toReversed();
    assertEquals(result.bytes[0], expected.slice(0, 3 * BLOCK));
    bytes.push(origin.sentBytes - sent);
  }
  assertEquals(bytes, [3 * BLOCK, 0, 3 * BLOCK]);
  assertEquals(origin.count("validate"), 2);
});

Deno.test("StorageThread keeps no blocks on disk of files without a strong ETag", async () => {
  const store = new MemoryBlockStore();
  using setup = new RemoteSetup({ store });
  setup.origin.write("a.mp4", CONTENT, 'W/"1"');
  await read(setup.port, await getFile(setup), [[0, 3 * BLOCK]]);
  assertEquals([store.blocks.size, setup.thread.cachedBytes], [0, 3 * BLOCK]);
});
