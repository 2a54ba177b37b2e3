import { assertEquals, assertThrows } from "@std/assert";
import { createAvcSliceHeaderMeter } from "../../../lib/codecs/nal/avc_slice_header.ts";
import { MediaError } from "../../../lib/errors.ts";
import { nalOf, se, ue } from "../entry.ts";
import {
  AVC_SLICE_HEADERS,
  buildPps,
  buildSps,
  countEmulationPrevention,
  DATA,
  I,
  IDR,
  LSB,
  OTHER,
  P,
  QP,
  REFERENCE,
  start,
} from "./avc_slice_headers.ts";

for (const [what, sps, pps, header] of AVC_SLICE_HEADERS) {
  Deno.test(`createAvcSliceHeaderMeter() measures the header of ${what}`, () => {
    const measure = createAvcSliceHeaderMeter([buildSps(sps), buildPps(pps)]);
    const bytes = Math.ceil(header.length / 8);
    assertEquals(measure(nalOf(header + DATA)), bytes + countEmulationPrevention(header));
  });
}

Deno.test("createAvcSliceHeaderMeter() counts emulation prevention bytes", () => {
  const order = ue(12, 0, 12);
  const measure = createAvcSliceHeaderMeter([buildSps({ order }), buildPps({})]);
  const zeros = IDR + ue(0, I, 0) + "0".repeat(16) + ue(2 ** 16 - 1) + "0".repeat(16) + "00" +
    se(0);
  const nal = nalOf(zeros + DATA);
  assertEquals([zeros.length, nal.length, measure(nal)], [85, 19 + 2, 11 + 2]);
});

Deno.test("createAvcSliceHeaderMeter() uses parameter sets from where they are", () => {
  const measure = createAvcSliceHeaderMeter([buildSps({}), buildPps({})]);
  const header = start(OTHER, I) + LSB + QP;
  const longer = start(OTHER, I) + LSB + QP + ue(0) + se(6, -6);
  const sizes = [
    nalOf(header + DATA),
    buildPps({ deblocking: "1" }),
    nalOf(longer + DATA),
    buildPps({}),
    nalOf(header + DATA),
  ].map(measure);
  const bytes = (bits: string) => Math.ceil(bits.length / 8);
  assertEquals(sizes, [bytes(header), undefined, bytes(longer), undefined, bytes(header)]);
});

const clear: [what: string, type: number][] = [["SEI", 6], ["an AUD", 9], ["filler data", 12], [
  "NAL type 28",
  28,
]];

for (const [what, type] of clear) {
  Deno.test(`createAvcSliceHeaderMeter() leaves ${what} clear`, () => {
    assertEquals(createAvcSliceHeaderMeter([])(Uint8Array.of(type, 255, 255)), undefined);
  });
}

const rejected: [what: string, nal: Uint8Array, code: string, message: string][] = [
  ["a data partition", Uint8Array.of(2, 255), "MEDIA_INVALID", "Cannot protect NAL unit type 2"],
  [
    "a slice of a view",
    Uint8Array.of(20, 255),
    "MEDIA_UNSUPPORTED",
    "Cannot protect NAL unit type 20",
  ],
  ["an absent PPS", nalOf(OTHER + ue(0, I, 7)), "MEDIA_INVALID", "PPS 7 is missing"],
  ["slice type 10", nalOf(OTHER + ue(0, 10, 0)), "MEDIA_INVALID", "Cannot read slice type 10"],
  [
    "a truncated header",
    nalOf(OTHER + ue(0, I, 0)),
    "MEDIA_INVALID",
    "Cannot read past the 3 bytes",
  ],
  [
    "an unknown modification",
    nalOf(start(OTHER, P) + LSB + "0" + "1" + ue(4, 4, 4)),
    "MEDIA_INVALID",
    "Cannot read modification_of_pic_nums_idc 4",
  ],
  [
    "an unknown memory operation",
    nalOf(start(REFERENCE, I) + LSB + "1" + ue(7)),
    "MEDIA_INVALID",
    "Cannot read memory_management_control_operation 7",
  ],
];

for (const [what, nal, code, message] of rejected) {
  Deno.test(`createAvcSliceHeaderMeter() rejects ${what}`, () => {
    const measure = createAvcSliceHeaderMeter([buildSps({}), buildPps({})]);
    const error = assertThrows(() => measure(nal), MediaError, message);
    assertEquals(error.code, code);
  });
}

Deno.test("createAvcSliceHeaderMeter() rejects a PPS whose SPS is absent", () => {
  const measure = createAvcSliceHeaderMeter([buildPps({})]);
  assertThrows(() => measure(nalOf(start(OTHER, I))), MediaError, "SPS 0 is missing");
});
