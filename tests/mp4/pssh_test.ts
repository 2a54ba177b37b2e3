import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { type ProtectionSystemHeader, pssh, readPssh } from "../../lib/mp4/pssh.ts";
import { hex } from "../codecs/entry.ts";

const SYSTEM = "1077efec c0b24d02 ace33c1e 52e2fb4b";
const KID = "a56ce54c 0cc387e6 84704036 8011fbf6";
const OTHER = "75794092 44348559 bd33c571 6f3ba359";

const BOXES: [what: string, header: ProtectionSystemHeader, box: string][] = [
  [
    "version 0",
    { systemId: hex(SYSTEM), data: hex("0102") },
    `00000022 70737368 00000000 ${SYSTEM} 00000002 0102`,
  ],
  [
    "version 1",
    { systemId: hex(SYSTEM), kids: [hex(OTHER), hex(KID)], data: new Uint8Array(0) },
    `00000044 70737368 01000000 ${SYSTEM} 00000002 ${OTHER} ${KID} 00000000`,
  ],
];

for (const [what, header, box] of BOXES) {
  Deno.test(`pssh() writes what readPssh() reads: ${what}`, () => {
    const w = new ByteWriter(16);
    pssh(w, header);
    const bytes = w.finish();
    assertEquals(bytes.toHex(), hex(box).toHex());
    assertEquals(readPssh(new ByteReader(bytes.subarray(8))), header);
  });
}

const INVALID: [what: string, body: string, message: string][] = [
  ["version 2", "02000000", "Cannot read version 2"],
  [
    "more KIDs than bytes",
    `01000000 ${SYSTEM} ffffffff ${KID}`,
    "Cannot read 4294967295 KIDs where 16 bytes are left",
  ],
  [
    "more data than bytes",
    `00000000 ${SYSTEM} 00000003 0102`,
    "Cannot read 3 bytes where 2 are left",
  ],
  ["bytes after the data", `00000000 ${SYSTEM} 00000000 0102`, "Cannot read 2 bytes after"],
];

for (const [what, body, message] of INVALID) {
  Deno.test(`readPssh() rejects ${what}`, () => {
    assertThrows(() => readPssh(new ByteReader(hex(body))), MediaError, message);
  });
}
