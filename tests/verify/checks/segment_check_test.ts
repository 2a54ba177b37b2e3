import { assertEquals } from "@std/assert";
import { Builder } from "../../../lib/verify/build.ts";
import { SegmentCheck } from "../../../lib/verify/checks/segment_check.ts";
import { Findings } from "../../../lib/verify/findings.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";

class OddCheck extends SegmentCheck<number> {
  override segment(index: number, bytes: number): Promise<void> {
    if (bytes % 2 === 0) this.count(bytes, 10);
    else this.reportAt(index)("size", `got ${bytes}`, 4);
    return Promise.resolve();
  }

  override finish(): void {
    this.reportAt()("lost sample", "missing");
  }
}

Deno.test("SegmentCheck reports at its location, and counts segments", async () => {
  const findings = new Findings();
  const check = new OddCheck("CMAF", "video", new Builder(GENERATORS, findings));
  for (const [index, bytes] of [100, 51, 20].entries()) await check.segment(index, bytes);
  check.finish();
  const location = { format: "CMAF", rendition: "video" } as const;
  assertEquals(check.tally, { location, segments: 2, samples: 20, bytes: 120 });
  assertEquals(findings.list(), [
    { ...location, segment: 2, sample: 5, rule: "size", message: "got 51" },
    { ...location, rule: "lost sample", message: "missing" },
  ]);
});
