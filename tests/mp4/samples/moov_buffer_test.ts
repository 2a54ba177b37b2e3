import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import { findUniformFields, type SampleTable } from "../../../lib/mp4/samples/sample_table.ts";
import { applyEditList } from "../../../lib/input/edit_list.ts";
import { buildSampleTiming } from "../../../lib/presentation/sample_timing.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { box, concat, fullBox, memorySource, moov, stbl, table, trak, u32 } from "../movie_file.ts";

/** Samples of a track whose tables take half a megabyte: what is larger than 256 KB is left in the file. */
const COUNT = 30_000;

/** A sample a chunk, a run of stsc every third, a sync sample every 50, two descriptions, and every kind of run. */
function longFilm(
  ctts = (i: number) => [i % 7 ? 1 : 0, (i >> 5) % 2 ? 40 * (i % 3) : 40],
): Uint8Array {
  const indices = Array.from({ length: COUNT }, (_, i) => i);
  const tables = stbl({
    stsz: fullBox("stsz", 0, 0, u32(0, COUNT), u32(...indices.map((i) => (i * 37) % 251))),
    stts: table("stts", ...indices.map((i) => [1, 90 + (i >> 6) % 3])),
    ctts: table("ctts", ...indices.map(ctts)),
    stss: table("stss", ...indices.filter((i) => i % 50 === 0).map((i) => [i + 1])),
    stsc: table("stsc", ...indices.filter((i) => i % 3 === 0).map((i) => [i + 1, 1, 1])),
    stco: table("stco", ...indices.map((i) => [1000 + i * 251])),
  });
  const head = concat(moov(box("free", new Uint8Array(70_000)), trak({ tables })));
  return concat(head, new Uint8Array(1000 + COUNT * 251));
}

const FILM = longFilm();
const RANGES = [[0, 1], [0, 40], [13, 77], [6399, 6500], [15_000, 15_001], [
  29_000,
  COUNT,
]] as const;

/** Answers of a table to all kinds of questions, asked back and forth. */
function answers(samples: SampleTable): unknown {
  const places = [0, 12_345, 1, 29_999, 2, 17_000, 16_999, 9_000, COUNT - 1];
  return [
    places.map((i) => [
      samples.decodeTime(i),
      samples.compositionOffset(i),
      samples.indexAt(91 * i),
      samples.findSyncAtOrAfter(i),
      samples.findSyncAtOrBefore(i),
      samples.bytes(0, i),
      samples.bytes(i, Math.min(COUNT, i + 100)),
    ]),
    samples.minCompositionOffset,
    samples.bytesBetween(Float64Array.of(0, 0, 7, 1000, 1000, 25_000, COUNT)),
    RANGES.map((
      [first, end],
    ) => [samples.readSamples(first, end), samples.uniformFields(first, end)]),
  ];
}

/** The same file, whose bytes come later. */
function later({ read, ...source }: Source): Source {
  return {
    ...source,
    synchronous: false,
    read: async (offset, into) => {
      await Promise.resolve();
      return read(offset, into);
    },
  };
}

Deno.test("readMovie() gives the same of tables that it leaves in the file", async () => {
  const { source, reads } = memorySource(FILM);
  const movie = await readMovie(source);
  const read = reads.reduce((sum, [, size]) => sum + size, 0);
  assert(read < FILM.length / 4, `${read} bytes read`);
  assert(movie.residentBytes < 160_000, `${movie.residentBytes} bytes held`);
  const whole = await readMovie(later(source));
  assert(whole.residentBytes > 600_000);
  assertEquals(answers(movie.tracks[0]!.samples), answers(whole.tracks[0]!.samples));
  assert(movie.residentBytes < whole.residentBytes);
});

Deno.test("SampleTable.samples() keeps what it reads: no byte of a table is read twice for it", async () => {
  const { source, reads } = memorySource(FILM);
  const [track] = (await readMovie(source)).tracks;
  const { samples } = track!;
  samples.readSamples(10_000, 10_200);
  const before = reads.length;
  samples.readSamples(10_000, 10_200);
  assertEquals(reads.length, before);
});

Deno.test("Movie.load() reads the rest of a file that has become slow, once", async () => {
  const { source, reads } = memorySource(FILM);
  let immediate = true;
  const slow = later(source);
  const movie = await readMovie({
    ...source,
    get synchronous() {
      return immediate;
    },
    read: (offset, into) => immediate ? source.read(offset, into) : slow.read(offset, into),
  });
  assertEquals(movie.loadTables(), undefined);
  immediate = false;
  assertThrows(
    () => movie.tracks[0]!.samples.readSamples(20_000, 20_100),
    Error,
    "Cannot read a table",
  );
  const before = reads.length;
  const loading = [movie.loadTables(), movie.loadTables()];
  await Promise.all(loading);
  assertEquals(reads.length, before + 2); // what was refused, and the rest
  assertEquals(movie.loadTables(), undefined);
  const whole = await readMovie(slow);
  assertEquals(answers(movie.tracks[0]!.samples), answers(whole.tracks[0]!.samples));
});

Deno.test("readMovie() names a table that is cut off, also where it is left in the file", async () => {
  const film = FILM.slice();
  const at = new TextDecoder("latin1").decode(film).indexOf("stsz") + 12; // count
  new DataView(film.buffer).setUint32(at, COUNT + 1);
  const { source } = memorySource(film);
  const error = await assertRejects(() => readMovie(source), MediaError);
  assertEquals(error.path, "moov/trak/mdia/minf/stbl/stsz");
});

Deno.test("SampleTable.alike() says of any range what its columns do", async () => {
  const { source } = memorySource(FILM);
  const { samples } = (await readMovie(source)).tracks[0]!;
  const kinds = new Set<string>();
  for (let first = 0; first < 3000; first += 17) {
    for (const count of [1, 2, 3, 30, 64, 100]) {
      const alike = samples.uniformFields(first, first + count);
      assertEquals(
        alike,
        findUniformFields(samples.readSamples(first, first + count)),
        `${first}+${count}`,
      );
      kinds.add(JSON.stringify(alike));
    }
  }
  assertEquals(kinds.size, 11); // of 12
});

Deno.test("Timing.alike() looks at no offsets that were seen to differ when the table was passed", async () => {
  const film = longFilm((i) => [1, 40 * (i % 3)]);
  const { source, reads } = memorySource(film);
  const { tracks: [track] } = await readMovie(source);
  const times = buildSampleTiming(track!, applyEditList(track!, 1000), "video");
  assert(track!.samples.minCompositionOffset === 0); // now it was passed
  const start = new TextDecoder("latin1").decode(film).indexOf("ctts") + 12;
  reads.length = 0;
  for (let first = 0; first + 200 <= COUNT; first += 200) {
    assertEquals(times.uniformFields(first, first + 200).zeroOffsets, false);
  }
  const seen = reads.filter(([at, size]) => at < start + 8 * COUNT && at + size > start);
  assertEquals(seen, []);
});
