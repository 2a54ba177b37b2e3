import { assertEquals, assertThrows } from "@std/assert";
import { DataViewReader } from "../../lib/ui/data_view_reader.js";

function reader(hex: string): DataViewReader {
  const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
  return new DataViewReader(new DataView(bytes.buffer), 0, bytes.length);
}

const values: [hex: string, read: (r: DataViewReader) => unknown, expected: unknown][] = [
  ["ff", (r) => r.u8(), 255],
  ["ff fe", (r) => r.u16(), 0xfffe],
  ["ff fe", (r) => r.i16(), -2],
  ["01 02 03", (r) => r.u24(), 0x010203],
  ["ff ff ff ff", (r) => r.u32(), 2 ** 32 - 1],
  ["ff ff ff ff", (r) => r.i32(), -1],
  ["00 1f ff ff ff ff ff ff", (r) => r.u64(), Number.MAX_SAFE_INTEGER],
  ["00 20 00 00 00 00 00 00", (r) => r.u64(), 2n ** 53n],
  ["ff ff ff ff ff ff ff ff", (r) => r.i64(), -1],
  ["00 01 80 00", (r) => r.fixed(), 1.5],
  ["61 76 63 31", (r) => r.fourcc(), "avc1"],
  ["a9 6e 61 00", (r) => r.fourcc(), "©na\\x00"],
  ["c3 a9 00 ff", (r) => [r.text(), r.left], ["é", 1]],
  ["c3 a9", (r) => [r.text(), r.left], ["é", 0]],
  ["00".repeat(33), (r) => r.hex(), "00".repeat(32) + "…"],
];

for (const [hex, read, expected] of values) {
  Deno.test(`DataViewReader reads ${read} from ${hex}`, () => {
    assertEquals(read(reader(hex)), expected);
  });
}

Deno.test("DataViewReader throws when too few bytes are left", () => {
  const r = reader("00 00 00");
  assertThrows(() => r.u32(), RangeError, "Cannot read 4 bytes, only 3 are left");
});
