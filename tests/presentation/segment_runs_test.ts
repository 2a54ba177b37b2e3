import { assertEquals } from "@std/assert";
import { formatRuns } from "../../lib/presentation/segment_runs.ts";

const cases: [boundaries: number[], text: string][] = [
  [[], ""],
  [[0], ""],
  [[5, 7], "2×1@5 "],
  [[0, 2, 4, 6], "2×3@0 "],
  [[0, 2, 4, 7, 10, 12], "2×2@0 3×2 2×1 "],
];

for (const [boundaries, text] of cases) {
  Deno.test(`formatRuns() of [${boundaries}]`, () => {
    const formatted = formatRuns(
      Float64Array.from(boundaries),
      (duration, count, time) => `${duration}×${count}${time === undefined ? "" : `@${time}`} `,
    );
    assertEquals(formatted, text);
  });
}
