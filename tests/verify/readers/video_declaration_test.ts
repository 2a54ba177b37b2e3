import { assertEquals } from "@std/assert";
import { readVideoDeclaration } from "../../../lib/verify/readers/video_declaration.ts";
import { entry, hex, sampleOf } from "../../codecs/entry.ts";

const AVC_SPS = "6764000cacd941419f9f011000000300100000030320f1429960";
const PPS = "68ebe3cb22c0";
const AVCC = `01 64000c ff e1 001a ${AVC_SPS} 01 0006 ${PPS}`;
const HEVC_HDR = `01 22 20000000 900000000000 99 f000 fc fd fa fa 0000 0f 01 a1 0001 002f
  420101222000000300900000030000030099a00a080b9d48d96566924e5782b5091009040000030004000003006420`;
const AV1C = "81 00 0c 00"; // profile 0, level 0, main tier, 8 bits, 4:2:0
const BT2020_PQ = "6e636c78 0009 0010 0009 00";

/** Codec strings, size, aspect, range. */
const cases: [
  what: string,
  type: string,
  boxes: Record<string, string>,
  expected: unknown[],
][] = [
  ["AVC", "avc1", { avcC: AVCC }, [["avc1.64000C"], 320, 180, 1, "SDR"]],
  ["AVC with all sets", "avc3", { avcC: AVCC }, [["avc1.64000C"], 320, 180, 1, "SDR"]],
  ["pasp", "avc1", { avcC: AVCC, pasp: "00000010 0000000c" }, [
    ["avc1.64000C"],
    ...[320, 180, 4 / 3, "SDR"],
  ]],
  ["pasp of 0:0", "avc1", { avcC: AVCC, pasp: "00000000 00000000" }, [
    ["avc1.64000C"],
    ...[320, 180, 1, "SDR"],
  ]],
  ["pasp of 17:1", "avc1", { avcC: AVCC, pasp: "00000011 00000001" }, [
    ["avc1.64000C"],
    ...[320, 180, 1, "SDR"],
  ]],
  ["colr", "avc1", { avcC: AVCC, colr: BT2020_PQ }, [["avc1.64000C"], 320, 180, 1, "PQ"]],
  ["HEVC of high tier", "hev1", { hvcC: HEVC_HDR }, [
    ["hev1.2.4.H153.90"],
    ...[318, 178, 40 / 33, "PQ"],
  ]],
  ["Dolby Vision", "hev1", { hvcC: HEVC_HDR, dvcC: "0100 0a35 00" }, [
    ["dvhe.05.06"],
    ...[318, 178, 40 / 33, "PQ"],
  ]],
  ["AV1", "av01", { av1C: AV1C }, [
    ["av01.0.00M.08.0.110.02.02.02.0", "av01.0.00M.08"],
    ...[64, 48, 1, "SDR"],
  ]],
  ["AV1 of HLG", "av01", { av1C: AV1C, colr: "6e636c78 0009 0012 0009 00" }, [
    ["av01.0.00M.08.0.110.09.18.09.0"],
    ...[64, 48, 1, "HLG"],
  ]],
  ["VP9", "vp09", { vpcC: "01000000 00 0b 82 01 01 01 0000" }, [
    ["vp09.00.11.08.01.01.01.01.00", "vp09.00.11.08"],
    ...[64, 48, 1, "SDR"],
  ]],
];

for (const [what, type, boxes, expected] of cases) {
  Deno.test(`readVideoDeclaration() reads ${what}`, () => {
    const found = readVideoDeclaration(entry(type, boxes, { width: 64, height: 48 }), hex(""))!;
    const { codecs, width, height, aspect, range } = found;
    assertEquals([codecs, width, height, aspect, range], expected);
  });
}

Deno.test("readVideoDeclaration() finds parameter sets in the first sample", () => {
  const avc3 = entry("avc3", { avcC: "01 000000 ff e0 00" });
  const found = readVideoDeclaration(avc3, sampleOf("0910", AVC_SPS, PPS, "6500"));
  assertEquals([found?.codecs, found?.height], [["avc3.64000C"], 180]);
});

Deno.test("readVideoDeclaration() accepts any level of VP9 that declares none", () => {
  const found = readVideoDeclaration(
    entry("vp09", { vpcC: "01000000 00 00 82 02 02 02 0000" }),
    hex(""),
  );
  const levels = found!.codecs.map((codec) => /^vp09\.00\.(\d\d)\.08$/.exec(codec)?.[1]);
  const all = "10 11 20 21 30 31 40 41 50 51 52 60 61 62";
  assertEquals(levels.filter((level) => level !== undefined).join(" "), all);
});

Deno.test("readVideoDeclaration() returns undefined for other codecs", () => {
  assertEquals(readVideoDeclaration(entry("jpeg", {}), hex("")), undefined);
});
