import { assertEquals } from "@std/assert";
import {
  allowsSkipMode,
  deriveReferences,
  getRelativeDistance,
} from "../../lib/codecs/av1_frame_references.ts";

Deno.test("getRelativeDistance() wraps around", () => {
  const distances = [[5, 3], [3, 5], [1, 127], [127, 1], [64, 0]].map(([a, b]) =>
    getRelativeDistance(a!, b!, 7)
  );
  assertEquals(distances, [2, -2, 2, -2, -64]);
  assertEquals(getRelativeDistance(3, 1, 0), 0);
});

function buildSlots(hints: readonly (number | undefined)[]) {
  const rest = { isKey: false, upscaledWidth: 64, height: 64, segmentation: [] };
  return hints.map((orderHint) => orderHint === undefined ? undefined : { ...rest, orderHint });
}

type Case = [
  what: string,
  hints: (number | undefined)[],
  last: number,
  golden: number,
  expected: number[],
];

/** LAST, LAST2, LAST3, GOLDEN, BWDREF, ALTREF2, ALTREF of frame 20. */
const frames: Case[] = [
  ["frames on both sides", [18, 16, 14, 8, 22, 24, 32, 4], 0, 3, [0, 1, 2, 3, 4, 5, 6]],
  ["only earlier frames", [19, 18, 17, 16, 15, 14, 13, 12], 0, 1, [0, 2, 3, 1, 4, 5, 6]],
  ["equal frames", [16, 16, 16, 16, 16, 16, 16, 16], 2, 5, [2, 7, 6, 5, 4, 3, 1]],
  [
    "later frames, and fewer earlier ones than references",
    [10, 10, 40, 40, 40, 40, 40, 40],
    0,
    1,
    [0, 0, 0, 1, 2, 3, 7],
  ],
];

for (const [what, hints, last, golden, expected] of frames) {
  Deno.test(`deriveReferences() derives references from ${what}`, () => {
    const signaling = { last, golden, orderHint: 20, orderHintBits: 7 };
    const references = deriveReferences(buildSlots(hints), signaling);
    assertEquals(references, expected);
  });
}

const modes: [what: string, hints: number[], expected: boolean][] = [
  ["references on both sides", [18, 18, 18, 18, 22, 22, 22], true],
  ["two earlier references", [18, 18, 16, 18, 18, 18, 18], true],
  ["one earlier reference", [18, 18, 18, 18, 18, 18, 18], false],
  ["one earlier reference and the current hint", [18, 20, 18, 18, 18, 18, 18], false],
  ["only later references", [22, 22, 24, 22, 22, 22, 22], false],
];

for (const [what, hints, expected] of modes) {
  Deno.test(`allowsSkipMode() returns ${expected} for ${what}`, () => {
    assertEquals(allowsSkipMode(hints, 20, 7), expected);
  });
}

Deno.test("allowsSkipMode() returns false without order hints", () => {
  assertEquals(allowsSkipMode([18, 16, 22], 20, 0), false);
});
