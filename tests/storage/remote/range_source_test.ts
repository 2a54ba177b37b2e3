import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, SourceError } from "../../../lib/errors.ts";
import { openRangeSource } from "../../../lib/storage/remote/range_source.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { MemoryOrigin } from "./memory_origin.ts";

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
const { signal } = new AbortController();

async function open(etag?: string) {
  const origin = new MemoryOrigin();
  origin.write("a.mp4", BYTES, etag);
  return { origin, source: (await openRangeSource(origin, { path: "a.mp4", signal }))! };
}

Deno.test("openRangeSource() returns nothing if there is no file", async () => {
  assertEquals(await openRangeSource(new MemoryOrigin(), { path: "a.mp4", signal }), undefined);
});

Deno.test("openRangeSource() has size and strong entity tag of the file", async () => {
  const { source } = await open('"a"');
  assertEquals([source.size, source.etag, source.name], [100_000, '"a"', "a.mp4"]);
  assertEquals((await open('W/"a"')).source.etag, undefined);
});

Deno.test("read() requests what is not in the head", async () => {
  const { origin, source } = await open();
  assertEquals(await readBytes(source, 10, 65_526), BYTES.subarray(10, 65_536));
  assertEquals(await readBytes(source, 100_000, 0), new Uint8Array());
  assertEquals(origin.count("read"), 0);
  assertEquals(await readBytes(source, 65_530, 10), BYTES.subarray(65_530, 65_540));
  assertEquals(origin.count("read"), 1);
});

Deno.test("read() fails past the end, after a change, and with the origin", async () => {
  const { origin, source } = await open();
  const check = async (offset: number, message: string) => {
    const error = await assertRejects(() => readBytes(source, offset, 10), MediaError, message);
    assertEquals(error.code, "MEDIA_READ");
  };
  await check(99_991, "a.mp4: Cannot read byte 100000");
  origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot reach the origin");
  await check(80_000, "a.mp4: Cannot reach the origin");
  origin.failure = undefined;
  origin.write("a.mp4", BYTES);
  await check(80_000, "it changed since it was opened");
});
