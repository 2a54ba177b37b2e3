import { assertEquals } from "@std/assert";
import { readJpegSize } from "../../../lib/verify/readers/jpeg_size.ts";
import { hex } from "../../codecs/entry.ts";

const START = "ffd8 ffe0 0004 0000 ffc4 0003 00"; // APP0, and a Huffman table

Deno.test("readJpegSize() finds the frame header", () => {
  assertEquals(readJpegSize(hex(`${START} ffc0 000b 08 005a 00a0 01 000000`)), {
    width: 160,
    height: 90,
  });
  assertEquals(readJpegSize(hex(`ffd8 ffc2 000b 08 0001 0002 01`)), { width: 2, height: 1 });
});

for (const text of [START, "ffd8", "", "ffd8 00", `${START} ffc0 000b`]) {
  Deno.test(`readJpegSize() of '${text}' returns undefined`, () => {
    assertEquals(readJpegSize(hex(text)), undefined);
  });
}
