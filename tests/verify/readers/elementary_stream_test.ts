import { assertEquals } from "@std/assert";
import { readElementaryStream } from "../../../lib/verify/readers/elementary_stream.ts";
import { esds, hex } from "../../codecs/entry.ts";

const read = (body: string) => {
  const { objectType, configuration } = readElementaryStream(hex(body));
  return [objectType, configuration?.toHex()];
};

Deno.test("readElementaryStream() reads object type and configuration", () => {
  assertEquals(read(esds("40", "1190")), [0x40, "1190"]);
});

Deno.test("readElementaryStream() reads sizes of several bytes, and optional fields", () => {
  const config = "04 80808011 40 15 000000 00000000 00000000 05 02 1190";
  assertEquals(read(`00000000 03 8080801f 0001 e0 0002 01 61 0003 ${config}`), [0x40, "1190"]);
});

Deno.test("readElementaryStream() returns object type 0 without a descriptor", () => {
  assertEquals(read("00000000"), [0, undefined]);
  assertEquals(read(esds("67")), [0x67, undefined]);
});
