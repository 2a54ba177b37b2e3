import { assertEquals } from "@std/assert";
import { PcrCheck } from "../../../lib/verify/checks/pcr.ts";
import type { DemuxedPes, DemuxedSegment } from "../../../lib/verify/readers/ts_demuxer.ts";
import { recordFindings } from "../recorded_findings.ts";

/** PCR in ticks of 90 kHz, and the DTS of its PES packet. */
type Clock = [pcr: number | undefined, dts?: number];

/** One list of clocks for each segment. */
const cases: [what: string, segments: Clock[][], findings: string[]][] = [
  ["a constant delay", [[[0, 900], [9000, 9900]], [[18000, 18900]]], []],
  ["PCRs of packets without a DTS", [[[0, 900], [9000]]], []],
  ["a wrap of both", [[[2 ** 33 - 900, 0], [8000, 8900]]], []],
  ["an interval of 100 ms and a tick", [[[0, 900], [9001]]], [
    "PCR: number 2 of the segment is 0.100011 s after the previous one",
  ]],
  ["an interval between segments", [[[0, 900]], [[9900, 10800]]], [
    "PCR: number 1 of the segment is 0.110000 s after the previous one",
  ]],
  ["a clock that goes back", [[[9000, 9900], [8100, 9000]]], [
    "PCR: number 2 of the segment is -0.010000 s after the previous one",
  ]],
  ["a repeated PCR", [[[9000, 9900], [9000]]], [
    "PCR: number 2 of the segment is 0.000000 s after the previous one",
  ]],
  ["a segment without a PCR at its start", [[[undefined, 900], [0, 900]]], [
    "PCR: missing at the start of the segment",
  ]],
  ["another delay", [[[0, 900]], [[9000, 9901]]], [
    "PCR: got 901 ticks of 90 kHz until DTS 9901, expected 900",
  ]],
  ["data that arrives after it is decoded", [[[10, 9]]], ["PCR: 1 ticks of 90 kHz after DTS 9"]],
];

function toPcr(ticks: number | undefined): number | undefined {
  return ticks === undefined ? undefined : ticks * 300;
}

for (const [what, segments, expected] of cases) {
  Deno.test(`PcrCheck checks ${what}`, () => {
    const check = new PcrCheck();
    const { report, findings } = recordFindings();
    for (const clocks of segments) {
      const pcrs = clocks.flatMap(([pcr]) => pcr === undefined ? [] : [{ time: pcr * 300 }]);
      const video = clocks.flatMap(([pcr, dts]) =>
        dts === undefined ? [] : [{ pcr: toPcr(pcr), dts }]
      );
      const longestSampleSeconds = 0.04;
      const packets = video as DemuxedPes[];
      check.check(
        { pcrs } as unknown as DemuxedSegment,
        { video: packets, longestSampleSeconds },
        report,
      );
    }
    assertEquals(findings, expected);
  });
}

Deno.test("PcrCheck permits longer intervals in samples of many minutes, and after them", () => {
  const check = new PcrCheck();
  const { report, findings } = recordFindings();
  for (const [i, longestSampleSeconds] of [120, 0.04, 0.04].entries()) { // 120 s in 1000 PCRs
    const pcrs = [{ time: i * 2 * 0.12 * 27e6 }, { time: (i * 2 + 1) * 0.12 * 27e6 }];
    check.check({ pcrs } as unknown as DemuxedSegment, { video: [], longestSampleSeconds }, report);
  }
  assertEquals(findings.length, 2); // in the third segment
});
