import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { readSdtp } from "../../../lib/mp4/samples/sdtp.ts";
import { fullBox, u8 } from "../movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

Deno.test("readSdtp() returns a byte per sample", () => {
  assertEquals(readSdtp(body(fullBox("sdtp", 0, 0, u8(0x20, 0x10)))), Uint8Array.of(0x20, 0x10));
});

Deno.test("readSdtp() rejects an unknown version", () => {
  const read = () => readSdtp(body(fullBox("sdtp", 1, 0)));
  assertThrows(read, MediaError, "Cannot read version 1");
});
