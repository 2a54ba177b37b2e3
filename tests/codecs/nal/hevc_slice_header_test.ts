import { assertEquals, assertThrows } from "@std/assert";
import { createHevcSliceHeaderMeter } from "../../../lib/codecs/nal/hevc_slice_header.ts";
import { MediaError } from "../../../lib/errors.ts";
import { bitsOf, nalOf, se, ue } from "../entry.ts";
import {
  buildPps,
  buildSps,
  header,
  type PpsOptions,
  type SpsOptions,
} from "./hevc_parameter_sets.ts";

const TRAIL = header(1);
const IDR = header(19);
const CRA = header(21);
const [B, P, I] = [0, 1, 2].map((type) => ue(type));

/** The first slice segment, with PPS 0. */
const FIRST = "1" + ue(0);
const LSB = "0110";
const QP = se(5);
const MERGE = ue(2);
const NO_OVERRIDE = "0";

/** Explicit set of one used picture before the current one. */
const ONE_BEFORE = "0" + ue(1, 0) + ue(0) + "1";
/** Two pictures before, of which the current one uses the second, and one used after. */
const OWN_THREE = "0" + ue(2, 1) + (ue(0) + "0") + (ue(1) + "1") + (ue(0) + "1");

/** Set 0: two used pictures before; set 1, predicted: the first of them and the current picture. */
const SETS = ue(2) + (ue(2, 0) + ue(0) + "1" + ue(0) + "1") +
  ("1" + "1" + ue(0) + "1" + "00" + "1");

const CANDIDATES = "1" + ue(2) + ("0011" + "1") + ("0101" + "0");

const simpleP = TRAIL + FIRST + P + LSB + ONE_BEFORE;

const headers: [what: string, sps: SpsOptions, pps: PpsOptions, header: string][] = [
  ["an IDR picture", {}, {}, IDR + "1" + "0" + ue(0) + I + QP],
  ["a CRA picture", {}, {}, CRA + "1" + "0" + ue(0) + I + LSB + "0" + ue(0, 0) + QP],
  ["a P slice", {}, {}, simpleP + NO_OVERRIDE + MERGE + QP],
  ["a B slice", {}, {}, TRAIL + FIRST + B + LSB + OWN_THREE + NO_OVERRIDE + "0" + MERGE + QP],
  [
    "a later slice segment",
    {},
    {},
    TRAIL + "0" + ue(0) + "1110" + P + LSB + ONE_BEFORE + NO_OVERRIDE + MERGE + QP,
  ],
  ["a dependent slice segment", {}, { start: "10000" }, TRAIL + "0" + ue(0) + "1" + "0101"],
  [
    "an independent slice segment where dependent ones may be",
    {},
    { start: "10000" },
    TRAIL + "0" + ue(0) + "0" + "0101" + I + LSB + ONE_BEFORE + QP,
  ],
  [
    "an output flag and reserved bits",
    {},
    { start: "01010" },
    TRAIL + FIRST + "11" + I + "1" + LSB + ONE_BEFORE + QP,
  ],
  [
    "separate planes",
    { format: ue(3) + "1", offset: "1" },
    {},
    TRAIL + FIRST + I + "10" + LSB + ONE_BEFORE + "1" + QP,
  ],
  ["sample adaptive offset", { offset: "1" }, {}, TRAIL + FIRST + I + LSB + ONE_BEFORE + "01" + QP],
  [
    "a set of the SPS",
    { sets: SETS },
    {},
    TRAIL + FIRST + P + LSB + "1" + "1" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "a set predicted from the SPS",
    { sets: SETS },
    { modification: "1" },
    TRAIL + FIRST + P + LSB + "0" + ("1" + ue(1) + "0" + ue(0) + "1" + "01" + "00") + NO_OVERRIDE +
    MERGE + QP,
  ],
  [
    "a modified list of 2 of 2 pictures",
    { sets: SETS },
    { modification: "1", references: ue(1, 0) },
    TRAIL + FIRST + P + LSB + "1" + "0" + NO_OVERRIDE + "1" + "10" + MERGE + QP,
  ],
  [
    "no list modification with one picture",
    {},
    { modification: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "long-term pictures of the SPS and of the slice",
    { longTerm: CANDIDATES },
    { modification: "1", references: ue(2, 0) },
    TRAIL + FIRST + P + LSB + ONE_BEFORE + ue(1, 1) + ("0" + "0") + ("0111" + "1" + "1" + ue(3)) +
    NO_OVERRIDE + "1" + "000110" + MERGE + QP,
  ],
  [
    "long-term pictures without candidates",
    { longTerm: "1" + ue(0) },
    {},
    TRAIL + FIRST + P + LSB + ONE_BEFORE + ue(1) + "0111" + "0" + "0" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "temporal vectors with one reference, of which none is chosen",
    { vectors: "1" },
    {},
    simpleP + "1" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "temporal vectors of a P slice, inferred to be from list 0",
    { vectors: "1" },
    { references: ue(1, 0) },
    simpleP + "1" + NO_OVERRIDE + ue(1) + MERGE + QP,
  ],
  [
    "temporal vectors from list 1 of a B slice",
    { vectors: "1" },
    { references: ue(1, 0) },
    TRAIL + FIRST + B + LSB + OWN_THREE + "1" + "1" + ue(0, 1) + "0" + "0" + ue(1) + MERGE + QP,
  ],
  ["no temporal vectors", { vectors: "1" }, {}, simpleP + "0" + NO_OVERRIDE + MERGE + QP],
  ["CABAC initialization", {}, { cabacInit: "1" }, simpleP + NO_OVERRIDE + "1" + MERGE + QP],
  [
    "weights, luma before chroma",
    {},
    { weights: "10" },
    simpleP + "1" + ue(2) + ue(6) + se(-1) + "101" + "010" + se(1, 2) + se(1, 2, 3, 4) + se(5, 6) +
    MERGE + QP,
  ],
  [
    "monochrome weights of both lists",
    { format: ue(0) },
    { weights: "01" },
    TRAIL + FIRST + B + LSB + OWN_THREE + NO_OVERRIDE + "0" + ue(6) + ("1" + se(1, 2)) + "0" +
    MERGE +
    QP,
  ],
  [
    "chroma offsets of slices",
    {},
    { quantizer: "1" + ue(1) + se(1, 1) + "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + se(2, -2),
  ],
  [
    "chroma offset lists of the range extension",
    {},
    { transformSkip: "1", extension: "01" + "1000" + "0000" + ue(0) + "0" + "1" + ue(0, 0) },
    simpleP + NO_OVERRIDE + MERGE + QP + "1",
  ],
  [
    "overridden deblocking",
    {},
    { deblocking: "1" + "1" + "0" + se(1, 1), acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ("1" + "0" + se(3, -3)) + "1",
  ],
  [
    "deblocking disabled in the slice",
    {},
    { deblocking: "1" + "1" + "0" + se(1, 1), acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ("1" + "1"),
  ],
  [
    "deblocking disabled in the PPS, and an offset filter",
    { offset: "1" },
    { deblocking: "1" + "0" + "1", acrossSlices: "1" },
    TRAIL + FIRST + I + LSB + ONE_BEFORE + "01" + QP + "1",
  ],
  [
    "deblocking disabled in the PPS",
    {},
    { deblocking: "1" + "0" + "1", acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "entry points of wavefronts",
    {},
    { tiles: "01" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(3, 8) + "000000001".repeat(3),
  ],
  [
    "no entry points of tiles that are not uniform",
    {},
    { tiles: "10" + ue(1, 1) + "0" + ue(2, 1) + "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(0),
  ],
  [
    "a header extension",
    {},
    { extension: "10" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(2) + "1".repeat(16),
  ],
  [
    "scaling lists in the PPS",
    {},
    { scaling: "1" + ("0" + ue(0)).repeat(20), modification: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
];

/** byte_alignment(), then slice data. */
const align = (bits: string) => (bits + "1").padEnd(8 * (Math.floor(bits.length / 8) + 1), "0");
const DATA = "1".repeat(64);

for (const [what, sps, pps, bits] of headers) {
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
