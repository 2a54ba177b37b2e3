import { assertEquals } from "@std/assert";
import { createMeasurements, findDependentSegments } from "../../lib/verify/measurements.ts";
import type { SegmentMeasurements } from "../../lib/verify/measurements.ts";

/** `i`: independent, `d`: dependent, `x`: could not be read. */
const cases: [segments: string, dependent: number[]][] = [
  ["", []],
  ["iii", []],
  ["diddi", [2, 3]], // there is no segment before the first one
  ["ixd", [2]],
];

for (const [segments, dependent] of cases) {
  Deno.test(`findDependentSegments() of '${segments}' returns [${dependent}]`, () => {
    const measurements = createMeasurements();
    for (const letter of segments) {
      const segment = { independent: letter === "i" } as SegmentMeasurements;
      measurements.cmaf.push(letter === "x" ? undefined : segment);
    }
    assertEquals(findDependentSegments(measurements), dependent);
  });
}
