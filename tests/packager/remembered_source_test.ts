import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { RememberedSource, withRemembered } from "../../lib/packager/remembered_source.ts";
import { readBytes, type Source } from "../../lib/storage/source.ts";

const SIZE = 20_000_000;

/** Creates a remote file whose bytes depend on their position. */
function createRemote({ failure }: { failure?: MediaError } = {}) {
  const reads: [offset: number, size: number][] = [];
  let closed = 0;
  const source: Source = {
    name: "film.mp4",
    size: SIZE,
    etag: '"1"',
    synchronous: false,
    async read(offset, into) {
      reads.push([offset, into.length]);
      await Promise.resolve();
      if (failure) throw failure;
      if (offset + into.length > SIZE) throw new MediaError("Cannot read that", "MEDIA_READ");
      into.set(expected(offset, into.length));
    },
    close: () => void closed++,
  };
  return { source, reads, countClosed: () => closed };
}

function expected(offset: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (offset + i) % 251);
}

function readNow({ now }: RememberedSource, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  now.read(offset, bytes);
  return bytes;
}

Deno.test("RememberedSource.read() reads whole blocks, each once, and neighbors together", async () => {
  const { source, reads } = createRemote();
  const remembered = new RememberedSource(source);
  const places = [[20_000, 10], [16_000, 40_000], [16_384, 100], [SIZE - 5, 5], [100, 0]] as const;
  for (const [offset, size] of places) {
    assertEquals(await readBytes(remembered, offset, size), expected(offset, size));
  }
  const last = SIZE - SIZE % 16_384;
  assertEquals(reads, [[16_384, 16_384], [0, 16_384], [32_768, 32_768], [last, SIZE - last]]);
  await assertRejects(() => readBytes(remembered, SIZE - 5, 6), MediaError, "Cannot read that");
});

Deno.test("RememberedSource.now reads synchronously what was read, and fails where nothing was", async () => {
  const { source } = createRemote();
  const remembered = new RememberedSource(source);
  const { now } = remembered;
  assertEquals([now.name, now.size, now.etag, now.synchronous], ["film.mp4", SIZE, '"1"', true]);
  await readBytes(remembered, 20_000, 10);
  assertEquals(readNow(remembered, 16_384, 16_384), expected(16_384, 16_384));
  assertEquals(await remembered.loadMissing(), false);
  const past = "Cannot read bytes of this file: the file ends at 20000000";
  assertThrows(() => readNow(remembered, SIZE - 1, 2), MediaError, past);
  assertEquals(await remembered.loadMissing(), false); // it will never be there
  const missing = "Cannot read bytes of this file: they are not loaded";
  assertThrows(() => readNow(remembered, 16_383, 2), MediaError, missing);
  assertEquals(await remembered.loadMissing(), true);
  assertEquals(readNow(remembered, 16_383, 2), expected(16_383, 2));
});

Deno.test("withRemembered() repeats work until nothing was missing, whatever came of it before", async () => {
  const { source, reads } = createRemote();
  const remembered = new RememberedSource(source);
  let runs = 0;
  const work = () => {
    runs++;
    const first = readNow(remembered, 5, 3);
    try {
      return Promise.resolve([first, readNow(remembered, 10_000_000, 3)]);
    } catch {
      return Promise.resolve([]);
    }
  };
  assertEquals(await withRemembered(() => [remembered], work), [
    expected(5, 3),
    expected(10_000_000, 3),
  ]);
  assertEquals([runs, reads.length], [3, 2]);
  assert(reads.every(([, size]) => size <= 2 ** 17), `${reads}`);
});

Deno.test("withRemembered() copies a file of which bytes are missing again and again", async () => {
  const { source, reads, countClosed } = createRemote();
  const remembered = new RememberedSource(source);
  let runs = 0;
  const work = () => {
    runs++;
    for (let at = 0; at < SIZE; at += 20_000) {
      assertEquals(readNow(remembered, at, 1), expected(at, 1));
    }
    return Promise.resolve("done");
  };
  assertEquals(await withRemembered(() => [remembered], work), "done");
  assert(runs <= 26, `${runs} runs`);
  assert(reads.length < 60, `${reads.length} reads`);
  assertEquals(await readBytes(remembered.original, 7_000_000, 9), expected(7_000_000, 9));
  remembered.close();
  assertEquals(countClosed(), 1);
});

Deno.test("withRemembered() fails as the work where nothing was missing, and as the source", async () => {
  const { source } = createRemote();
  const remembered = new RememberedSource(source);
  const fail = () => Promise.reject(new RangeError("no"));
  await assertRejects(() => withRemembered(() => [remembered], fail), RangeError, "no");
  const failing = new RememberedSource(
    createRemote({ failure: new MediaError("Cannot reach it", "MEDIA_READ") }).source,
  );
  const read = () => Promise.resolve(readNow(failing, 0, 1));
  await assertRejects(() => withRemembered(() => [failing], read), MediaError, "Cannot reach it");
});
