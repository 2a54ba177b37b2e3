import { assertEquals, assertThrows } from "@std/assert";
import type { VideoDescription } from "../../../lib/codecs/codec.ts";
import {
  addDolbyVision,
  formatDolbyVisionCodec,
  readDolbyVision,
} from "../../../lib/codecs/dolby_vision/configuration.ts";
import { MediaError } from "../../../lib/errors.ts";
import { omitUndefined } from "../../../lib/omit_undefined.ts";
import { entry } from "../entry.ts";

for (const box of ["dvcC", "dvvC", "dvwC"]) {
  Deno.test(`readDolbyVision() reads ${box}`, () => {
    // version 1.0; profile 0001000, level 000110, RPU and base layer; compatibility 4
    const dolbyVision = readDolbyVision(entry("hvc1", { [box]: "0100 1035 40" }));
    const expected = { profile: 8, level: 6, compatibility: 4, hasBaseLayer: true };
    assertEquals(dolbyVision, expected);
  });

  Deno.test(`readDolbyVision() rejects a truncated ${box}`, () => {
    const truncated = entry("hvc1", { [box]: "0100 1035" });
    assertThrows(() => readDolbyVision(truncated), MediaError, `${box}: Cannot read`);
  });
}

Deno.test("readDolbyVision() reads which layers there are", () => {
  const flags = ["0e35", "0e36", "0e37"].map((fields) =>
    readDolbyVision(entry("hvc1", { dvcC: `0100 ${fields} 60` }))!.hasBaseLayer
  );
  assertEquals(flags, [true, false, true]);
});

Deno.test("readDolbyVision() returns undefined without a configuration box", () => {
  assertEquals(readDolbyVision(entry("hvc1", { hvcC: "0100 1035 40" })), undefined);
});

Deno.test("formatDolbyVisionCodec() writes two digits each", () => {
  const dolbyVision = { profile: 5, level: 13, compatibility: 0, hasBaseLayer: true };
  assertEquals(formatDolbyVisionCodec("dvh1", dolbyVision), "dvh1.05.13");
});

const DESCRIPTION: VideoDescription = {
  type: "video",
  codec: "hvc1.2.4.L60.B0",
  width: 320,
  height: 180,
  pixelAspect: [1, 1],
  interlaced: false,
};

/** Transfer characteristics of the bitstream; the last ones are those that are declared, if they differ. */
const supplements: [
  ...[what: string, box: string, transfer: number],
  ...[codec?: string | undefined, brand?: string | undefined, declared?: number],
][] = [
  ["8.1, compatible with HDR10", "0100 1035 10", 16, "dvh1.08.06", "db1p"],
  ["8.2, compatible with SDR", "0100 1035 20", 1, "dvh1.08.06", "db2g"],
  ["8.4, compatible with HLG", "0100 1035 40", 18, "dvh1.08.06", "db4h"],
  ["8.4 with the transfer of BT.2020", "0100 1035 40", 14, "dvh1.08.06", "db4g", 18],
  ["8.1 of an unspecified transfer", "0100 1035 10", 2, "dvh1.08.06", "db1p", 16],
  ["5 of an unspecified transfer", "0100 0a35 00", 2, undefined, undefined, 16],
  ["7 of an unspecified transfer", "0100 0e37 60", 2, undefined, undefined, 16],
  ["9.2", "0100 1215 20", 1, "dvh1.09.02", "db2g"],
  ["10.1", "0100 1435 10", 16, "dvh1.10.06", "db1p"],
  ["5, which has no compatible base layer", "0100 0a35 00", 16],
  ["7, which has an enhancement layer", "0100 0e37 60", 16],
  ["8 without compatibility", "0100 1035 00", 16],
  ["8 of a reserved compatibility", "0100 1035 f0", 16],
];

for (const [what, box, transfer, supplementalCodec, supplementalBrand, declared] of supplements) {
  Deno.test(`addDolbyVision() describes profile ${what}`, () => {
    const colour = { primaries: 9, transfer, matrix: 9, fullRange: false };
    const base = { ...DESCRIPTION, colour };
    const supplement = omitUndefined({ supplementalCodec, supplementalBrand });
    const hvc1 = entry("hvc1", { dvvC: box });
    const expected = { ...base, colour: { ...colour, transfer: declared ?? transfer } };
    assertEquals(addDolbyVision("dvh1", hvc1, base), { ...expected, ...supplement });
  });
}

Deno.test("addDolbyVision() declares BT.2020 where the bitstream has no colour", () => {
  const { colour } = addDolbyVision("dvh1", entry("hvc1", { dvvC: "0100 1035 40" }), DESCRIPTION);
  assertEquals(colour, { primaries: 9, transfer: 18, matrix: 2, fullRange: false });
});
