import { assert, assertEquals, assertLessOrEqual, assertNotEquals } from "@std/assert";
import type { Track } from "../../lib/mp4/movie.ts";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { deriveDecodeTimes, withUsableDecodeTimes } from "../../lib/presentation/decode_times.ts";
import { computeDecodeTimes } from "../../lib/verify/expected/decode_times.ts";
import { buildTable, buildTrack } from "./synthetic_track.ts";

/** Frames of 40 ms. */
const TIMESCALE = 1000;
const FRAME = 40;

/**
 * Returns the composition times, in decode order, of frames presented at `times`: a P-frame, then the three B-frames before it in
 * a pyramid.
 */
function reorder(times: readonly number[]): number[] {
  const groups = [[times[0]!]];
  for (let i = 1; i < times.length; i += 4) {
    const [a, b, c, d] = times.slice(i, i + 4);
    groups.push([d, b, a, c].filter((time) => time !== undefined));
  }
  return groups.flat();
}

/** Returns a table as x264 writes it: a frame is decoded when that two places before it in the order of presentation is presented. */
function buildX264(times: readonly number[]): SampleTable {
  const composed = reorder(times);
  const decoded = times.map((_, i) => i < 2 ? times[0]! + times[i]! - times[2]! : times[i - 2]!);
  return buildTimed(decoded, composed);
}

function buildTimed(decoded: readonly number[], composed: readonly number[]): SampleTable {
  const ends = [...decoded.slice(1), decoded.at(-1)! + FRAME];
  return buildTable({
    start: decoded[0]!,
    durations: ends.map((end, i) => end - decoded[i]!),
    compositionOffsets: composed.map((time, i) => time - decoded[i]!),
    syncs: [0],
  });
}

const frames = (count: number, start = 0) =>
  Array.from({ length: count }, (_, i) => start + FRAME * i);

/** Returns the decode times and the end. */
function listTimes(table: SampleTable): number[] {
  const track: Track = { ...buildTrack({ durations: [1] }, TIMESCALE), samples: table };
  const { samples } = withUsableDecodeTimes({ track });
  return Array.from({ length: table.count + 1 }, (_, i) => samples.decodeTime(i));
}

const usable: [what: string, table: SampleTable][] = [
  ["without reordering", buildTable({ durations: FRAME, count: 50 })],
  ["with B-frames", buildX264(frames(101))],
  [
    "of 16 B-frames in a row",
    buildTable({
      durations: 1,
      count: 170,
      compositionOffsets: Array.from({ length: 170 }, (_, i) => i % 17 === 1 ? 18 : 2),
    }),
  ],
  ["with a still stretch, without reordering", buildTable({ durations: [40, 40, 60_000, 40] })],
  ["that all lag 8 seconds", buildTimed(frames(50), frames(50, 8000))],
  ["with a gap of 8 frames", buildX264([...frames(50), ...frames(51, 2320)])],
];

for (const [what, table] of usable) {
  Deno.test(`deriveDecodeTimes() retains decode times ${what}`, () => {
    assertEquals(deriveDecodeTimes(table, TIMESCALE), undefined);
  });
}

/** Frames from 0 s to 2 s and from 60 s to 64 s. */
const STILL = [...frames(49), ...frames(101, 60_000)];

Deno.test("deriveDecodeTimes() delays the frames that are decoded during a still stretch", () => {
  const table = buildX264(STILL);
  const { samples, shifts } = deriveDecodeTimes(table, TIMESCALE)!;
  assertEquals([...samples], [49, 50]); // the rest keeps its times
  const decodeTimes = [...shifts].map((shift, i) => table.decodeTime(49 + i) + shift);
  assertEquals(decodeTimes, [59_919, 59_920]); // two frames before both must be decoded, a tick apart
});

const unusable: [what: string, table: SampleTable][] = [
  ["of a still stretch", buildX264(STILL)],
  ["of a still stretch at the start", buildX264([0, ...frames(101, 60_000)])],
  ["of a still stretch at the end", buildX264([...frames(101), 60_000])],
  ["of many still stretches", buildX264([0, 1, 2, 3, 4].flatMap((i) => frames(40, 20_000 * i)))],
  [
    "that lag a minute from the first second on",
    buildTimed(frames(101), reorder([...frames(25, 80), ...frames(76, 60_000)])),
  ],
  ["that all lag 8 seconds and a tick", buildTimed(frames(50), frames(50, 8001))],
  ["that all lag a minute", buildTimed(frames(101), reorder(frames(101, 60_000)))],
  ["of one frame in ten seconds", buildX264(frames(40).map((time) => 250 * time))],
  [
    "that are equal",
    buildTable({
      durations: [...Array(24).fill(0), 1],
      compositionOffsets: reorder(frames(25)),
      syncs: [0],
    }),
  ],
  [
    "a minute after one presentation time",
    buildTimed(frames(50, 60_000), frames(50, 60_000).with(30, 0)),
  ],
];

for (const [what, table] of unusable) {
  Deno.test(`deriveDecodeTimes() replaces decode times ${what}`, () => {
    const retiming = deriveDecodeTimes(table, TIMESCALE);
    assert(retiming);
    const times = listTimes(table);
    assertEquals(times, [...computeDecodeTimes(table, TIMESCALE)]);
    const composed = Array.from(
      { length: table.count },
      (_, i) => table.decodeTime(i) + table.compositionOffset(i),
    );
    const offsets = composed.map((time, i) => {
      assert(times[i]! < times[i + 1]!, `sample ${i} is decoded at ${times[i]}`);
      return time - times[i]!;
    });
    assertEquals(Math.min(...offsets), retiming.minCompositionOffset);
    const mediaTime = Math.min(...composed) - times[0]! - Math.min(...offsets);
    assertLessOrEqual(mediaTime, 8 * TIMESCALE);
    assertEquals(
      Math.max(...composed.map((time, i) => time + times[i + 1]! - times[i]!)),
      Math.max(...composed) + table.decodeTime(table.count) - table.decodeTime(table.count - 1),
    );
  });
}

Deno.test("deriveDecodeTimes() does not read samples whose offsets are small", () => {
  const table = buildX264(frames(101));
  const fail = () => {
    throw new Error("reads samples");
  };
  assertEquals(
    deriveDecodeTimes(
      { ...table, readSamples: fail, scanSamples: fail, readSamplesUncached: fail },
      TIMESCALE,
    ),
    undefined,
  );
});

/** Returns a table whose odd samples lag 30 ms, and whose last one a minute. */
function buildLong(count: number): SampleTable {
  const compositionOffset = (i: number) => i === count - 1 ? 60_000 : i % 2 ? 30 : 0;
  const scanSamples = (first: number, end: number) => ({
    durations: new Uint32Array(end - first).fill(FRAME),
    compositionOffsets: Int32Array.from(
      { length: end - first },
      (_, i) => compositionOffset(first + i),
    ),
  });
  return {
    ...buildTable({ durations: FRAME, count: 1 }),
    count,
    maxCompositionOffset: 60_000,
    decodeTime: (i) => FRAME * i,
    compositionOffset,
    scanSamples: scanSamples as SampleTable["scanSamples"],
  };
}

Deno.test("deriveDecodeTimes() measures every second sample of more than 2^20", () => {
  const counts = [2 ** 20, 2 ** 20 + 1].map((count) =>
    deriveDecodeTimes(buildLong(count), TIMESCALE)?.samples.length
  );
  assertEquals(counts, [2, 2 + 2 ** 19]); // in the second, odd samples lag more than the usual delay
});

Deno.test("withUsableDecodeTimes() does not measure hidden samples", () => {
  const { count } = buildX264(frames(60));
  const hiddenCount = 100; // of a tick each, decoded before the others
  const shown = buildX264(frames(60, hiddenCount));
  const columns = shown.readSamples(0, count);
  const table = buildTable({
    start: shown.decodeTime(0) - hiddenCount,
    durations: [...Array<number>(hiddenCount).fill(1), ...columns.durations],
    compositionOffsets: [...Array<number>(hiddenCount).fill(2), ...columns.compositionOffsets],
    syncs: [0],
  });
  const own = Array.from({ length: table.count + 1 }, (_, i) => table.decodeTime(i));
  const hidden = Float64Array.from({ length: hiddenCount }, (_, i) => i);
  assertEquals(listTimes({ ...table, hidden }), own);
  assertNotEquals(listTimes(table), own);
  const all = Float64Array.from({ length: table.count }, (_, i) => i);
  assertEquals(listTimes({ ...table, hidden: all }), own);
});

Deno.test("withUsableDecodeTimes() decodes the only presented sample at most 8 s early", () => {
  const [hiddenCount, early] = [10, 60_000]; // the next frame is presented after a still stretch
  const table = buildTable({
    durations: 1,
    count: hiddenCount + 1,
    compositionOffsets: [...Array<number>(hiddenCount).fill(0), early],
    syncs: [0],
  });
  const hidden = Float64Array.from({ length: hiddenCount }, (_, i) => i);
  const times = listTimes({ ...table, hidden });
  assertEquals(times[hiddenCount], hiddenCount + early - 16);
});
