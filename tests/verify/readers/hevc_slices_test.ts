import { assertEquals } from "@std/assert";
import { HevcSliceMeter } from "../../../lib/verify/readers/hevc_slices.ts";
import { bitsOf, nalOf, se, ue } from "../../codecs/entry.ts";
import { buildPps, buildSps } from "../../codecs/nal/hevc_parameter_sets.ts";
import {
  align,
  DATA,
  FIRST,
  HEVC_SLICE_HEADERS,
  I,
  IDR,
  MERGE,
  NO_OVERRIDE,
  QP,
  simpleP,
  TRAIL,
} from "../../codecs/nal/hevc_slice_headers.ts";

for (const [what, sps, pps, bits] of HEVC_SLICE_HEADERS) {
  Deno.test(`HevcSliceMeter measures the header of ${what}`, () => {
    const meter = new HevcSliceMeter([buildSps(sps), buildPps(pps)]);
    const aligned = align(bits);
    const prevention = bitsOf(nalOf(aligned + DATA)).length / 8 - aligned.length / 8 - 9;
    assertEquals(meter.measure(nalOf(aligned + DATA)), aligned.length / 8 + prevention);
  });
}

Deno.test("HevcSliceMeter counts byte_alignment() after a whole byte", () => {
  const meter = new HevcSliceMeter([buildSps({}), buildPps({ start: "01000" })]);
  const bits = IDR + "1" + "0" + ue(0) + I + "1" + se(0);
  assertEquals([bits.length, meter.measure(nalOf(align(bits) + DATA))], [24, 4]);
});

Deno.test("HevcSliceMeter uses parameter sets from where they are", () => {
  const meter = new HevcSliceMeter([buildSps({}), buildPps({})]);
  const bits = align(simpleP + NO_OVERRIDE + MERGE + QP);
  const longer = align(simpleP + NO_OVERRIDE + MERGE + QP + ue(2) + "1".repeat(16));
  assertEquals(meter.measure(nalOf(bits + DATA)), bits.length / 8);
  meter.readSet(buildPps({ extension: "10" }));
  assertEquals(meter.measure(nalOf(longer + DATA)), longer.length / 8);
});

Deno.test("HevcSliceMeter does not know a slice without its parameter sets, or of another layer", () => {
  const meter = new HevcSliceMeter([buildSps({}), buildPps({})]);
  assertEquals(meter.measure(nalOf(TRAIL + "1" + ue(5) + DATA)), undefined);
  assertEquals(meter.measure(Uint8Array.of(2, 9, 255)), undefined);
  meter.readSet(Uint8Array.of(34 << 1, 1 << 3 | 1, 0));
  const slice = nalOf(TRAIL + FIRST + I + DATA);
  assertEquals(new HevcSliceMeter([buildPps({})]).measure(slice), undefined);
});
