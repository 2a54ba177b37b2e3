import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { EditWindow } from "../../lib/input/edit_list.ts";
import { loadSubtitleSamples, readSubtitleSamples } from "../../lib/input/subtitle_samples.ts";
import { entry } from "../codecs/entry.ts";
import { createLoadingSource } from "../loading_source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { buildTrack, type Columns } from "../presentation/synthetic_track.ts";

const EDIT: EditWindow = { start: 0, end: Infinity, tolerance: 0, delay: 0, warning: "" };

/** Reads the samples of a track with one sample entry and a timescale of 1000. */
async function read(columns: Columns, edits: readonly Partial<EditWindow>[] = [{}], gap = 0) {
  const bytes = Uint8Array.from({ length: 400_000 }, (_, i) => i % 251);
  const { source, reads } = memorySource(bytes);
  const track = { ...buildTrack(columns, 1000), entries: [entry("tx3g", {})] };
  const { readSamples } = track.samples;
  const samples = {
    ...track.samples,
    readSamples: (first: number, end: number) => {
      const rows = readSamples(first, end);
      return { ...rows, offsets: rows.offsets.map((offset, i) => offset + (first + i) * gap) };
    },
  };
  return {
    found: await readSubtitleSamples(
      source,
      { ...track, samples },
      edits.map((edit) => ({ ...EDIT, ...edit })),
    ),
    reads,
  };
}

/** Samples of [0 s, 1 s), [1 s, 2 s) and [2 s, 3 s). */
const COLUMNS: Columns = { durations: 1000, count: 3 };

const windows: [what: string, edit: Partial<EditWindow>, times: number[][]][] = [
  ["no edit", {}, [[0, 1000], [1000, 2000], [2000, 3000]]],
  ["a delay", { delay: 500 }, [[500, 1500], [1500, 2500], [2500, 3500]]],
  ["a start on a sample", { start: 1000 }, [[0, 1000], [1000, 2000]]],
  ["a start within a sample", { start: 1400 }, [[0, 600], [600, 1600]]],
  ["an end within a sample", { end: 1500 }, [[0, 1000], [1000, 1500]]],
  ["a start after the last sample", { start: 3000 }, []],
];

for (const [what, edit, times] of windows) {
  Deno.test(`readSubtitleSamples() applies ${what}`, async () => {
    const { found } = await read(COLUMNS, [edit]);
    assertEquals(found.map(({ start, end }) => [start, end]), times);
    const shift = (edit.delay ?? 0) - (edit.start ?? 0);
    assertEquals(found.map(({ timeOffset }) => timeOffset), times.map(() => shift));
  });
}

Deno.test("readSubtitleSamples() presents what each of several edits contains of a sample", async () => {
  const edits = [
    { start: 500, end: 1200 },
    { start: 900, end: 1000, delay: 1000 },
    { start: 2000, end: Infinity, delay: 1100 },
  ];
  const { found } = await read(COLUMNS, edits);
  assertEquals(found.map(({ start, end, timeOffset }) => [start, end, timeOffset]), [
    [0, 500, -500],
    [500, 700, -500],
    [1000, 1100, 100],
    [1100, 2100, -900],
  ]);
});

Deno.test("readSubtitleSamples() rejects edits that multiply samples beyond the limit", async () => {
  const edits = Array.from(
    { length: 2 ** 16 },
    (_, i) => ({ start: 0, end: 3000, delay: 3000 * i }),
  );
  await assertRejects(
    () => read(COLUMNS, edits),
    MediaError,
    "Cannot read 3 subtitle samples of track 1 for 65536 edits",
  );
});

const reading: [what: string, columns: Columns, gap: number, reads: number[][]][] = [
  ["adjacent samples at once", COLUMNS, 0, [[1000, 300]]],
  ["samples with small gaps at once", COLUMNS, 2 ** 16, [[1000, 300 + 2 * 2 ** 16]]],
  ["samples with large gaps one by one", COLUMNS, 2 ** 16 + 1, [[1000, 100], [66637, 100], [
    132274,
    100,
  ]]],
  ["samples in reverse order one by one", COLUMNS, -200, [[1000, 100], [900, 100], [800, 100]]],
];

for (const [what, columns, gap, reads] of reading) {
  Deno.test(`readSubtitleSamples() reads ${what}`, async () => {
    const samples = await read(columns, [{}], gap);
    assertEquals(samples.reads, reads);
    const starts = [0, 1, 2].map((i) => (1000 + i * (100 + gap)) % 251);
    assertEquals(
      samples.found.map(({ bytes }) => [bytes[0], bytes.length]),
      starts.map((byte) => [byte, 100]),
    );
  });
}

Deno.test("readSubtitleSamples() sorts by presentation time, and leaves out samples without duration or entry", async () => {
  const compositionOffsets = [0, 2000, 0, 0, 0];
  const columns = {
    durations: [1000, 1000, 1000, 0, 1000],
    compositionOffsets,
    secondDescription: 4,
  };
  const { found } = await read(columns);
  assertEquals(found.map(({ start }) => start), [0, 2000, 3000]);
});

Deno.test("readSubtitleSamples() rejects sizes beyond the limit before it reads", async () => {
  const columns = { ...COLUMNS, sizes: [100, 2 ** 24, 100] };
  await assertRejects(
    () => read(columns),
    MediaError,
    "Cannot read 3 subtitle samples of 16777416 bytes",
  );
});

Deno.test("readSubtitleSamples() leaves out samples of 0 bytes", async () => {
  const { found } = await read({ ...COLUMNS, sizes: [100, 0, 100] });
  assertEquals(found.map(({ start, end }) => [start, end]), [[0, 1000], [2000, 3000]]);
});

Deno.test("readSubtitleSamples() loads what is scattered over a movie at the same time", async () => {
  const { source, reads } = memorySource(new Uint8Array(300_000));
  const { remote, loads } = createLoadingSource(source);
  const track = { ...buildTrack({ durations: 1000, count: 200, sizes: Array(200).fill(1) }, 1000) };
  const { readSamples } = track.samples;
  const samples = {
    ...track.samples,
    readSamples(first: number, end: number) {
      const rows = readSamples(first, end);
      return { ...rows, offsets: rows.offsets.map((_, i) => 299_999 - 1000 * i) }; // backwards
    },
  };
  const scattered = { ...track, samples, entries: [entry("tx3g", {})] };
  await loadSubtitleSamples(remote, scattered);
  assertEquals([loads.map(({ length }) => length), reads.length], [[128], 0]);
  const found = await readSubtitleSamples(remote, scattered, [EDIT]);
  assertEquals([found.length, reads.length], [200, 200]);
  assertEquals(loads.map(({ length }) => length), [128, 128, 72]);
  await loadSubtitleSamples(source, scattered);
  assertEquals(loads.length, 3);
});
