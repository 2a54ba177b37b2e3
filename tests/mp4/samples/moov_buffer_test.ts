import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { ByteReader } from "../../../lib/bytes.ts";
import { readMoov } from "../../../lib/mp4/moov.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import { openMoovBuffer, restoreMoovBuffer } from "../../../lib/mp4/samples/moov_buffer.ts";
import { MissingPages, withPages } from "../../../lib/mp4/samples/pages.ts";
import { findUniformFields, type SampleTable } from "../../../lib/mp4/samples/sample_table.ts";
import { applyEditList } from "../../../lib/input/edit_list.ts";
import { buildSampleTiming } from "../../../lib/presentation/sample_timing.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { createLoadingSource } from "../../loading_source.ts";
import { box, concat, fullBox, memorySource, moov, stbl, table, trak, u32 } from "../movie_file.ts";

/** Number of samples with tables of half a megabyte; those of a moov of more than 256 KB are left in the file. */
const COUNT = 30_000;

/** One sample per chunk, a run of stsc every third, a sync sample every 50, and all kinds of runs. */
function longMovie(
  ctts = (i: number) => [i % 7 ? 1 : 0, (i >> 5) % 2 ? 40 * (i % 3) : 40],
): Uint8Array {
  const indices = Array.from({ length: COUNT }, (_, i) => i);
  const tables = stbl({
    stsz: fullBox("stsz", 0, 0, u32(0, COUNT), u32(...indices.map((i) => 1 + (i * 37) % 251))),
    stts: table("stts", ...indices.map((i) => [1, 90 + (i >> 6) % 3])),
    ctts: table("ctts", ...indices.map(ctts)),
    stss: table("stss", ...indices.filter((i) => i % 50 === 0).map((i) => [i + 1])),
    stsc: table("stsc", ...indices.filter((i) => i % 3 === 0).map((i) => [i + 1, 1, 1])),
    stco: table("stco", ...indices.map((i) => [1000 + i * 251])),
  });
  const start = concat(moov(box("free", new Uint8Array(70_000)), trak({ tables })));
  return concat(start, new Uint8Array(1000 + COUNT * 251));
}

const MOVIE = longMovie();
const MOOV_SIZE = MOVIE.length - 1000 - COUNT * 251;
const RANGES = [[0, 1], [0, 40], [13, 77], [6399, 6500], [15_000, 15_001], [
  29_000,
  COUNT,
]] as const;

/** Calls all methods of a table, at indices back and forth. */
function queryAll(samples: SampleTable): unknown {
  const indices = [0, 12_345, 1, 29_999, 2, 17_000, 16_999, 9_000, COUNT - 1];
  return [
    indices.map((i) => [
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

/** Makes a source asynchronous. */
function toAsync({ read, ...source }: Source): Source {
  return {
    ...source,
    synchronous: false,
    read: async (offset, into) => {
      await Promise.resolve();
      return read(offset, into);
    },
  };
}

Deno.test("readMovie() returns the same samples for tables that are left in the file", async () => {
  const { source, reads } = memorySource(MOVIE);
  const movie = await readMovie(source);
  const read = reads.reduce((sum, [, size]) => sum + size, 0);
  assert(read < MOVIE.length / 4, `${read} bytes read`);
  assert(movie.residentBytes < 160_000, `${movie.residentBytes} bytes resident`);
  const context = { size: MOVIE.length, name: "film.mp4", warnings: [] };
  const { tracks: [complete] } = readMoov(new ByteReader(MOVIE.subarray(8, MOOV_SIZE)), context);
  assertEquals(queryAll(movie.tracks[0]!.samples), queryAll(complete!.samples));
});

Deno.test("SampleTable.readSamples() keeps what it reads: no byte of a table is read twice", async () => {
  const { source, reads } = memorySource(MOVIE);
  const [track] = (await readMovie(source)).tracks;
  const { samples } = track!;
  samples.readSamples(10_000, 10_200);
  const before = reads.length;
  samples.readSamples(10_000, 10_200);
  assertEquals(reads.length, before);
});

Deno.test("withPages() looks up the same samples on a source that is not synchronous", async () => {
  const { source, reads } = memorySource(MOVIE);
  const movie = await readMovie(toAsync(source));
  const expected = queryAll((await readMovie(memorySource(MOVIE).source)).tracks[0]!.samples);
  assertEquals(await withPages(() => queryAll(movie.tracks[0]!.samples)), expected);
  const read = reads.reduce((sum, [, size]) => sum + size, 0);
  assert(read < 1.2 * MOOV_SIZE, `${read} bytes read`); // nothing is read twice
  movie.releasePages();
  assertEquals(await withPages(() => queryAll(movie.tracks[0]!.samples)), expected);
});

Deno.test("openMoovBuffer() loads a large moov at once where the source can", async () => {
  const { source } = memorySource(MOVIE);
  const { remote, loads } = createLoadingSource(source);
  const buffer = await openMoovBuffer(remote, 8, MOOV_SIZE - 8);
  assert(buffer.skipped.length > 0);
  assertEquals(loads[0], [{ offset: 8, size: MOOV_SIZE - 8 }]);
});

Deno.test("SampleTable looks up samples while its source changes between synchronous and not", async () => {
  const { source } = memorySource(MOVIE);
  let synchronous = true;
  const slow = toAsync(source);
  const movie = await readMovie({
    ...source,
    get synchronous() {
      return synchronous;
    },
    read: (offset, into) => synchronous ? source.read(offset, into) : slow.read(offset, into),
  });
  const { samples } = movie.tracks[0]!;
  const expected = samples.readSamplesUncached(20_000, 20_100);
  synchronous = false;
  assertThrows(() => samples.readSamples(20_000, 20_100), MissingPages);
  assertEquals(await withPages(() => samples.readSamples(20_000, 20_100)), expected);
  synchronous = true;
  assertEquals(withPages(() => samples.readSamples(20_000, 20_100)), expected);
});

Deno.test("restoreMoovBuffer() restores what is not in the rows of tables, and where these are", async () => {
  const { source } = memorySource(MOVIE);
  const buffer = await openMoovBuffer(source, 8, MOOV_SIZE - 8);
  buffer.isSufficient = true;
  const stored = buffer.store()!;
  const restored = await restoreMoovBuffer(toAsync(source), { stored, digest: buffer.digest });
  assertEquals(restored!.skipped, buffer.skipped);
  assertEquals(buffer.skipped.length, 6);
  for (
    const [start, end] of [[0, buffer.skipped[0]![0]], [
      buffer.skipped[0]![1],
      buffer.skipped[1]![0],
    ]]
  ) {
    assertEquals(restored!.bytes.subarray(start, end), MOVIE.subarray(8 + start!, 8 + end!));
  }
});

Deno.test("readMovie() names a truncated table, even if it is left in the file", async () => {
  const movie = MOVIE.slice();
  const at = new TextDecoder("latin1").decode(movie).indexOf("stsz") + 12; // count
  new DataView(movie.buffer).setUint32(at, COUNT + 1);
  const { source } = memorySource(movie);
  const error = await assertRejects(() => readMovie(source), MediaError);
  assertEquals(error.path, "moov/trak/mdia/minf/stbl/stsz");
});

Deno.test("SampleTable.uniformFields() agrees with the columns of any range", async () => {
  const { source } = memorySource(MOVIE);
  const { samples } = (await readMovie(source)).tracks[0]!;
  const kinds = new Set<string>();
  for (let first = 0; first < 3000; first += 17) {
    for (const count of [1, 2, 3, 30, 64, 100]) {
      const uniform = samples.uniformFields(first, first + count);
      assertEquals(
        uniform,
        findUniformFields(samples.readSamples(first, first + count)),
        `${first}+${count}`,
      );
      kinds.add(JSON.stringify(uniform));
    }
  }
  assertEquals(kinds.size, 11); // of 12
});

Deno.test("SampleTiming.uniformFields() reads no offsets that a scan found to differ", async () => {
  const movie = longMovie((i) => [1, 40 * (i % 3)]);
  const { source, reads } = memorySource(movie);
  const { tracks: [track] } = await readMovie(source);
  const times = buildSampleTiming(track!, applyEditList(track!, 1000), "video");
  assert(track!.samples.minCompositionOffset === 0); // scans the table
  const start = new TextDecoder("latin1").decode(movie).indexOf("ctts") + 12;
  reads.length = 0;
  for (let first = 0; first + 200 <= COUNT; first += 200) {
    assertEquals(times.uniformFields(first, first + 200).zeroOffsets, false);
  }
  const seen = reads.filter(([at, size]) => at < start + 8 * COUNT && at + size > start);
  assertEquals(seen, []);
});
