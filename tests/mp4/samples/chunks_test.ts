import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { ChunkOffsets } from "../../../lib/mp4/samples/chunk_offsets.ts";
import { Chunks } from "../../../lib/mp4/samples/chunks.ts";
import { PagedTable } from "../../../lib/mp4/samples/paged_table.ts";
import { u32 } from "../movie_file.ts";

/** Long enough for several stored checkpoints: a run per chunk with 1 to 3 samples, the description changes every 500. */
const RUNS = Array.from({ length: 3000 }, (_, i) => ({
  samples: 1 + i % 3,
  description: Math.floor(i / 500) % 2,
}));
const COUNT = RUNS.reduce((sum, { samples }) => sum + samples, 0);

function build(known?: ReturnType<Chunks["checkpoints"]>): Chunks {
  const rows = RUNS.flatMap(({ samples, description }, i) => [i + 1, samples, description + 1]);
  const offsets = u32(...RUNS.map((_, i) => 1000 * i));
  const box = { count: RUNS.length, rowSize: 4, bytes: offsets } as const;
  const table = new PagedTable(u32(...rows));
  return new Chunks(table, new ChunkOffsets(box, new PagedTable(offsets)), COUNT, 2, known);
}

for (
  const [what, chunks] of [["scanned", build()], ["known", build(build().checkpoints())]] as const
) {
  Deno.test(`Chunks.findChunk() finds the chunk of every sample with ${what} checkpoints`, () => {
    let index = 0;
    for (const [chunk, { samples, description }] of RUNS.entries()) {
      const expected = { chunk, first: index, end: index + samples, run: chunk };
      for (const end = index + samples; index < end; index++) {
        assertEquals(chunks.findChunk(index), expected);
        assertEquals(chunks.description(index), description);
      }
    }
  });

  Deno.test(`Chunks.descriptionEnd() returns the next change with ${what} checkpoints`, () => {
    assertEquals([chunks.descriptionEnd(0), chunks.descriptionEnd(COUNT - 1)], [1000 - 1, COUNT]);
  });
}

Deno.test("Chunks.advance() moves to the next chunk", () => {
  const chunks = build();
  const chunk = chunks.findChunk(0);
  for (let i = 1; i < 100; i++) {
    chunks.advance(chunk);
    assertEquals(chunk, chunks.findChunk(chunk.first));
  }
});

Deno.test("Chunks ignores checkpoints of another table", () => {
  const known = { ...build().checkpoints(), firsts: Float64Array.of(0) };
  assertEquals(build(known).checkpoints(), build().checkpoints());
});

/** Builds one chunk of samples. */
function buildChunk(run: number[], samples: number): Chunks {
  const box = { count: 1, rowSize: 4, bytes: u32(0) } as const;
  const offsets = new ChunkOffsets(box, new PagedTable(u32(0)));
  return new Chunks(new PagedTable(u32(...run)), offsets, samples, 1);
}

Deno.test("Chunks rejects runs with too few samples", () => {
  assertEquals(buildChunk([1, 2, 1], 2).findChunk(1).end, 2);
  for (const [run, samples, capacity] of [[[], 1, 0], [[1, 2, 1], 3, 2]] as const) {
    const message = `Cannot find ${samples} samples in chunks with ${capacity} samples`;
    assertThrows(() => buildChunk([...run], samples), MediaError, message);
  }
});

Deno.test("Chunks reads no runs of a track without samples", () => {
  const run = [1, 0, 1];
  assertThrows(() => buildChunk(run, 1), MediaError, "Cannot read samples_per_chunk 0 of chunk 1");
  assertEquals(buildChunk(run, 0).samples, 0);
});
