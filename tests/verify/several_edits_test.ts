/** Faults of tracks with several edits, each of which verify must find. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type EditedRow, type EditedTrack, findInRows } from "./edited_fragment.ts";

/** 25 frames a second, a sync sample each 200 ms. Seconds 0.08 to 0.28, nothing for 0.5 s, 0.48 to 0.6, and 0 to 0.08. */
const VIDEO: EditedTrack = {
  columns: { durations: 40, count: 20, syncs: [0, 5, 10, 15] },
  edits: [[200, 80], [500, -1], [120, 480], [80, 0]],
  ...{ type: "video", factor: 10, mediaTime: 2, end: 9002 },
};

const VIDEO_ROWS = listRows([
  ...[[0, 0, 0], [1, 1, 1], [2, 2, 2], [3, 400, 402], [4, 800, 802], [5, 1200, 1202]],
  [6, 1600, 1600], // lasts until the next edit
  ...[[10, 7000, 7000], [11, 7001, 7001], [12, 7002, 7002], [13, 7400, 7402], [14, 7800, 7802]],
  ...[[0, 8200, 8202], [1, 8600, 8602]],
] as [number, number, number][]);

/** Packets of 21 ms: three parts of 100 ms, of which the first has priming. */
const AUDIO: EditedTrack = {
  columns: { durations: 21, count: 40 },
  edits: [[100, 42], [100, 210], [100, 500]],
  ...{ type: "audio", factor: 1, mediaTime: 21, end: 321 },
};

const AUDIO_ROWS = listRows([
  ...[[1, -21], [2, 0], [3, 21], [4, 42], [5, 63], [6, 84]],
  ...[[10, 100], [11, 121], [12, 142], [13, 163], [14, 184]],
  ...[[24, 204], [25, 225], [26, 246], [27, 267], [28, 288]],
].map(([sample, time]) => [sample!, time!, time! + 21]));

function listRows(rows: [sample: number, presentation: number, decode: number][]): EditedRow[] {
  return rows.map(([sample, presentation, decode]) => ({ sample, presentation, decode }));
}

function move(rows: readonly EditedRow[], ticks: number): EditedRow[] {
  return rows.map(({ sample, presentation, decode }) => (
    { sample, presentation: presentation + ticks, decode: decode + ticks }
  ));
}

Deno.test("verify finds no difference in rows that follow several edits", async () => {
  assertEquals(await findInRows(VIDEO, VIDEO_ROWS), []);
  assertEquals(await findInRows(AUDIO, AUDIO_ROWS), []);
});

const [first, second, third] = [
  VIDEO_ROWS.slice(0, 7),
  VIDEO_ROWS.slice(7, 12),
  VIDEO_ROWS.slice(12),
];

const faults: [what: string, track: EditedTrack, rows: EditedRow[], finding: string][] = [
  [
    "an edit that is left out",
    VIDEO,
    [...first, ...move(third, -1200)],
    "sample 8: lost sample",
  ],
  [
    "the last edit left out",
    { ...VIDEO, end: 8202 },
    [...first, ...second],
    "edit list: segments contain samples 1 to 12, expected 1 to 14",
  ],
  [
    "samples of a cut that are presented",
    VIDEO,
    [...first, ...listRows([[7, 2000, 2002], [8, 2400, 2402]]), ...second, ...third],
    "extra sample",
  ],
  [
    "the first edit played to the end of the track",
    { ...VIDEO, end: 7202 },
    [
      ...first,
      ...listRows(
        Array.from({ length: 13 }, (_, i) => [7 + i, 2000 + 400 * i, 2002 + 400 * i]),
      ),
    ],
    "extra sample",
  ],
  [
    "an inner preroll that is not compressed",
    VIDEO,
    [
      ...first,
      ...listRows([[10, 6200, 6202], [11, 6600, 6602], [12, 7000, 7002]]),
      ...second.slice(3),
      ...third,
    ],
    "sample 8: presentation time: got 6200, expected 7000",
  ],
  [
    "an inner preroll presented at its length",
    { ...VIDEO, end: 9802 },
    [
      ...first,
      ...listRows([[10, 7000, 7002], [11, 7400, 7402], [12, 7800, 7802]]),
      ...move([...second.slice(3), ...third], 800),
    ],
    "sample 9: presentation time: got 7400, expected 7001",
  ],
  [
    "an inner preroll that is left out",
    VIDEO,
    [...first, ...second.slice(2), ...third],
    "sample 8: lost sample",
  ],
  [
    "an empty edit that is ignored",
    { ...VIDEO, end: 4002 },
    [...first, ...move([...second, ...third], -5000)],
    "sample 8: presentation time: got 2000, expected 7000",
  ],
  [
    "edits in another order",
    VIDEO,
    [...first, ...move(third, -1200), ...move(second, 800)],
    "moved sample",
  ],
  [
    "drift that each edit adds to",
    { ...VIDEO, end: 9004 },
    [...first, ...move(second, 1), ...move(third, 2)],
    "sample 13: presentation time: got 8202, expected 8200",
  ],
  [
    "drift of audio by the packets of each edit",
    { ...AUDIO, end: 330 },
    [
      ...AUDIO_ROWS.slice(0, 6),
      ...move(AUDIO_ROWS.slice(6, 11), 5),
      ...move(AUDIO_ROWS.slice(11), 9),
    ],
    "sample 7: presentation time: got 105, expected 100",
  ],
  [
    "a packet too many before an inner edit",
    AUDIO,
    [...AUDIO_ROWS.slice(0, 6), ...listRows([[9, 79, 100 + 5]]), ...AUDIO_ROWS.slice(6)].with(
      5,
      { sample: 6, presentation: 83, decode: 104 },
    ),
    "extra sample",
  ],
  [
    "a packet too many after an edit",
    AUDIO,
    [...AUDIO_ROWS.slice(0, 6), ...listRows([[7, 99, 120]]), ...AUDIO_ROWS.slice(6)],
    "extra sample",
  ],
  ["a packet too few in an inner edit", AUDIO, AUDIO_ROWS.toSpliced(6, 1), "sample 7: lost sample"],
  ["no priming before the first edit", AUDIO, AUDIO_ROWS.slice(1), "sample 1: lost sample"],
];

for (const [what, track, rows, finding] of faults) {
  Deno.test(`verify finds ${what}`, async () => {
    const findings = await findInRows(track, rows);
    assert(findings.length > 0);
    assertStringIncludes(findings.join("\n"), finding);
  });
}

Deno.test("verify finds a timescale at which compressed samples last half a millisecond", async () => {
  const track = { ...VIDEO, factor: 4 };
  const findings = await findInRows(track, VIDEO_ROWS);
  const message = "edit list: 2 samples that only decoding needs last too long at timescale 4000";
  assertEquals(findings[0], message);
});
