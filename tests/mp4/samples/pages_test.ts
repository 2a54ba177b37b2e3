import {
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { loadAndRetry, MissingPages, Pages, withPages } from "../../../lib/mp4/samples/pages.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { memorySource } from "../movie_file.ts";

const PAGE = 16_384;

/** In the file, where the moov starts. */
const OFFSET = 100;
const BYTES = Uint8Array.from({ length: 5_000_000 }, (_, i) => i % 251);

function open(
  { fails = () => false, load }: { fails?: () => boolean; load?: Source["load"] } = {},
) {
  const { source, reads } = memorySource(BYTES);
  const slow: Source = {
    ...source,
    synchronous: false,
    async read(offset, into) {
      await Promise.resolve();
      if (fails()) throw new MediaError("Cannot read", "MEDIA_READ");
      source.read(offset, into);
    },
    ...load && { load },
  };
  return { pages: new Pages(slow, OFFSET, BYTES.length - OFFSET), reads };
}

function copy(pages: Pages, start: number, size: number): Uint8Array {
  const into = new Uint8Array(size);
  pages.copy(start, into);
  return into;
}

Deno.test("Pages.copy() throws the pages that are missing", () => {
  const { pages } = open();
  const error = assertThrows(() => copy(pages, PAGE - 1, 2), MissingPages);
  assertEquals(error.ranges, [[0, 2 * PAGE]]);
});

Deno.test("withPages() returns no promise if nothing is missing", async () => {
  const { pages } = open();
  const read = () => withPages(() => copy(pages, 10, 20));
  assertInstanceOf(read(), Promise);
  await read();
  assertEquals(read(), BYTES.subarray(OFFSET + 10, OFFSET + 30));
});

Deno.test("withPages() reads neighbouring pages at once, each once", async () => {
  const { pages, reads } = open();
  const read = () => withPages(() => copy(pages, 3 * PAGE + 5, 4 * PAGE));
  const [first, second] = await Promise.all([read(), read()]);
  assertEquals(first, BYTES.subarray(OFFSET + 3 * PAGE + 5, OFFSET + 7 * PAGE + 5));
  assertEquals(second, first);
  assertEquals(reads, [[OFFSET + 3 * PAGE, 5 * PAGE]]);
});

Deno.test("Pages.load() does not wait for other loads where the source loads ahead", async () => {
  const gate = Promise.withResolvers<void>();
  const loads: number[] = [];
  const { pages, reads } = open({
    load: ([range]) => {
      loads.push((range!.offset - OFFSET) / PAGE);
      return gate.promise;
    },
  });
  const lookups = [3, 50, 100].map((number) => withPages(() => copy(pages, number * PAGE, 1)));
  assertEquals([loads, reads], [[3, 50, 100], []]);
  gate.resolve();
  assertEquals((await Promise.all(lookups)).map(([byte]) => byte), [
    ...[3, 50, 100].map((number) => BYTES[OFFSET + number * PAGE]),
  ]);
  assertEquals(reads.length, 3);
});

Deno.test("loadAndRetry() rejects when its caller goes while the source loads ahead", async () => {
  const { pages, reads } = open({
    load: (_, signal) =>
      new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason))),
  });
  const compute = () => copy(pages, 0, 1);
  const missing = assertThrows(compute, MissingPages);
  const client = new AbortController();
  const retried = assertRejects(() => loadAndRetry(missing, compute, client.signal));
  client.abort("gone");
  assertEquals([await retried as unknown, reads], ["gone", []]);
});

Deno.test("Pages reads ahead of lookups in order, up to the end", async () => {
  const { pages, reads } = open();
  const size = BYTES.length - OFFSET;
  for (let at = 0; at < size; at += 1000) {
    const end = Math.min(size, at + 1000);
    const bytes = await withPages(() => copy(pages, at, end - at));
    assertEquals(bytes, BYTES.subarray(OFFSET + at, OFFSET + end));
  }
  assertEquals(reads.reduce((sum, [, size]) => sum + size, 0), size);
  assertEquals(reads.length, 37);
});

Deno.test("Pages retains a megabyte unless they are held", async () => {
  const { pages, reads } = open();
  const readAll = () => withPages(() => copy(pages, 0, 4_000_000));
  await readAll();
  assertEquals(pages.residentBytes, 2 ** 20);
  pages.hold();
  await readAll();
  reads.length = 0;
  await readAll();
  assertEquals(reads, []);
  pages.release();
  assertEquals(pages.residentBytes, 2 ** 20);
});

Deno.test("Pages retains the pages that were used last", async () => {
  const { pages, reads } = open();
  await withPages(() => copy(pages, 0, 10));
  await withPages(() => copy(pages, 100 * PAGE, 63 * PAGE));
  await withPages(() => copy(pages, 0, 10));
  await withPages(() => copy(pages, 200 * PAGE, 10));
  reads.length = 0;
  copy(pages, 0, 10);
  assertThrows(() => copy(pages, 100 * PAGE, 10), MissingPages);
});

Deno.test("withPages() rejects with the error of the source, and later calls read again", async () => {
  let fails = true;
  const { pages } = open({ fails: () => fails });
  const read = () => withPages(() => copy(pages, 10, 20));
  await assertRejects(async () => await read(), MediaError, "Cannot read");
  fails = false;
  assertEquals(await read(), BYTES.subarray(OFFSET + 10, OFFSET + 30));
});

Deno.test("withPages() throws other errors of the function", async () => {
  const { pages } = open();
  const fail = () => {
    throw new RangeError("of the function");
  };
  assertThrows(() => withPages(fail), RangeError);
  await assertRejects(
    async () =>
      await withPages(() => {
        copy(pages, 0, 1);
        fail();
      }),
    RangeError,
  );
});

Deno.test("withPages() passes through all pages with few retries", async () => {
  const { pages, reads } = open();
  let calls = 0;
  const sum = await withPages(() => {
    calls++;
    let sum = 0;
    for (let at = 0; at + 1 < BYTES.length - OFFSET; at += 1000) sum += copy(pages, at, 1)[0]!;
    return sum;
  });
  let expected = 0;
  for (let at = OFFSET; at + 1 < BYTES.length; at += 1000) expected += BYTES[at]!;
  assertEquals(sum, expected);
  assertLess(calls, 24);
  assertEquals(reads.reduce((sum, [, size]) => sum + size, 0), BYTES.length - OFFSET);
});
