import { assertEquals } from "@std/assert";
import { crc32, psi } from "../../lib/mpegts/psi.ts";

Deno.test("crc32() implements 13818-1 annex A", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0x0376E6E7); // check value of CRC-32/MPEG-2
  assertEquals(crc32(new Uint8Array(0)), 0xFFFFFFFF);
});

Deno.test("psi() writes PAT and PMT, with valid CRCs", () => {
  const bytes = psi([{ pid: 0x100, type: 0x1B }, { pid: 0x101, type: 0x0F }], 5);
  assertEquals(bytes.length, 2 * 188);
  for (const start of [0, 188]) {
    assertEquals([bytes[start], bytes[start + 3]], [0x47, 0x15]);
    const length = (bytes[start + 6]! & 0x0F) * 256 + bytes[start + 7]!;
    assertEquals(crc32(bytes.subarray(start + 5, start + 8 + length)), 0);
    assertEquals(
      bytes.subarray(start + 8 + length, start + 188).every((byte) => byte === 0xFF),
      true,
    );
  }
});
