import { assertEquals } from "@std/assert";
import { findUniformFields, type UniformFields } from "../../../lib/mp4/samples/sample_table.ts";

const CASES: [durations: number[], offsets: number[], flags: number[], expected: UniformFields][] =
  [
    [[5], [0], [1], { durations: true, offsets: true, flags: "all" }],
    [[5, 5, 5], [9, 9, 9], [1, 1, 1], { durations: true, offsets: true, flags: "all" }],
    [[5, 5, 6], [0, 0, 0], [2, 1, 1], { durations: false, offsets: true, flags: "all but first" }],
    [[5, 5, 5], [0, 9, 0], [1, 1, 2], { durations: true, offsets: false, flags: "mixed" }],
  ];

for (const [durations, offsets, flags, expected] of CASES) {
  Deno.test(`findUniformFields() compares ${durations} / ${offsets} / ${flags}`, () => {
    const samples = {
      durations: Uint32Array.from(durations),
      compositionOffsets: Int32Array.from(offsets),
      flags: Uint32Array.from(flags),
    };
    assertEquals(findUniformFields(samples), expected);
  });
}
