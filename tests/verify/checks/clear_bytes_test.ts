import { assertEquals } from "@std/assert";
import { isLeftClear, type SentSample } from "../../../lib/verify/checks/clear_bytes.ts";
import type { UnitSplitter } from "../../../lib/verify/readers/coded_units.ts";

const bytes = (size: number, first = 0) => Uint8Array.from({ length: size }, (_, i) => first + i);

const SLICE: UnitSplitter = {
  hasTiles: false,
  isAligned: false,
  split: ({ length }) => [{ start: 4, end: length, minHeader: 2 }],
};

const VIDEO: SentSample = {
  rendition: { type: "video" },
  scheme: "cenc",
  splitter: SLICE,
  declaration: undefined,
};

const AUDIO: SentSample = { ...VIDEO, rendition: { type: "audio" }, splitter: undefined };

const declare = (clear: number, encrypted: number): SentSample => ({
  ...VIDEO,
  declaration: { iv: bytes(8), subsamples: [{ clear, encrypted }] },
});

const half = bytes(200);
half[150]!++;

const CASES: [what: string, sent: Uint8Array, sample: SentSample, expected: boolean][] = [
  ["a sample with a slice", bytes(200), VIDEO, true],
  ["an encrypted sample", bytes(200, 1), VIDEO, false],
  ["a slice that may be a header", bytes(60), VIDEO, false],
  ["a sample of a codec without units", bytes(200), { ...VIDEO, splitter: undefined }, true],
  ["a sample of audio", bytes(3), AUDIO, true],
  ["less than a block in cbcs", bytes(15), { ...AUDIO, scheme: "cbcs" }, false],
  ["a block in cbcs", bytes(16), { ...AUDIO, scheme: "cbcs" }, true],
  ["a range that is declared as encrypted", half, declare(20, 100), true],
  ["a range with another byte", half, declare(20, 180), false],
];

for (const [what, sent, sample, expected] of CASES) {
  Deno.test(`isLeftClear() judges ${what}`, () => {
    assertEquals(isLeftClear(sent, bytes(sent.length), sample), expected);
  });
}

Deno.test("isLeftClear() does not compare samples of other sizes", () => {
  assertEquals(isLeftClear(bytes(200), bytes(201), VIDEO), false);
});
