import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { getMdatHeaderSize, mdatHeader } from "../../lib/mp4/mdat.ts";

Deno.test("mdatHeader() writes 64 bits if 32 are not enough", () => {
  assertEquals([getMdatHeaderSize(2 ** 32 - 9), getMdatHeaderSize(2 ** 32 - 8)], [8, 16]);
  for (const size of [60, 2 ** 32 - 8]) {
    const w = new ByteWriter(16);
    mdatHeader(w, size);
    const r = new ByteReader(w.finish());
    const small = r.u32();
    assertEquals(r.ascii(4), "mdat");
    assertEquals(small === 1 ? r.u64() - 16 : small - 8, size);
  }
});
