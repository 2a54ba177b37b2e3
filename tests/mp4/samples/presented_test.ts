import { assertEquals } from "@std/assert";
import { PresentedSamples } from "../../../lib/mp4/samples/presented.ts";

const cases: [hidden: number[] | undefined, presented: number[]][] = [
  [undefined, [0, 1, 2, 3, 4, 5]],
  [[], [0, 1, 2, 3, 4, 5]],
  [[0, 1], [2, 3, 4, 5]],
  [[1, 2, 5], [0, 3, 4]],
  [[0, 2, 4], [1, 3, 5]],
];

for (const [hidden, presented] of cases) {
  Deno.test(`PresentedSamples without ${JSON.stringify(hidden)} are ${presented}`, () => {
    const samples = new PresentedSamples({ count: 6, hidden: hidden && Float64Array.from(hidden) });
    const indexes = Array.from({ length: samples.count }, (_, i) => samples.toTable(i));
    assertEquals(indexes, presented);
    assertEquals([0, 1, 2, 3, 4, 5].filter((index) => samples.has(index)), presented);
  });
}
