import { assertEquals } from "@std/assert";
import { diffSamples } from "../../../lib/verify/checks/sample_diff.ts";

/** Each letter is a sample. */
const cases: [
  got: string,
  source: string,
  found: Partial<Omit<ReturnType<typeof diffSamples>, "pairs">>,
][] = [
  ["abcdef", "abcdef", {}],
  ["abdef", "abcdef", { lost: [2] }],
  ["bcdef", "abcdef", { lost: [0] }],
  ["abcde", "abcdef", { lost: [5] }],
  ["", "abc", { lost: [0, 1, 2] }],
  ["abc", "", { extra: [0, 1, 2] }],
  ["abccdef", "abcdef", { repeated: [3] }],
  ["abcabcdef", "abcdef", { repeated: [3, 4, 5] }],
  ["acbdef", "abcdef", { moved: [1] }],
  ["abxcdef", "abcdef", { extra: [2] }],
  ["abxdef", "abcdef", {}],
  ["abdexf", "abcdef", { lost: [2], extra: [4] }],
];

for (const [got, source, found] of cases) {
  Deno.test(`diffSamples() compares '${got}' with '${source}'`, () => {
    const counts = { got: got.length, source: source.length };
    const { pairs, ...rest } = diffSamples(counts, (g, s) => got[g] === source[s]);
    assertEquals(rest, { lost: [], moved: [], repeated: [], extra: [], ...found });
    for (const { got: g, source: s, equal } of pairs) assertEquals(equal, got[g] === source[s]);
    const without = rest.lost.length + rest.moved.length;
    assertEquals(pairs.length, source.length - without);
  });
}

Deno.test("diffSamples() reports no loss at the end of an open window", () => {
  const [got, source] = ["abd", "abcdef"];
  const counts = { got: got.length, source: source.length, open: true };
  assertEquals(diffSamples(counts, (g, s) => got[g] === source[s]).lost, [2]);
});

Deno.test("diffSamples() pairs long sequences without equal samples", () => {
  const counts = { got: 1000, source: 1000 };
  const { pairs, lost, extra } = diffSamples(counts, () => false);
  assertEquals([pairs.length, lost, extra], [1000, [], []]);
});
