import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, SourceError } from "../../lib/errors.ts";
import { copyToTemporary } from "../../lib/origins/temporary_copy.ts";
import { openRangeSource } from "../../lib/storage/remote/range_source.ts";
import { readBytes } from "../../lib/storage/source.ts";
import { withDirectory } from "../packager/films.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

const MIB = 2 ** 20;

async function open(size: number) {
  const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 13));
  const origin = new MemoryOrigin();
  origin.write("a", bytes, '"1"');
  const { signal } = new AbortController();
  return { bytes, origin, source: (await openRangeSource(origin, { path: "a", signal }))! };
}

for (
  const [size, requests, steps] of [[0, 0, []], [5, 0, [0]], [17 * MIB + 5, 5, [
    0,
    16 * MIB,
  ]]] as const
) {
  Deno.test(`copyToTemporary() copies ${size} bytes, which are read synchronously`, async () => {
    const { bytes, origin, source } = await open(size);
    const progress: number[] = [];
    const copy = await copyToTemporary(source, { onProgress: (bytes) => progress.push(bytes) });
    try {
      assertEquals([copy.name, copy.size, copy.etag, copy.synchronous], ["a", size, '"1"', true]);
      const read = new Uint8Array(size);
      assertEquals([copy.read(0, read), read], [undefined, bytes]);
      assertEquals([origin.count("read"), progress], [requests, [...steps]]);
      await assertRejects(() => readBytes(copy, size, 1), MediaError, "a: Cannot read byte");
    } finally {
      copy.close();
    }
  });
}

Deno.test("copyToTemporary() throws the errors of the source", async () => {
  const { origin, source } = await open(MIB);
  origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot read it now");
  const error = await assertRejects(() => copyToTemporary(source), MediaError);
  assertEquals(error.message, "a: Cannot read it now");
});

Deno.test("copyToTemporary() leaves no file, where the system keeps removed ones not even while it copies", () =>
  withDirectory(async (directory) => {
    const { source } = await open(MIB);
    const count = () => [...Deno.readDirSync(directory)].length;
    const counts: number[] = [];
    const copy = await copyToTemporary(source, {
      onProgress: () => counts.push(count()),
      directory,
    });
    counts.push(count());
    copy.close();
    assertEquals([counts, count()], [Deno.build.os === "windows" ? [1, 1] : [0, 0], 0]);
  }));

Deno.test("copyToTemporary() says that it cannot write", async () => {
  const { source } = await open(1);
  const why = "a: Cannot copy this file to a temporary one: no such file or directory";
  await assertRejects(() => copyToTemporary(source, { directory: "/none/such" }), MediaError, why);
});
