import { assertEquals } from "@std/assert";
import { checkSmoothBoxes } from "../../../lib/verify/checks/smooth_boxes.ts";
import type { MovieFragment } from "../../../lib/verify/readers/fragment.ts";
import { recordFindings } from "../recorded_findings.ts";

const TFXD = { time: 7, duration: 50 };
/** sample_depends_on 2, then 1 with sample_is_non_sync_sample (14496-12 §8.6.4.3, §8.8.3.1). */
const [SDTP, FLAGS] = [Uint8Array.of(0x20, 0x10), [0x02000000, 0x01010000]];
const TRAF = { tfxd: TFXD, sdtp: SDTP };
const SAMPLES = { count: 2, durations: [20, 30], flags: FLAGS };

const cases: [what: string, fragment: object, findings: string[]][] = [
  ["a valid fragment", {}, []],
  ["a styp", { boxTypes: ["styp", "moof", "mdat"] }, [
    "boxes: got styp moof mdat, expected moof mdat",
  ]],
  ["two trafs", { trafs: [TRAF, TRAF] }, ["boxes: got 2 trafs, expected 1"]],
  ["unused bytes", { unusedMdatBytes: 3 }, ["mdat: 3 bytes belong to no sample"]],
  ["no sdtp", { trafs: [{ tfxd: TFXD }] }, ["boxes: got 0 rows in sdtp, expected 2"]],
  ["a wrong sdtp", { trafs: [{ ...TRAF, sdtp: Uint8Array.of(0x20, 0x20) }] }, [
    "flags: sdtp contradicts sample 2 of the fragment",
  ]],
  ["another duration", { trafs: [{ ...TRAF, tfxd: { time: 7, duration: 51 } }] }, [
    "duration: tfxd has 51, the samples 50 (100 ns)",
  ]],
];

for (const [what, change, expected] of cases) {
  Deno.test(`checkSmoothBoxes() checks ${what}`, () => {
    const { report, findings } = recordFindings();
    const valid = {
      boxTypes: ["moof", "mdat"],
      trafs: [TRAF],
      samples: SAMPLES,
      unusedMdatBytes: 0,
    };
    const fragment = { ...valid, ...change } as unknown as MovieFragment;
    assertEquals(checkSmoothBoxes(fragment, report), fragment.trafs[0]!.tfxd);
    assertEquals(findings, expected);
  });
}

Deno.test("checkSmoothBoxes() returns undefined without tfxd", () => {
  const { report, findings } = recordFindings();
  const trafs = [{ sdtp: SDTP }];
  const fragment = { boxTypes: ["moof", "mdat"], trafs, samples: SAMPLES, unusedMdatBytes: 0 };
  assertEquals(checkSmoothBoxes(fragment as unknown as MovieFragment, report), undefined);
  assertEquals(findings, ["boxes: tfxd is missing"]);
});
