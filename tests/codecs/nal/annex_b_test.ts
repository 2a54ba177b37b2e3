import { assertEquals } from "@std/assert";
import {
  type AnnexBFormat,
  annexBParameterSets,
  computeAnnexBOverhead,
  createAnnexBConverter,
} from "../../../lib/codecs/nal/annex_b.ts";
import { hex } from "../entry.ts";

function createFormat(lengthSize: number): AnnexBFormat {
  return {
    lengthSize,
    delimiter: hex("09f0"),
    isDelimiter: (nal) => (nal[0]! & 31) === 9,
    parameterSets: [hex("6742"), hex("68")],
  };
}

const DELIMITER = "0000000109f0";
const SETS = "0000000167420000000168";

const samples: [what: string, lengthSize: number, sample: string, sync: boolean, unit: string][] = [
  ["a sample", 4, "00000001 41 00000002 4188", false, `${DELIMITER}0000000141000000014188`],
  ["a sync sample", 4, "00000001 65", true, `${DELIMITER}${SETS}0000000165`],
  ["2-byte lengths", 2, "0001 41 0002 4188", false, `${DELIMITER}0000000141000000014188`],
  ["a delimiter of the file", 4, "00000002 0910 00000001 41", false, `${DELIMITER}0000000141`],
  ["an empty NAL unit", 4, "00000000 00000001 41", false, `${DELIMITER}0000000141`],
];

for (const [what, lengthSize, sample, sync, unit] of samples) {
  Deno.test(`createAnnexBConverter() converts ${what}`, () => {
    const parts = createAnnexBConverter(createFormat(lengthSize))(hex(sample), sync);
    assertEquals(parts.map((part) => part.toHex()).join(""), unit);
  });
}

Deno.test("computeAnnexBOverhead() counts delimiter and parameter sets with start codes", () => {
  assertEquals(computeAnnexBOverhead(createFormat(4)), { sample: 6, sync: 6 + 5 });
});

Deno.test("annexBParameterSets() concatenates parameter sets with start codes", () => {
  assertEquals(annexBParameterSets(createFormat(4)).toHex(), SETS);
});
