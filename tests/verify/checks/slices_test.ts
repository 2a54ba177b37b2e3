import { assertEquals } from "@std/assert";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { checkSlices } from "../../../lib/verify/checks/slices.ts";
import { ascii } from "../../mp4/movie_file.ts";
import { recordFindings } from "../recorded_findings.ts";

const WHOLE = "headersamples";

/** Slices as their text, and the size that they declare if it is another one. */
const cases: [slices: [text: string, size?: number][], findings: string[]][] = [
  [[["header"], ["samples"]], []],
  [[["header"], ["sample"]], ["slices: got 12 bytes in total, expected 13"]],
  [[["header"], ["samples", 8]], ["slices: got 7 bytes, declared 8"]],
  [[["header"], ["sAmples"]], ["slices: the slice at byte 6 differs from the segment"]],
  [[["samples"], ["header"]], ["slices: the slice at byte 0 differs from the segment"]],
  [[["header"], ["samples"], ["s"]], ["slices: the slice at byte 13 differs from the segment"]],
];

function plan(text: string): SegmentPlan {
  return { type: "video/mp2t", header: ascii(text), ranges: [] };
}

for (const [slices, expected] of cases) {
  Deno.test(`checkSlices() compares ${JSON.stringify(slices)} with '${WHOLE}'`, async () => {
    const { report, findings } = recordFindings();
    const sliced = slices.map(([text, size = text.length]) => ({ size, plan: plan(text) }));
    await checkSlices({ ...plan(""), slices: () => sliced }, ascii(WHOLE), report);
    assertEquals(findings, expected);
  });
}

Deno.test("checkSlices() ignores plans without slices", async () => {
  const { report, findings } = recordFindings();
  await checkSlices(plan("x"), ascii(WHOLE), report);
  assertEquals(findings, []);
});
