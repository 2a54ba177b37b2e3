import { assertEquals, assertThrows } from "@std/assert";
import { avc } from "../../lib/codecs/avc.ts";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, hex, sampleOf } from "./entry.ts";

/** x264, High, 320 × 180 cropped from 320 × 192. */
const SPS = "6764000cacd941419f9f011000000300100000030320f1429960";
const PPS = "68ebe3cb22c0";
const AVCC = `01 64000c ff e1 001a ${SPS} 01 0006 ${PPS} fdf8f800`;

/** x264: 318 × 172, interlaced, pixel aspect ratio 64:45, BT.709. */
const INTERLACED = `01 640015 ff e1
  0021 67640015acd941433d4dff80200016b501010140000003004000000c87c50a6580 01 0006 68fba3cb22c0`;

/** High 4:4:4 Predictive: crop units of one pixel. */
const YUV444 = `01 f4000c ff e1
  0019 67f4000c919b282833f1b808800000030080000019078a14cb 01 0006 68ebe3c44844`;

const NO_SETS = "01 64000c ff e0 00 fdf8f800";

const square = { type: "video", pixelAspect: [1, 1], interlaced: false } as const;

const descriptions: [what: string, boxes: Record<string, string>, VideoDescription][] = [
  [
    "a progressive stream",
    { avcC: AVCC },
    { ...square, codec: "avc1.64000C", width: 320, height: 180 },
  ],
  ["fields, pixel aspect and colour", { avcC: INTERLACED }, {
    type: "video",
    codec: "avc1.640015",
    width: 318,
    height: 172,
    pixelAspect: [64, 45],
    interlaced: true,
    colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
  }],
  ["4:4:4", { avcC: YUV444 }, { ...square, codec: "avc1.F4000C", width: 320, height: 180 }],
  [
    "pasp, which overrides the bitstream",
    { avcC: INTERLACED, pasp: "00000010 0000000c" },
    {
      type: "video",
      codec: "avc1.640015",
      width: 318,
      height: 172,
      pixelAspect: [4, 3],
      interlaced: true,
      colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
    },
  ],
  [
    "colr without colour in the bitstream, and fiel of one field",
    { avcC: AVCC, colr: "6e636c78 0009 0010 0009 80", fiel: "0100" },
    {
      ...square,
      codec: "avc1.64000C",
      width: 320,
      height: 180,
      colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true },
    },
  ],
  [
    "a length size of 1, and no picture parameter set",
    { avcC: `01 64000c fc e1 001a ${SPS} 00` },
    { ...square, codec: "avc1.64000C", width: 320, height: 180 },
  ],
];

for (const [what, boxes, description] of descriptions) {
  Deno.test(`avc describes ${what}`, () => {
    assertEquals(avc.needsSample!(entry("avc1", boxes)), false);
    assertEquals(avc.describe(entry("avc1", boxes)), description);
  });
}

Deno.test("avc reads from fiel that a stream is progressive", () => {
  const { interlaced } = avc.describe(
    entry("avc1", { avcC: INTERLACED, fiel: "0100" }),
  ) as VideoDescription;
  assertEquals(interlaced, false);
});

Deno.test("avc finds the SPS in the first sample", () => {
  const avc3 = entry("avc3", { avcC: NO_SETS });
  assertEquals(avc.needsSample!(avc3), true);
  const description = avc.describe(avc3, sampleOf("0605ff80", SPS, PPS, "6588"));
  assertEquals(description, { ...square, codec: "avc3.64000C", width: 320, height: 180 });
});

Deno.test("avc reads the profile from the first sample if avcC has none", () => {
  const avc3 = entry("avc3", { avcC: "01 000000 ff e0 00" });
  assertEquals(avc.describe(avc3, sampleOf(SPS)).codec, "avc3.64000C");
});

Deno.test("avc ignores empty parameter sets in avcC", () => {
  const avc3 = entry("avc3", { avcC: "01 64000c ff e1 0000 01 0000" });
  assertEquals([avc.needsSample!(avc3), avc.initEntryType!(avc3)], [true, "avc3"]);
});

Deno.test("avc describes a compatible Dolby Vision stream with a supplemental codec", () => {
  const boxes = { avcC: AVCC, dvvC: "0100 1215 20" }; // profile 9, level 2, compatible with SDR
  assertEquals(avc.describe(entry("avc1", boxes)), {
    ...square,
    codec: "avc1.64000C",
    supplementalCodec: "dva1.09.02",
    supplementalBrand: "db2g",
    width: 320,
    height: 180,
  });
});

const entryTypes: [type: string, avcC: string, named: string][] = [
  ["avc1", AVCC, "avc1"],
  ["avc1", NO_SETS, "avc1"],
  ["avc3", AVCC, "avc1"],
  ["avc3", NO_SETS, "avc3"],
  ["avc3", `01 64000c ff e1 001a ${SPS} 00`, "avc3"], // no picture parameter set
];

for (const [type, avcC, named] of entryTypes) {
  Deno.test(`avc converts ${type} to ${named} for an avcC of ${hex(avcC).length} bytes`, () => {
    assertEquals(avc.initEntryType!(entry(type, { avcC })), named);
  });
}

const samples: [what: string, sample: Uint8Array, access: string][] = [
  ["an IDR slice", sampleOf("6588"), "closed"],
  [
    "an IDR slice after AUD, parameter sets and SEI",
    sampleOf("0910", SPS, PPS, "0605", "6588"),
    "closed",
  ],
  ["another intra slice", sampleOf("0910", "0605", "4188"), "open"],
  ["data partitions", sampleOf("4288", "4388"), "open"],
  ["a slice truncated after its header", hex("00001000 41"), "open"],
  ["SEI only", hex("00001000 0605ff"), "closed"],
  ["half a length", hex("00000002 0910 0000"), "closed"],
  ["an empty sample", new Uint8Array(), "closed"],
];

for (const [what, sample, access] of samples) {
  Deno.test(`avc classifies ${what} as ${access}`, () => {
    assertEquals(avc.randomAccess!(entry("avc1", { avcC: AVCC }), sample), access);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no avcC", {}, "Cannot describe avc1 without avcC"],
  ["an empty avcC", { avcC: "" }, "avcC: Cannot read 1 bytes where 0 are left"],
  ["version 0", { avcC: "00 64000c ff e0 00" }, "avcC: Cannot read version 0"],
  [
    "a parameter set past the end",
    { avcC: "01 64000c ff e1 ffff 67" },
    "avcC: Cannot read 65535 bytes",
  ],
  [
    "more parameter sets than present",
    { avcC: "01 64000c ff ff 0001 67" },
    "avcC: Cannot read 2 bytes",
  ],
  [
    "a truncated parameter set",
    { avcC: "01 64000c ff e1 0005 6764000cac 00" },
    "avcC: Cannot read",
  ],
  // SPS 0, chroma_format_idc 4
  [
    "a reserved chroma format",
    { avcC: "01 64000c ff e1 0006 6764000c 97ff 00" },
    "chroma format 4",
  ],
  // Baseline: SPS 0, frame_num 0, POC type 1 with 2^31 - 2 missing offsets
  [
    "an excessive count of offsets",
    { avcC: "01 42000c ff e1 000e 6742000c d78000000010000000 ff 00 00" },
    "avcC: Cannot read",
  ],
  // Baseline: 2^20 macroblocks wide
  [
    "a size that is too wide",
    { avcC: "01 42000c ff e1 000d 6742000c dc00008000c7ffffff 00" },
    "avcC: Cannot use a size of ",
  ],
  ["no SPS anywhere", { avcC: NO_SETS }, "neither avcC nor the first sample"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`avc rejects ${what}`, () => {
    assertThrows(() => avc.describe(entry("avc1", boxes)), MediaError, message);
  });
}

Deno.test("avc reports the first sample if its SPS is truncated", () => {
  const avc3 = entry("avc3", { avcC: NO_SETS });
  assertThrows(
    () => avc.describe(avc3, hex("0000001a 6764000cac")),
    MediaError,
    "first sample: Cannot read",
  );
});

const TWO_PPS = `01 64000c ff e1 001a ${SPS} 02 0006 ${PPS} 0002 68ee fdf8f800`;

/** CodecPrivateData: all parameter sets, or undefined if a required one is missing. */
const smooth: [what: string, entryType: string, avcC: string, expected: string | undefined][] = [
  ["parameter sets", "avc1", AVCC, `00000001${SPS}00000001${PPS}`],
  ["two PPS", "avc1", TWO_PPS, `00000001${SPS}00000001${PPS}0000000168ee`],
  ["an avc3 with parameter sets", "avc3", AVCC, `00000001${SPS}00000001${PPS}`],
  ["none", "avc3", NO_SETS, undefined],
  ["no PPS", "avc3", `01 64000c ff e1 001a ${SPS} 00`, undefined],
];

for (const [what, type, avcC, expected] of smooth) {
  Deno.test(`avc builds CodecPrivateData of ${what}`, () => {
    const avc1 = entry(type, { avcC });
    assertEquals(
      avc.smooth!.codecPrivateData(avc1, avc.describe(avc1, sampleOf(SPS)))?.toHex(),
      expected,
    );
    assertEquals([avc.smooth!.fourCC, avc.smooth!.nalUnitLength!(avc1)], ["H264", 4]);
  });
}
