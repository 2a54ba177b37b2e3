import { assert, assertEquals } from "@std/assert";
import { countCharacters, divideAtTimes } from "../../../lib/subtitles/ttml/snapshots.ts";
import type { Group, Leaf, Part } from "../../../lib/subtitles/ttml/part_collector.ts";

const leaf = (text: string, begin: number, end: number): Leaf => ({
  text,
  style: {},
  preserve: false,
  span: { begin, end },
});
const group = (...parts: Part[]): Group => ({ kind: "ruby", language: "", parts });

function format(parts: readonly Part[]): string {
  return parts.map((part) => "kind" in part ? `(${format(part.parts)})` : part.text).join("");
}

const divisions: [what: string, parts: Part[], times: number[], expected: string[]][] = [
  ["no time", [leaf("a", 0, 1)], [], []],
  ["one interval", [leaf("a", 0, 1)], [0, 1], ["0-1 a"]],
  ["leaves in sequence", [leaf("a", 0, 1), leaf("b", 1, 2), leaf("c", 2, 3)], [0, 1, 2, 3], [
    "0-1 a",
    "1-2 b",
    "2-3 c",
  ]],
  ["leaves that add up", [leaf("a", 0, 9), leaf("b", 4, 9), leaf("c", 5, 9)], [0, 4, 5, 9], [
    "0-4 a",
    "4-5 ab",
    "5-9 abc",
  ]],
  ["a gap", [leaf("a", 0, 1), leaf("b", 2, 3)], [0, 1, 2, 3], ["0-1 a", "1-2 ", "2-3 b"]],
  ["groups", [group(leaf("a", 0, 1), group(leaf("b", 1, 2))), group()], [0, 1, 2], [
    "0-1 (a)",
    "1-2 ((b))",
  ]],
];

for (const [what, parts, times, expected] of divisions) {
  Deno.test(`divideAtTimes() divides ${what}`, () => {
    const snapshots = Array.from(
      divideAtTimes(parts, times),
      ({ span, parts }) => `${span.begin}-${span.end} ${format(parts)}`,
    );
    assertEquals(snapshots, expected);
  });
}

Deno.test("divideAtTimes() visits a leaf about as often as times are halved", () => {
  const count = 1024;
  let visits = 0;
  const parts = Array.from({ length: count }, (_, i): Leaf => ({
    ...leaf("a", i, i + 1),
    get span() {
      visits++;
      return { begin: i, end: i + 1 };
    },
  }));
  const times = Array.from({ length: count + 1 }, (_, i) => i);
  assertEquals([...divideAtTimes(parts, times)].length, count);
  assert(visits < 4 * count * Math.log2(count), `${visits} visits`);
});

Deno.test("countCharacters() counts texts and 16 characters for each", () => {
  assertEquals(countCharacters([leaf("abc", 0, 1), group(leaf("d", 0, 1), group())]), 4 + 2 * 16);
});
