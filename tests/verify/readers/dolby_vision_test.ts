import { assertEquals } from "@std/assert";
import { findBrand, readDolbyVisionDeclaration } from "../../../lib/verify/readers/dolby_vision.ts";
import { entry } from "../../codecs/entry.ts";

/** Profile and compatibility in the box; codec string for a base layer, supplemental codec, transfer. */
const cases: [
  what: string,
  type: string,
  box: string,
  ...expected: [
    codec?: string | undefined,
    supplemental?: string | undefined,
    transfer?: number | undefined,
  ],
][] = [
  ["profile 5", "hvc1", "0100 0a35 00", "dvh1.05.06", undefined, 16],
  ["profile 5 of its own type", "dvhe", "0100 0a35 00", "dvh1.05.06", undefined, 16],
  ["profile 8.1", "hvc1", "0100 1035 10", undefined, "dvh1.08.06/db1p", 16],
  ["profile 8.2", "hev1", "0100 1035 20", undefined, "dvh1.08.06/db2g", undefined],
  ["profile 8.4", "hvc1", "0100 1035 40", undefined, "dvh1.08.06/db4h", 18],
  ["profile 7", "hvc1", "0100 0e37 60", undefined, undefined, 16],
  ["profile 9", "avc1", "0100 1235 20", undefined, "dva1.09.06/db2g", undefined],
  ["profile 10", "av01", "0100 1435 10", undefined, "dav1.10.06/db1p", 16],
];

for (const [what, type, box, codec, supplemental, transfer] of cases) {
  Deno.test(`readDolbyVisionDeclaration() reads ${what}`, () => {
    const declaration = readDolbyVisionDeclaration(entry(type, { dvvC: box }))!;
    assertEquals(declaration.codec?.("dvh1.x"), codec);
    assertEquals(declaration.supplemental && findBrand(declaration, 2), supplemental);
    assertEquals(declaration.transfer, transfer);
  });
}

Deno.test("readDolbyVisionDeclaration() returns undefined without a box", () => {
  assertEquals(readDolbyVisionDeclaration(entry("hvc1", {})), undefined);
});

Deno.test("findBrand() knows the transfer characteristics of BT.2020", () => {
  const declaration = readDolbyVisionDeclaration(entry("hvc1", { dvvC: "0100 1035 40" }))!;
  assertEquals(findBrand(declaration, 14), "dvh1.08.06/db4g");
});
