import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";
import { watchReads } from "../../lib/packager/progress_source.ts";
import type { Source } from "../../lib/storage/source.ts";

const SOURCE: Source = {
  name: "a.mp4",
  size: 4_000_000,
  synchronous: true,
  read: (_, into) => void into.fill(7),
  close() {},
};

Deno.test("watchReads() shows the bytes that were read", () => {
  let now = 0;
  const shown: string[] = [];
  const progress = new Progress((text) => void shown.push(text), () => now += 10_000);
  const source = watchReads(SOURCE, { position: "1 of 2", progress });
  const into = new Uint8Array(1_500_000);
  for (let i = 0; i < 2; i++) source.read(0, into);
  assertEquals(into[0], 7);
  const lines = shown.map((text) => text.replace("\r\x1b[K", ""));
  assertEquals(lines, ["Reading 'a.mp4' (1 of 2): 1.5 MB", "Reading 'a.mp4' (1 of 2): 3.0 MB"]);
});

Deno.test("watchReads() returns the source itself without anything to call", () => {
  assertStrictEquals(watchReads(SOURCE, { position: "1 of 2" }), SOURCE);
});

Deno.test("watchReads() fails with what the check throws, before it reads", () => {
  const check = () => {
    throw new RangeError("enough");
  };
  const source = watchReads(SOURCE, { position: "1 of 1", check });
  const into = new Uint8Array(1);
  assertThrows(() => source.read(0, into), RangeError, "enough");
  assertEquals(into[0], 0);
});

Deno.test("watchReads() keeps the entity tag of a remote file", () => {
  const source = watchReads({ ...SOURCE, etag: '"1"' }, { position: "1 of 1", check: () => {} });
  assertEquals(source.etag, '"1"');
});
