import { assertEquals } from "@std/assert";
import { AvcSliceMeter } from "../../../lib/verify/readers/avc_slices.ts";
import { nalOf, se, ue } from "../../codecs/entry.ts";
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
  QP,
  start,
} from "../../codecs/nal/avc_slice_headers.ts";

for (const [what, sps, pps, header] of AVC_SLICE_HEADERS) {
  Deno.test(`AvcSliceMeter measures the header of ${what}`, () => {
    const meter = new AvcSliceMeter([buildSps(sps), buildPps(pps)]);
    const size = Math.ceil(header.length / 8) + countEmulationPrevention(header);
    assertEquals(meter.measure(nalOf(header + DATA)), pps.groups ? undefined : size);
  });
}

Deno.test("AvcSliceMeter counts emulation prevention bytes", () => {
  const meter = new AvcSliceMeter([buildSps({ order: ue(12, 0, 12) }), buildPps({})]);
  const zeros = IDR + ue(0, I, 0) + "0".repeat(16) + ue(2 ** 16 - 1) + "0".repeat(16) + "00" +
    se(0);
  assertEquals(meter.measure(nalOf(zeros + DATA)), 11 + 2);
});

Deno.test("AvcSliceMeter uses parameter sets from where they are", () => {
  const meter = new AvcSliceMeter([buildSps({}), buildPps({})]);
  const header = start(OTHER, I) + LSB + QP;
  const longer = header + ue(0) + se(6, -6);
  assertEquals(meter.measure(nalOf(header + DATA)), Math.ceil(header.length / 8));
  meter.readSet(buildPps({ deblocking: "1" }));
  assertEquals(meter.measure(nalOf(longer + DATA)), Math.ceil(longer.length / 8));
});

Deno.test("AvcSliceMeter does not know a slice without its parameter sets", () => {
  const slice = nalOf(start(OTHER, I) + LSB + QP + DATA);
  assertEquals(new AvcSliceMeter([]).measure(slice), undefined);
  assertEquals(new AvcSliceMeter([buildPps({})]).measure(slice), undefined);
});
