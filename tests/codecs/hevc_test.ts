import { assertEquals, assertThrows } from "@std/assert";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { hevc } from "../../lib/codecs/hevc.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, hex, sampleOf } from "./entry.ts";

/** x265, Main, 320 × 180 out of 320 × 184. */
const HEAD = "01 01 60000000 900000000000 3c f000 fc fd f8 f8 0000 0f";
const VPS = "40010c01ffff01600000030090000003000003003c959809";
const SPS =
  "42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840";
const PPS = "4401c172b46240";
const SETS = `03  a0 0001 0018 ${VPS}  a1 0001 002b ${SPS}  a2 0001 0007 ${PPS}`;
const HVCC = `${HEAD} ${SETS}`;

/** x265, Main 10, High tier, level 5.1, 318 × 178, BT.2020 with PQ, scaling lists, pixel aspect ratio 40:33. */
const HDR = `01 22 20000000 900000000000 99 f000 fc fd fa fa 0000 0f 01
  a1 0001 002f 420101222000000300900000030000030099a00a080b9d48d96566924e5782b5091009040000030004000003006420`;

/** MV-HEVC by Apple: hvcC of the base layer; lhvC describes the other eye. */
const SPATIAL = `01 01 60000000 b00000000000 3c f000 fc fd f8 f8 0000 0b 01
  a1 0001 001d 420101016000000300b0000003000003003ca01420207cb8815ee45951`;

const NO_ARRAYS = `${HEAD} 00`;

const plain = {
  type: "video",
  codec: "hvc1.1.6.L60.90",
  width: 320,
  height: 180,
  pixelAspect: [1, 1],
  interlaced: false,
} as const;

const hdr = {
  ...plain,
  codec: "hvc1.2.4.H153.90",
  width: 318,
  height: 178,
  pixelAspect: [40, 33],
  colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: false },
} as const;

const descriptions: [what: string, boxes: Record<string, string>, VideoDescription][] = [
  ["Main", { hvcC: HVCC }, plain],
  ["Main 10 with HDR", { hvcC: HDR }, hdr],
  [
    "the base layer of MV-HEVC",
    { hvcC: SPATIAL, lhvC: "01f000fc" },
    { ...plain, codec: "hvc1.1.6.L60.B0", width: 160, height: 120 },
  ],
  ["Dolby Vision 8.1", { hvcC: HDR, dvvC: "0100 1035 10" }, {
    ...hdr,
    supplementalCodec: "dvh1.08.06",
    supplementalBrand: "db1p",
  }],
];

for (const [what, boxes, description] of descriptions) {
  Deno.test(`hevc describes ${what}`, () => {
    assertEquals(hevc.needsSample!(entry("hvc1", boxes)), false);
    assertEquals(hevc.describe(entry("hvc1", boxes)), description);
  });
}

const strings: [profile: string, codec: string][] = [
  ["01 60000000 b00000000000 5d", "1.6.L93.B0"],
  ["02 20000000 000000000000 78", "2.4.L120"],
  ["02 00000004 000000000000 78", "2.20000000.L120"], // as in examples of HLS
  ["21 60000000 900000000000 99", "1.6.H153.90"],
  ["44 08000000 9d0800000000 7b", "A4.10.L123.9D.8"],
  ["c1 00000000 000000000001 1e", "C1.0.L30.0.0.0.0.0.1"],
];

for (const [profile, codec] of strings) {
  Deno.test(`hevc formats ${codec}`, () => {
    const hvcC = `01 ${profile} f000 fc fd f8 f8 0000 0f ${SETS}`;
    assertEquals(hevc.describe(entry("hvc1", { hvcC })).codec, `hvc1.${codec}`);
  });
}

Deno.test("hevc describes interlaced video by the profile's source flags", () => {
  const hvcC = `01 01 60000000 400000000000 3c f000 fc fd f8 f8 0000 0f ${SETS}`;
  const description = hevc.describe(entry("hvc1", { hvcC })) as VideoDescription;
  assertEquals(description.interlaced, true);
});

Deno.test("hevc finds the SPS in the first sample", () => {
  const hev1 = entry("hev1", { hvcC: NO_ARRAYS });
  assertEquals(hevc.needsSample!(hev1), true);
  const other = SPS.replace(/^4201/, "4209"); // of layer 1
  const description = hevc.describe(hev1, sampleOf(VPS, other, SPS, PPS, "2801"));
  assertEquals(description, { ...plain, codec: "hev1.1.6.L60.90" });
});

const entryTypes: [type: string, hvcC: string, named: string][] = [
  ["hvc1", HVCC, "hvc1"],
  ["hvc1", NO_ARRAYS, "hvc1"],
  ["hev1", HVCC, "hvc1"],
  ["hev1", NO_ARRAYS, "hev1"],
  ["hev1", `${HEAD} 01 a1 0001 002b ${SPS}`, "hev1"], // no VPS, no PPS
];

for (const [type, hvcC, named] of entryTypes) {
  Deno.test(`hevc converts ${type} to ${named} for an hvcC of ${hex(hvcC).length} bytes`, () => {
    assertEquals(hevc.initEntryType!(entry(type, { hvcC })), named);
  });
}

const samples: [what: string, sample: Uint8Array, access: string][] = [
  ["IDR_W_RADL", sampleOf("2601af"), "closed"],
  [
    "IDR_N_LP after AUD, parameter sets and SEI",
    sampleOf("460150", VPS, SPS, PPS, "4e01", "2801"),
    "closed",
  ],
  ["BLA_W_LP", sampleOf("2001af"), "closed"],
  ["CRA", sampleOf("460150", "2a01af"), "open"],
  ["a trailing picture", sampleOf("0201d0"), "open"],
  ["CRA after an IDR of layer 1", sampleOf("2609af", "2a01af"), "open"],
  ["SEI only", hex("00001000 4e0105ff"), "closed"],
  ["a truncated NAL header", hex("00001000 2a"), "closed"],
];

for (const [what, sample, access] of samples) {
  Deno.test(`hevc classifies ${what} as ${access}`, () => {
    assertEquals(hevc.randomAccess!(entry("hvc1", { hvcC: HVCC }), sample), access);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no hvcC", {}, "Cannot describe hvc1 without hvcC"],
  ["a short hvcC", { hvcC: "01 01 6000" }, "hvcC: Cannot read 12 bytes where 3 are left"],
  ["version 0", { hvcC: `00 ${HVCC.slice(2)}` }, "hvcC: Cannot read version 0"],
  ["65,535 parameter sets", { hvcC: `${HEAD} 01 a1 ffff 0001 42` }, "hvcC: Cannot read 2 bytes"],
  [
    "a parameter set past the end",
    { hvcC: `${HEAD} 01 a1 0001 ffff 42` },
    "hvcC: Cannot read 65535 bytes",
  ],
  [
    "a truncated parameter set",
    { hvcC: `${HEAD} 01 a1 0001 0008 ${SPS.slice(0, 16)}` },
    "hvcC: Cannot",
  ],
  ["no SPS anywhere", { hvcC: NO_ARRAYS }, "neither hvcC nor the first sample"],
  ["a short dvcC", { hvcC: HVCC, dvcC: "0100" }, "dvcC: Cannot read"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`hevc rejects ${what}`, () => {
    assertThrows(() => hevc.describe(entry("hvc1", boxes)), MediaError, message);
  });
}

const smooth: [what: string, hvcC: string, expected: string | undefined][] = [
  ["parameter sets", HVCC, `00000001${VPS}00000001${SPS}00000001${PPS}`],
  ["undefined if the PPS is in the samples", HDR, undefined],
  ["undefined without parameter sets", NO_ARRAYS, undefined],
];

for (const [what, hvcC, expected] of smooth) {
  Deno.test(`hevc builds CodecPrivateData: ${what}`, () => {
    const hev1 = entry("hev1", { hvcC });
    assertEquals(hevc.smooth!.codecPrivateData(hev1, plain)?.toHex(), expected);
    assertEquals([hevc.smooth!.fourCC, hevc.smooth!.nalUnitLength!(hev1)], ["HVC1", 4]);
  });
}

Deno.test("hevc refuses to protect MV-HEVC, whose slices of other layers are not known", () => {
  const protection = hevc.protection as (of: ReturnType<typeof entry>) => unknown;
  protection(entry("hvc1", { hvcC: SPATIAL }));
  const error = assertThrows(
    () => protection(entry("hvc1", { hvcC: SPATIAL, lhvC: "01f000fc" })),
    MediaError,
    "its sample entry contains lhvC",
  );
  assertEquals(error.code, "MEDIA_UNSUPPORTED");
});
