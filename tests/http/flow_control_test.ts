import { assertEquals } from "@std/assert";
import { FlowControl } from "../../lib/http/flow_control.ts";
import { PlanReader } from "../../lib/http/plan_reader.ts";

const LIMITS = { maxWhole: 1000, maxInFlight: 1500, sliceSize: 100 };

const cases: [sent: number[], size: number, large: boolean][] = [
  [[], 1000, false],
  [[], 1001, true],
  [[900], 600, false],
  [[900], 601, true],
  [[900, 900], 200, false], // one or two slices
  [[900, 900], 201, true],
  [Array(20).fill(200), 1000, false], // not counted
];

for (const [sent, size, large] of cases) {
  Deno.test(`FlowControl.isLarge() returns ${large} for ${size} bytes after [${sent}]`, () => {
    const flow = new FlowControl(LIMITS, new PlanReader(0), () => 0);
    for (const [i, bytes] of sent.entries()) flow.count(bytes, { connection: `${i}` });
    assertEquals(flow.isLarge(size), large);
  });
}

Deno.test("FlowControl.count() ignores bodies of unknown connections", () => {
  const flow = new FlowControl(LIMITS, new PlanReader(0), () => 0);
  flow.count(900, {});
  assertEquals(flow.inFlight, 0);
});
