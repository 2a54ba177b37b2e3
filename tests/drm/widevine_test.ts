import { assertEquals } from "@std/assert";
import { buildWidevinePssh } from "../../lib/drm/widevine.ts";
import { hex } from "../codecs/entry.ts";

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

/** Decodes a varint of protobuf, least significant group first. */
function decodeVarint(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 128 + (byte & 127), 0);
}

for (const scheme of ["cenc", "cbcs"] as const) {
  Deno.test(`buildWidevinePssh() signals the KID and ${scheme}`, () => {
    const box = buildWidevinePssh(KID, scheme);
    const start = `00000038 70737368 00000000 edef8ba979d64acea3c827dcd51d21ed
      00000018 12 10 a56ce54c0cc387e6847040368011fbf6 48`;
    assertEquals(box.subarray(0, -5).toHex(), hex(start).toHex());
    const name = new DataView(new TextEncoder().encode(scheme).buffer).getUint32(0);
    assertEquals(decodeVarint(box.subarray(-5)), name);
  });
}

Deno.test("buildWidevinePssh() builds the box of Apple's playlists for its first key", () => {
  const box = buildWidevinePssh("00000000-0000-0000-7331-2f6531202020", "cbcs");
  const expected = "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEAAAAAAAAAAAczEvZTEgICBI88aJmwY=";
  assertEquals(box.toBase64(), expected);
});
