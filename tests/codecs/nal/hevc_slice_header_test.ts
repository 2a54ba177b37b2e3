import { assertEquals, assertThrows } from "@std/assert";
import { createHevcSliceHeaderMeter } from "../../../lib/codecs/nal/hevc_slice_header.ts";
import { MediaError } from "../../../lib/errors.ts";
import { bitsOf, nalOf, se, ue } from "../entry.ts";
import { buildPps, buildSps } from "./hevc_parameter_sets.ts";
import {
  align,
  DATA,
  FIRST,
  HEVC_SLICE_HEADERS,
  I,
  IDR,
  LSB,
  MERGE,
  NO_OVERRIDE,
  QP,
  simpleP,
  TRAIL,
} from "./hevc_slice_headers.ts";

for (const [what, sps, pps, bits] of HEVC_SLICE_HEADERS) {
  Deno.test(`createHevcSliceHeaderMeter() measures the header of ${what}`, () => {
    const measure = createHevcSliceHeaderMeter([buildSps(sps), buildPps(pps)]);
    const aligned = align(bits);
    const prevention = bitsOf(nalOf(aligned + DATA)).length / 8 - aligned.length / 8 - 9;
    assertEquals(measure(nalOf(aligned + DATA)), aligned.length / 8 + prevention);
  });
}

Deno.test("createHevcSliceHeaderMeter() counts emulation prevention bytes", () => {
  const measure = createHevcSliceHeaderMeter([buildSps({}), buildPps({ tiles: "01" })]);
  const bits = align(
    simpleP + NO_OVERRIDE + MERGE + QP + ue(2, 31) + ("0".repeat(31) + "1").repeat(2),
  );
  const nal = nalOf(bits + DATA);
  const prevention = nal.length - bits.length / 8 - 9;
  assertEquals([prevention, measure(nal)], [2, bits.length / 8 + 2]);
});

Deno.test("createHevcSliceHeaderMeter() counts byte_alignment() after a whole byte", () => {
  const measure = createHevcSliceHeaderMeter([buildSps({}), buildPps({ start: "01000" })]);
  const bits = IDR + "1" + "0" + ue(0) + I + "1" + se(0);
  assertEquals([bits.length, measure(nalOf(align(bits) + DATA))], [24, 4]);
});

Deno.test("createHevcSliceHeaderMeter() uses parameter sets from where they are", () => {
  const measure = createHevcSliceHeaderMeter([buildSps({}), buildPps({})]);
  const bits = align(simpleP + NO_OVERRIDE + MERGE + QP);
  const longer = align(simpleP + NO_OVERRIDE + MERGE + QP + ue(2) + "1".repeat(16));
  const sizes = [nalOf(bits + DATA), buildPps({ extension: "10" }), nalOf(longer + DATA)].map(
    measure,
  );
  assertEquals(sizes, [bits.length / 8, undefined, longer.length / 8]);
});

for (const type of [32, 35, 39, 40, 62, 63]) {
  Deno.test(`createHevcSliceHeaderMeter() leaves NAL type ${type} clear`, () => {
    assertEquals(createHevcSliceHeaderMeter([])(Uint8Array.of(type << 1, 1, 255)), undefined);
  });
}

Deno.test("createHevcSliceHeaderMeter() ignores parameter sets of other layers", () => {
  const sets = [33, 34].map((type) => Uint8Array.of(type << 1, 1 << 3 | 1, 0));
  assertEquals(sets.map(createHevcSliceHeaderMeter([])), [undefined, undefined]);
});

const rejected: [what: string, nal: Uint8Array, code: string, message: string][] = [
  ["another layer", Uint8Array.of(2, 9, 255), "MEDIA_UNSUPPORTED", "layers other than 0"],
  ["a NAL unit of one byte", Uint8Array.of(2), "MEDIA_INVALID", "Cannot read a NAL unit of 1 byte"],
  ["an absent PPS", nalOf(TRAIL + "1" + ue(5)), "MEDIA_INVALID", "PPS 5 is missing"],
  ["slice type 3", nalOf(TRAIL + FIRST + ue(3)), "MEDIA_INVALID", "Cannot read slice type 3"],
  ["a truncated header", nalOf(TRAIL + FIRST + I), "MEDIA_INVALID", "Cannot read past the 3 bytes"],
  [
    "a header that is not aligned",
    nalOf(IDR + "1" + "0" + ue(0) + I + QP + "0".repeat(20)),
    "MEDIA_INVALID",
    "it is not aligned",
  ],
  [
    "17 references",
    nalOf(simpleP + "1" + ue(16) + "1".repeat(20)),
    "MEDIA_INVALID",
    "Cannot read 17 references",
  ],
  [
    "an absent set",
    nalOf(TRAIL + FIRST + I + LSB + "1"),
    "MEDIA_INVALID",
    "reference picture set 0",
  ],
  [
    "screen content coding in an SPS",
    buildSps({ profile: "01001" }),
    "MEDIA_UNSUPPORTED",
    "screen content",
  ],
  [
    "screen content coding in a PPS",
    buildPps({ extension: "01" + "0001" + "0000" }),
    "MEDIA_UNSUPPORTED",
    "screen content",
  ],
];

for (const [what, nal, code, message] of rejected) {
  Deno.test(`createHevcSliceHeaderMeter() rejects ${what}`, () => {
    const measure = createHevcSliceHeaderMeter([buildSps({}), buildPps({})]);
    const error = assertThrows(() => measure(nal), MediaError, message);
    assertEquals(error.code, code);
  });
}
