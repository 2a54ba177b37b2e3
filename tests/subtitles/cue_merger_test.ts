import { assertEquals } from "@std/assert";
import { CueMerger } from "../../lib/subtitles/cue_merger.ts";

/** Samples with the text of their cues, and the merged cues. */
const tracks: [
  what: string,
  samples: [number, number, string[]][],
  cues: [number, number, string][],
][] = [
  ["one cue", [[0, 1000, ["a"]]], [[0, 1000, "a"]]],
  ["a cue in two samples", [[0, 1000, ["a"]], [1000, 2000, ["a"]]], [[0, 2000, "a"]]],
  ["a cue that reappears", [[0, 1000, ["a"]], [1000, 2000, []], [2000, 3000, ["a"]]], [
    [0, 1000, "a"],
    [2000, 3000, "a"],
  ]],
  ["overlapping cues", [[0, 1000, ["a"]], [1000, 2000, ["a", "b"]], [2000, 3000, ["b"]]], [
    [0, 2000, "a"],
    [1000, 3000, "b"],
  ]],
  ["the same cue twice", [[0, 1000, ["a", "a"]], [1000, 2000, ["a"]]], [[0, 2000, "a"], [
    0,
    1000,
    "a",
  ]]],
  ["samples with a gap", [[0, 1000, ["a"]], [1001, 2000, ["a"]]], [[0, 1000, "a"], [
    1001,
    2000,
    "a",
  ]]],
];

for (const [what, samples, cues] of tracks) {
  Deno.test(`CueMerger merges ${what}`, () => {
    const merger = new CueMerger();
    for (const [start, end, texts] of samples) {
      merger.add({ start, end }, texts.map((text) => ({ id: "", settings: "", text })));
    }
    assertEquals(merger.cues().map(({ start, end, text }) => [start, end, text]), cues);
  });
}

Deno.test("CueMerger separates cues of different sources", () => {
  const merger = new CueMerger();
  const cue = { id: "", settings: "", text: "a" };
  merger.add({ start: 0, end: 1000 }, [{ ...cue, source: 1 }]);
  merger.add({ start: 1000, end: 2000 }, [{ ...cue, source: 2 }]);
  assertEquals(merger.cues().length, 2);
});

Deno.test("CueMerger ignores a cue of more than 64 KB, and counts it", () => {
  const merger = new CueMerger();
  const text = "a".repeat(2 ** 16);
  merger.add({ start: 0, end: 1000 }, [{ id: "", settings: "", text }]);
  assertEquals(merger.warnings, []);
  merger.add({ start: 1000, end: 2000 }, [{ id: "1", settings: "", text }]);
  assertEquals(merger.cues().length, 1);
  assertEquals(merger.warnings, ["Cues of more than 65536 bytes are ignored: 1"]);
});
