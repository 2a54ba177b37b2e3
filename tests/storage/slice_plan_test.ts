import { assertEquals } from "@std/assert";
import { getPlanSize, readPlan, type SegmentPlan, slicePlan } from "../../lib/storage/read_plan.ts";

/** Byte `i` is `i`. */
const SOURCE = {
  name: "test",
  size: 256,
  synchronous: true,
  read(offset: number, into: Uint8Array) {
    for (let i = 0; i < into.length; i++) into[i] = offset + i;
  },
  close() {},
};

Deno.test("slicePlan() returns every range of a plan", () => {
  const plan: SegmentPlan = {
    type: "video/mp4",
    header: new Uint8Array([1, 2, 3]),
    ranges: [[100, 4], [50, 2], [110, 3]].map(([offset, size]) => ({
      source: SOURCE,
      offset: offset!,
      size: size!,
    })),
  };
  const whole = readPlan(plan, new Uint8Array(0)) as Uint8Array;
  for (let start = 0; start <= whole.length; start++) {
    for (let end = start; end <= whole.length; end++) {
      const slice = slicePlan(plan, start, end);
      assertEquals(getPlanSize(slice), end - start);
      assertEquals(readPlan(slice, new Uint8Array(0)), whole.slice(start, end));
    }
  }
});
