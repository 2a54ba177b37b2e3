import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError, SourceError } from "../../../lib/errors.ts";
import { BLOCK_BYTES as BLOCK } from "../../../lib/storage/remote/shared_pages.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { createContent, RemoteSetup, type RemoteSetupOptions } from "./remote_setup.ts";

const CONTENT = createContent(8 * BLOCK + 100);

async function setUp(options?: RemoteSetupOptions) {
  const setup = new RemoteSetup(options);
  setup.origin.write("a.mp4", CONTENT);
  const source = await setup.storage.open("a.mp4", "film");
  return { setup, source, [Symbol.dispose]: () => setup[Symbol.dispose]() };
}

Deno.test("RemoteSource.read() asks the other thread once, and copies from memory then", async () => {
  using test = await setUp();
  const { source, setup } = test;
  assertEquals([source.name, source.size, source.synchronous], ["film", CONTENT.length, false]);
  const into = new Uint8Array(10);
  assertEquals(source.readNow!(2 * BLOCK - 5, into), false);
  const pending = source.read(2 * BLOCK - 5, into);
  assert(pending instanceof Promise);
  await pending;
  assertEquals(into, CONTENT.slice(2 * BLOCK - 5, 2 * BLOCK + 5));
  assertEquals(source.read(BLOCK, into), undefined);
  assertEquals(into, CONTENT.slice(BLOCK, BLOCK + 10));
  assert(source.readNow!(3 * BLOCK - 10, into));
  assertEquals(into, CONTENT.slice(3 * BLOCK - 10, 3 * BLOCK));
  assertEquals(setup.origin.requests.map(({ range }) => range), [
    undefined,
    `${BLOCK}-${3 * BLOCK}`,
  ]);
});

Deno.test("RemoteSource.read() reads the head and the end", async () => {
  using test = await setUp();
  const { source, setup } = test;
  assertEquals(await readBytes(source, 0, 1000), CONTENT.slice(0, 1000));
  assertEquals(setup.origin.count(), 1);
  assertEquals(await readBytes(source, 8 * BLOCK, 100), CONTENT.slice(8 * BLOCK));
  assertEquals(await readBytes(source, CONTENT.length, 0), new Uint8Array(0));
});

Deno.test("RemoteSource.read() rejects what is beyond the end, and a closed file", async () => {
  using test = await setUp();
  const { source } = test;
  const read = (offset: number) => () => source.read(offset, new Uint8Array(2));
  assertThrows(read(CONTENT.length - 1), MediaError, `film: Cannot read byte ${CONTENT.length}: `);
  const pending = source.read(0, new Uint8Array(2));
  source.close();
  await pending; // whoever waits gets the bytes
  assertThrows(read(0), MediaError, "film: Cannot read from a closed file");
});

Deno.test("RemoteSource.load() loads ranges at one moment, so that they can be read at once", async () => {
  using test = await setUp();
  const { source, setup } = test;
  const gate = Promise.withResolvers<void>();
  setup.origin.hold = gate.promise;
  const ranges = [1, 3, 5].map((block) => ({ offset: block * BLOCK, size: 10 }));
  const loading = source.load!([...ranges, { offset: 3 * BLOCK, size: 0 }]);
  const reads = Promise.withResolvers<void>();
  const check = () => setup.origin.count("read") === 3 ? reads.resolve() : setTimeout(check);
  check();
  await reads.promise; // all are under way before the first one has completed
  gate.resolve();
  await loading;
  for (const { offset, size } of ranges) {
    const into = new Uint8Array(size);
    assert(source.readNow!(offset, into));
    assertEquals(into, CONTENT.slice(offset, offset + size));
  }
  await source.load!(ranges);
  assertEquals(setup.origin.count("read"), 3);
});

Deno.test("RemoteSource.load() makes few requests for what is scattered, at a limited cost", async () => {
  const requests = async (pageCount: number) => {
    using setup = new RemoteSetup({ pageCount });
    setup.origin.write("a.mp4", createContent(81 * BLOCK));
    const source = await setup.storage.open("a.mp4", "film");
    await source.load!(Array.from({ length: 20 }, (_, i) => ({ offset: 4 * BLOCK * i, size: 1 })));
    return setup.origin.count("read");
  };
  assertEquals(await requests(512), 16);
  assertEquals(await requests(128), 18); // a 16th of them is for two gaps of 4 blocks
});

Deno.test("RemoteSource.load() loads nothing that would be evicted before it is read", async () => {
  using test = await setUp({ pageCount: 4 });
  const { source, setup } = test;
  await source.load!([{ offset: BLOCK, size: BLOCK }, { offset: 3 * BLOCK, size: 1 }]);
  assertEquals(setup.origin.count("read"), 0);
});

Deno.test("RemoteSource.read() returns the right bytes under constant eviction", async () => {
  using test = await setUp({ pageCount: 2 });
  const { source } = test;
  let seed = 1;
  const random = (max: number) => (seed = seed * 48271 % 2147483647) % max;
  const read = async () => {
    for (let i = 0; i < 20; i++) {
      const size = random(2) ? random(1000) : random(3 * BLOCK);
      const offset = random(CONTENT.length - size);
      assertEquals(await readBytes(source, offset, size), CONTENT.slice(offset, offset + size));
    }
  };
  await Promise.all(Array.from({ length: 24 }, read));
});

Deno.test("RemoteSource.read() fails as MEDIA_READ once the file has changed, except for what is in memory", async () => {
  using test = await setUp();
  const { source, setup } = test;
  await readBytes(source, BLOCK, 10);
  setup.origin.write("a.mp4", CONTENT.toReversed());
  assertEquals(await readBytes(source, BLOCK, 10), CONTENT.slice(BLOCK, BLOCK + 10));
  const error = await assertRejects(
    () => readBytes(source, 3 * BLOCK, 10),
    MediaError,
    `film: Cannot read byte ${3 * BLOCK}: the file was changed while it was open`,
  );
  assertEquals(error.code, "MEDIA_READ");
  const reopened = await setup.storage.open("a.mp4", "film");
  assertEquals(await readBytes(reopened, BLOCK, 10), CONTENT.toReversed().slice(BLOCK, BLOCK + 10));
});

Deno.test("RemoteSource.read() and load() abort requests that only they wait for", async () => {
  using test = await setUp();
  const { setup: { origin }, source } = test;
  const range = { offset: 3 * BLOCK, size: 10 };
  for (const by of ["read", "load"] as const) {
    const requested = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    origin.read = (_file, _start, _end, signal) => {
      requested.resolve();
      signal.addEventListener("abort", () => aborted.resolve());
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      );
    };
    const client = new AbortController();
    const gone = assertRejects(
      async () => {
        if (by === "load") await source.load!([range], client.signal);
        else await source.read(range.offset, new Uint8Array(range.size), client.signal);
      },
      Error,
      "gone",
    );
    await requested.promise;
    client.abort(new Error("gone"));
    await Promise.all([gone, aborted.promise]);
  }
});

Deno.test("RemoteSource.read() fails as the origin does", async () => {
  using test = await setUp();
  test.setup.origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot read 'a.mp4'");
  await assertRejects(() => readBytes(test.source, BLOCK, 10), SourceError, "Cannot read 'a.mp4'");
});
