import { assertEquals } from "@std/assert";
import { checkSubsamples, type SampleLayout } from "../../../lib/verify/checks/subsamples.ts";
import type { CodedUnit, UnitSplitter } from "../../../lib/verify/readers/coded_units.ts";

type Pairs = readonly (readonly [clear: number, encrypted: number])[];

/** A delimiter, and a slice of 1000 bytes, each after a length of 4 bytes. */
const UNITS: readonly CodedUnit[] = [
  { start: 4, end: 6, minHeader: undefined },
  { start: 10, end: 1010, minHeader: 2 },
];

const SPLITTER: UnitSplitter = { hasTiles: false, isAligned: false, split: () => [...UNITS] };

function check(
  pairs: Pairs | undefined,
  layout: Partial<SampleLayout> = {},
  sample = new Uint8Array(1010),
): string[] {
  const found: string[] = [];
  const subsamples = pairs?.map(([clear, encrypted]) => ({ clear, encrypted }));
  checkSubsamples({ sample, subsamples }, {
    rendition: { type: "video" },
    scheme: "cbcs",
    splitter: SPLITTER,
    units: UNITS,
    ...layout,
  }, (message) => found.push(message));
  return found;
}

Deno.test("checkSubsamples() accepts a slice behind its header", () => {
  assertEquals(check([[17, 993]]), []);
  assertEquals(check([[18, 992]], { scheme: "cenc" }), []);
  assertEquals(check(undefined, { rendition: { type: "audio" } }), []);
});

const WRONG: [what: string, pairs: Pairs | undefined, message: string][] = [
  ["a whole sample of video", undefined, "the whole sample is encrypted, with its headers"],
  ["another sum", [[17, 992]], "the sum is 1009 bytes, expected 1010"],
  ["an encrypted length", [[9, 1001]], "bytes 9 to 1010 are encrypted, but begin with a header"],
  [
    "an encrypted delimiter",
    [[4, 2], [11, 993]],
    "bytes 4 to 6 are encrypted, but begin with a header",
  ],
  ["an encrypted header", [[11, 999]], "bytes 11 to 1010 are encrypted, but begin with a header"],
  [
    "a clear end",
    [[17, 990], [3, 0]],
    "bytes 17 to 1007 are encrypted, expected up to the end of the unit at 1010",
  ],
  ["a clear slice", [[1010, 0]], "1000 of 1000 bytes of the slice at byte 10 are clear"],
  ["a clear half", [[610, 400]], "600 of 1000 bytes of the slice at byte 10 are clear"],
];

for (const [what, pairs, message] of WRONG) {
  Deno.test(`checkSubsamples() reports ${what}`, () => {
    assertEquals(check(pairs)[0], message);
  });
}

Deno.test("checkSubsamples() reports partial blocks of cenc, and of VP9", () => {
  const message = "993 bytes are encrypted, expected whole blocks";
  assertEquals(check([[17, 993]], { scheme: "cenc" }), [message]);
  assertEquals(check([[17, 993]], { splitter: { ...SPLITTER, isAligned: true } }), [message]);
});

Deno.test("checkSubsamples() accepts several tiles in a unit", () => {
  const tiles: Pairs = [[40, 400], [2, 400], [0, 168]];
  const layout = { splitter: { ...SPLITTER, hasTiles: true } };
  const sample = new Uint8Array(1010);
  new DataView(sample.buffer).setUint16(38, 399, true);
  new DataView(sample.buffer).setUint16(440, 399, true);
  assertEquals(check(tiles, layout, sample), []);
  assertEquals(check(tiles).length, 2);
  assertEquals(check([[41, 399], [2, 400], [0, 168]], layout, sample), [
    "bytes 41 to 440 are encrypted, but are no tile",
  ]);
  assertEquals(check([[40, 400], [2, 400], [1, 167]], layout, sample), [
    "bytes 843 to 1010 are encrypted, but are no tile",
  ]);
  const blocks: Pairs = [[40, 400], [2, 400], [8, 160]];
  assertEquals(check(blocks, { ...layout, scheme: "cenc" }, sample), []);
});

Deno.test("checkSubsamples() leaves the smallest of many slices clear", () => {
  const all: Pairs = [[10, 0], ...Array.from({ length: 40 }, () => [10, 15] as const)];
  const units = Array.from({ length: 40 }, (_, i) => {
    const start = 10 + 25 * i;
    return { start, end: start + 25, minHeader: 2 };
  });
  assertEquals(check(all, { units }), []);
  const more: Pairs = [...all.slice(0, -1), [10, 0], [0, 0], [0, 15]];
  assertEquals(check(more, { units })[0], "got 43, expected at most 42");
});

Deno.test("checkSubsamples() reports subsamples of audio", () => {
  const message = "audio has subsamples, expected whole samples";
  assertEquals(check([[0, 1010]], { rendition: { type: "audio" } }), [message]);
});

Deno.test("checkSubsamples() knows where a slice starts if its header is known", () => {
  const units = UNITS.map((unit) => unit.minHeader ? { ...unit, header: 7 } : unit);
  assertEquals(check([[17, 993]], { units }), []);
  assertEquals(check([[18, 992]], { units, scheme: "cenc" }), []);
  assertEquals(check([[18, 992]], { units }), [
    "992 bytes of the slice at byte 10 are encrypted, expected 993: its headers have 7 of 1000 bytes",
  ]);
  assertEquals(check([[34, 976]], { units, scheme: "cenc" }).length, 1);
  const short = units.map((unit) => ({ ...unit, end: Math.min(unit.end, 16) }));
  assertEquals(check([[1010, 0]], { units: short }), []);
});
