import { assertEquals, assertThrows } from "@std/assert";
import { NOTHING_HIDDEN } from "../../lib/input/hidden_samples.ts";
import { MovedSamples } from "../../lib/input/moved_samples.ts";
import { buildTrack, type Columns } from "../presentation/synthetic_track.ts";

/** I P B B P B B, decoded 80 ms before the first one is presented. */
const COLUMNS: Columns = {
  durations: 40,
  count: 7,
  compositionOffsets: [80, 160, 40, 40, 160, 40, 40],
  syncs: [0],
};
const TRACK = buildTrack(COLUMNS, 90_000);
const PARTS = [
  { first: 0, end: 4, start: 80, time: 0, syncFrom: 0 },
  { first: 0, end: 7, start: 160, time: 1000, syncFrom: 3 },
];
const HIDDEN = [
  { early: [], onScreen: -1, late: [1], last: 3, end: 200, syncFrom: 0 },
  { early: [0, 2], onScreen: 2, late: [], last: 4, end: Infinity, syncFrom: 3 },
];

function move(factor: number, parts = PARTS, hidden = HIDDEN) {
  const moved = new MovedSamples(TRACK, { factor, parts });
  for (let i = parts.length - 1; i >= 0; i--) moved.addPart(i, hidden[i]!);
  const { moved: samples, movedDecodeTimes, movedPresentationTimes, ...rest } = moved.finish();
  const rows = Array.from(samples, (sample, i) => [
    ...[sample, movedDecodeTimes[i]!, movedPresentationTimes[i]!],
  ]);
  return { rows, ...rest };
}

Deno.test("MovedSamples hides samples, and moves decode times before those that follow", () => {
  const { rows, factor, parts, decodeEnd, hidden, covered } = move(1);
  assertEquals([factor, parts, decodeEnd], [1, PARTS, 1120]);
  assertEquals([[...hidden], [...covered]], [[1, 4, 6], [1, 4]]);
  assertEquals(rows, [
    [0, -112, 0], // lasts 7/8 of its time, as the third one does
    [1, -77, 999], // at the end of the edit
    [2, -76, 40],
    [3, -41, 80], // lasts until the next edit
    [4, 879, 1000],
    [6, 959, 1001],
    [7, 960, 1002], // due while the others are hidden
  ]);
});

Deno.test("MovedSamples keeps decode times apart in the timescale of MPEG-TS", () => {
  const { rows, decodeEnd } = move(10, PARTS.map((part) => ({ ...part, time: 10 * part.time })));
  assertEquals(decodeEnd, 11_200);
  assertEquals(rows.slice(4, 6), [[4, 8790, 10_000], [6, 9590, 10_001]]);
});

Deno.test("MovedSamples moves the last samples of an edit before the first one of the next", () => {
  const { rows } = move(1, [PARTS[0]!, { ...PARTS[1]!, time: 120 }]);
  assertEquals(rows.slice(0, 5), [
    [0, -112, 0],
    [1, -77, 119],
    [2, -76, 40],
    [3, -41, 80],
    [4, -1, 120],
  ]);
});

Deno.test("MovedSamples decodes samples no earlier where there are more edits", () => {
  const findFirst = (count: number) => {
    const parts = Array.from({ length: count }, (_, i) => ({ ...PARTS[i % 2]!, time: 120 * i }));
    return move(1, parts, parts.map((_, i) => HIDDEN[i % 2]!)).rows[0];
  };
  assertEquals(findFirst(40), findFirst(4));
});

Deno.test("MovedSamples lets samples end with the last edit", () => {
  const move = (end: number, late: number[]) => {
    const moved = new MovedSamples(TRACK, { factor: 1, parts: [PARTS[0]!] });
    moved.addPart(0, { early: [], onScreen: -1, late, last: 3, end, syncFrom: 0 });
    const { moved: samples, movedDecodeTimes, decodeEnd } = moved.finish();
    return { samples: [...samples], decodeTimes: [...movedDecodeTimes], decodeEnd };
  };
  assertEquals(move(240, []), { samples: [], decodeTimes: [], decodeEnd: 80 });
  assertEquals(move(220, []), { samples: [1], decodeTimes: [-20], decodeEnd: 80 }); // presented last
  const hidden = { samples: [1], decodeTimes: [-40], decodeEnd: 80 }; // presented in front of the last one
  assertEquals(move(200, [1]), hidden);
  assertEquals(move(190, [1]), { ...hidden, decodeTimes: [-31], decodeEnd: 70 }); // the last one, too
  assertEquals(move(Infinity, []).decodeEnd, 80);
});

Deno.test("MovedSamples adds a part after a page was missing", () => {
  let isMissing = true;
  const samples = {
    ...TRACK.samples,
    decodeTime(index: number) {
      if (index === 1 && isMissing) throw new Error("missing");
      return TRACK.samples.decodeTime(index);
    },
  };
  const moved = new MovedSamples({ ...TRACK, samples }, { factor: 1, parts: PARTS });
  assertThrows(() => moved.addPart(1, HIDDEN[1]!), Error, "missing");
  isMissing = false;
  moved.addPart(1, HIDDEN[1]!);
  moved.addPart(0, HIDDEN[0]!);
  assertEquals(Array.from(moved.finish().moved), move(1).rows.map(([sample]) => sample));
});

Deno.test("MovedSamples moves nothing of edits whose decode times follow each other", () => {
  const parts = [
    { first: 0, end: 7, start: 80, time: 0, syncFrom: 0 },
    { first: 0, end: 7, start: 80, time: 280, syncFrom: 0 },
  ];
  const moved = new MovedSamples(TRACK, { factor: 1, parts });
  for (const i of [1, 0]) moved.addPart(i, NOTHING_HIDDEN);
  assertEquals(moved.finish().moved.length, 0);
});
