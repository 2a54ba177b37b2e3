import { assertEquals, assertThrows } from "@std/assert";
import { getInitEntryType } from "../../../lib/codecs/codec.ts";
import {
  dolbyVisionAv1,
  dolbyVisionAvc,
  dolbyVisionHevc,
  findDolbyVisionCodec,
} from "../../../lib/codecs/dolby_vision/dolby_vision.ts";
import { MediaError } from "../../../lib/errors.ts";
import { entry, sampleOf } from "../entry.ts";

const SPS = "6764000cacd941419f9f011000000300100000030320f1429960";
const AVCC = `01 64000c ff e1 001a ${SPS} 01 0006 68ebe3cb22c0`;
const HEAD = "01 02 20000000 900000000000 99 f000 fc fd fa fa 0000 0f";
const HEVC_SPS =
  "42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840";
const HVCC = `${HEAD} 03 a0 0001 0001 40  a1 0001 002b ${HEVC_SPS}  a2 0001 0001 44`;
const AV1C = "81 00 4c 00 0a0b 000000043cfeccdaf90040";

const plain = {
  type: "video",
  width: 320,
  height: 180,
  pixelAspect: [1, 1],
  interlaced: false,
} as const;

const PQ = { primaries: 9, transfer: 16, matrix: 2, fullRange: false };

Deno.test("dolbyVisionHevc describes profile 5", () => {
  const dvh1 = entry("dvh1", { hvcC: HVCC, dvcC: "0100 0a35 00" });
  assertEquals(dolbyVisionHevc.describe(dvh1), { ...plain, codec: "dvh1.05.06", colour: PQ });
});

Deno.test("dolbyVisionHevc converts dvhe to dvh1 if hvcC contains all parameter sets", () => {
  const dvhe = entry("dvhe", { hvcC: HVCC, dvcC: "0100 0a4d 00" });
  assertEquals(dolbyVisionHevc.initEntryType!(dvhe), "dvh1");
  assertEquals(dolbyVisionHevc.describe(dvhe).codec, "dvh1.05.09");
});

Deno.test("dolbyVisionHevc preserves dvhe if the parameter sets are in the samples", () => {
  const dvhe = entry("dvhe", { hvcC: `${HEAD} 00`, dvcC: "0100 0a35 00" });
  assertEquals(dolbyVisionHevc.needsSample!(dvhe), true);
  assertEquals(dolbyVisionHevc.initEntryType!(dvhe), "dvhe");
  assertEquals(dolbyVisionHevc.describe(dvhe, sampleOf(HEVC_SPS)).codec, "dvhe.05.06");
  assertEquals(dolbyVisionHevc.randomAccess!(dvhe, sampleOf("2a01af")), "open");
});

Deno.test("dolbyVisionAvc describes profile 9, and dvav as dva1", () => {
  const dvav = entry("dvav", { avcC: AVCC, dvvC: "0100 1225 20" });
  assertEquals(dolbyVisionAvc.initEntryType!(dvav), "dva1");
  assertEquals(dolbyVisionAvc.describe(dvav), { ...plain, codec: "dva1.09.04" });
});

Deno.test("dolbyVisionAv1 describes profile 10", () => {
  const dav1 = entry("dav1", { av1C: AV1C, dvvC: "0100 144d 00" });
  assertEquals(dolbyVisionAv1.describe(dav1), { ...plain, codec: "dav1.10.09", colour: PQ });
});

/** Entries of base layers, with the Dolby Vision type that is served, and its codec. */
const BASE_TYPES: [type: string, boxes: Record<string, string>, served: string, codec: string][] = [
  ["hvc1", { hvcC: HVCC, dvcC: "0100 0a35 00" }, "dvh1", "dvh1.05.06"],
  ["hev1", { hvcC: HVCC, dvcC: "0100 0a35 00" }, "dvh1", "dvh1.05.06"],
  ["hev1", { hvcC: `${HEAD} 00`, dvcC: "0100 0a35 00" }, "dvhe", "dvhe.05.06"],
  ["avc1", { avcC: AVCC, dvcC: "0100 0225 00" }, "dva1", "dva1.01.04"],
  ["av01", { av1C: AV1C, dvvC: "0100 144d 00" }, "dav1", "dav1.10.09"],
];

for (const [type, boxes, served, codec] of BASE_TYPES) {
  Deno.test(`findDolbyVisionCodec() finds ${codec} in ${type} without compatibility`, () => {
    const found = findDolbyVisionCodec(entry(type, boxes))!;
    assertEquals(getInitEntryType(found, entry(type, boxes)), served);
    assertEquals(found.describe(entry(type, boxes), sampleOf(HEVC_SPS)).codec, codec);
  });
}

Deno.test("findDolbyVisionCodec() finds no codec of compatible base layers", () => {
  for (const dvcC of ["0100 1035 10", "0100 1035 40", "0100 0e37 60"]) {
    assertEquals(findDolbyVisionCodec(entry("hvc1", { hvcC: HVCC, dvcC })), undefined);
  }
  assertEquals(findDolbyVisionCodec(entry("hvc1", { hvcC: HVCC })), undefined);
});

Deno.test("dolbyVisionHevc rejects an entry without a configuration box", () => {
  const dvh1 = entry("dvh1", { hvcC: HVCC });
  assertThrows(
    () => dolbyVisionHevc.describe(dvh1),
    MediaError,
    "Cannot describe dvh1 without dvcC",
  );
});

Deno.test("dolbyVisionHevc rejects a truncated configuration box", () => {
  const dvh1 = entry("dvh1", { hvcC: HVCC, dvcC: "0100 0a" });
  assertThrows(() => dolbyVisionHevc.describe(dvh1), MediaError, "dvcC: Cannot");
});
