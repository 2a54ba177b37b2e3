import { assertEquals, assertStrictEquals } from "@std/assert";
import type { StoredMoov } from "../../../lib/mp4/samples/checkpoints.ts";
import { withKeptSamples } from "../../../lib/mp4/samples/kept_source.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { memorySource } from "../movie_file.ts";

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const STORED = { fileSize: 1000, offset: 100, size: 200, rows: [], bytes: new Uint8Array() };
const KEPT = Uint8Array.from({ length: 30 }, (_, i) => 200 + i);

function open(bounds: number[]) {
  const { source, reads } = memorySource(FILE);
  const loaded: unknown[] = [];
  const signals: unknown[] = [];
  const remote: Source = {
    ...source,
    synchronous: false,
    etag: '"1"',
    readNow: (offset) => offset === 7,
    read: (offset, into, signal) => {
      signals.push(signal);
      return source.read(offset, into);
    },
    load: (ranges, signal) => {
      signals.push(signal);
      return Promise.resolve(void loaded.push(ranges));
    },
  };
  const stored: StoredMoov = { ...STORED, kept: { bounds, bytes: KEPT } };
  return { source: withKeptSamples(remote, stored), remote, reads, loaded, signals };
}

Deno.test("withKeptSamples() returns the source where rows alone are kept, or nothing", () => {
  const { source, remote } = open([100, 110, 280, 300]);
  assertStrictEquals(source, remote);
  assertStrictEquals(withKeptSamples(remote, STORED), remote);
});

Deno.test("withKeptSamples() reads kept bytes from the index, and others from the file", () => {
  const { source, reads } = open([100, 110, 500, 520]);
  const read = (offset: number, size: number) => {
    const into = new Uint8Array(size);
    source.read(offset, into);
    return into;
  };
  assertEquals(read(505, 15), KEPT.subarray(15, 30));
  assertEquals(read(100, 10), KEPT.subarray(0, 10));
  assertEquals(reads, []);
  assertEquals(read(505, 16), FILE.subarray(505, 521));
  assertEquals(read(90, 20), FILE.subarray(90, 110));
  assertEquals(reads, [[505, 16], [90, 20]]);
});

Deno.test("withKeptSamples() has the properties of the source", async () => {
  const { source, loaded } = open([500, 530]);
  const { name, size, etag, synchronous } = source;
  assertEquals([name, size, etag, synchronous], ["film.mp4", 1000, '"1"', false]);
  assertEquals([source.readNow!(7, KEPT), source.readNow!(8, KEPT)], [true, false]);
  await source.load!([{ offset: 1, size: 2 }]);
  assertEquals(loaded, [[{ offset: 1, size: 2 }]]);
  assertEquals(await source.readSize!(), 1000);
  source.close();
});

Deno.test("withKeptSamples() passes signals on", async () => {
  const { source, signals } = open([500, 530]);
  const { signal } = new AbortController();
  await source.read(0, new Uint8Array(1), signal);
  await source.load!([{ offset: 1, size: 2 }], signal);
  assertEquals(signals, [signal, signal]);
});
