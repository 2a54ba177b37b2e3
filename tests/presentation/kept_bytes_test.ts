import { assert, assertEquals } from "@std/assert";
import { parseIndex } from "../../lib/package/index_text.ts";
import { addKeptBytes } from "../../lib/presentation/kept_bytes.ts";
import { openPackage } from "../open_presentation.ts";
import { buildAll } from "../sealed_package.ts";
import { buildPackage, SOURCES } from "./indexed_movies.ts";

const FILES = new Map(Object.entries(SOURCES));

Deno.test("addKeptBytes() adds what opening long tracks looks up, so that their sealed files are not read", async () => {
  const pack = await buildPackage();
  const kept = await addKeptBytes(pack, FILES);
  const sizes = kept.tracks.map(({ index }) => parseIndex(index!)?.moov?.kept?.bytes.length);
  assertEquals(sizes.map((size) => size !== undefined), [true, false, true]);
  assert(sizes[0]! > 0 && sizes[0]! < 8192, `${sizes}`);
  const sources = [...FILES].map(([file, { size }]) => ({ file, size, etag: '"a"' }));
  const reads: number[] = [];
  const sealed = await openPackage({ ...kept, sources }, (file) => ({
    ...FILES.get(file)!,
    ...{ synchronous: false, etag: '"a"' },
    async read(offset, into) {
      reads.push(offset);
      await FILES.get(file)!.read(offset, into);
    },
  }));
  assertEquals(reads, []);
  const whole = await openPackage(pack, (file) => FILES.get(file)!);
  assertEquals(await buildAll(sealed), await buildAll(whole));
});

Deno.test("addKeptBytes() changes nothing where files are not synchronous", async () => {
  const pack = await buildPackage();
  const slow = new Map(
    [...FILES].map(([file, source]) => [file, { ...source, synchronous: false }]),
  );
  assertEquals(await addKeptBytes(pack, slow), pack);
  assertEquals(await addKeptBytes(pack, new Map()), pack);
});
