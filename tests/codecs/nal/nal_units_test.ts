import { assertEquals } from "@std/assert";
import { readNalUnits } from "../../../lib/codecs/nal/nal_units.ts";
import { hex } from "../entry.ts";

const samples: [what: string, lengthSize: number, sample: string, nals: string[]][] = [
  ["4-byte lengths", 4, "00000001 65 00000002 4188", ["65", "4188"]],
  ["2-byte lengths", 2, "0001 65 0002 4188", ["65", "4188"]],
  ["1-byte lengths", 1, "01 65 02 4188", ["65", "4188"]],
  ["an empty NAL unit", 4, "00000000 00000001 65", ["65"]],
  ["a truncated NAL unit", 4, "00000001 65 00000009 4188", ["65", "4188"]],
  ["a truncated length", 4, "00000001 65 0000", ["65"]],
  ["an excessive length", 4, "ffffffff 65", ["65"]],
  ["an empty sample", 4, "", []],
];

for (const [what, lengthSize, sample, nals] of samples) {
  Deno.test(`readNalUnits() reads ${what}`, () => {
    assertEquals([...readNalUnits(hex(sample), lengthSize)].map((nal) => nal.toHex()), nals);
  });
}
