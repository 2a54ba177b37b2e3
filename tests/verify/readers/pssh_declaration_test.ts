import { assertEquals } from "@std/assert";
import { readPsshBox, readPsshDeclaration } from "../../../lib/verify/readers/pssh_declaration.ts";
import { hex } from "../../codecs/entry.ts";

const SYSTEM = "1077efecc0b24d02ace33c1e52e2fb4b";
const KID = "00112233445566778899aabbccddeeff";

const BOXES: [what: string, body: string, expected: ReturnType<typeof readPsshDeclaration>][] = [
  [
    "version 0 with data",
    `00000000 ${SYSTEM} 00000002 abcd`,
    { version: 0, systemId: SYSTEM, kids: [], data: hex("abcd"), isWhole: true },
  ],
  [
    "version 1 with a KID",
    `01000000 ${SYSTEM} 00000001 ${KID} 00000000`,
    { version: 1, systemId: SYSTEM, kids: [KID], data: hex(""), isWhole: true },
  ],
  [
    "more KIDs than there are",
    `01000000 ${SYSTEM} ffffffff ${KID} 00000000`,
    { version: 1, systemId: SYSTEM, kids: [KID], data: hex(""), isWhole: false },
  ],
  [
    "more data than there is",
    `00000000 ${SYSTEM} 00000003 abcd`,
    { version: 0, systemId: SYSTEM, kids: [], data: hex("abcd"), isWhole: false },
  ],
  [
    "bytes behind the data",
    `00000000 ${SYSTEM} 00000001 abcd`,
    { version: 0, systemId: SYSTEM, kids: [], data: hex("ab"), isWhole: false },
  ],
];

for (const [what, body, expected] of BOXES) {
  Deno.test(`readPsshDeclaration() reads ${what}`, () => {
    assertEquals(readPsshDeclaration(hex(body)), expected);
  });
}

Deno.test("readPsshBox() accepts one whole box alone", () => {
  const box = `00000020 70737368 00000000 ${SYSTEM} 00000000`;
  assertEquals(readPsshBox(hex(box))?.systemId, SYSTEM);
  assertEquals(readPsshBox(hex(`${box} ${box}`)), undefined);
  assertEquals(readPsshBox(hex(`${box} 00`)), undefined);
  assertEquals(readPsshBox(hex(box.replace("70737368", "66726565"))), undefined);
  assertEquals(readPsshBox(hex("")), undefined);
});
