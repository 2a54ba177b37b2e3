import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  NON_SYNC_FLAGS,
  type SampleFields,
  SYNC_FLAGS,
} from "../../../lib/mp4/samples/sample_table.ts";
import { TrackTablesBuilder } from "../../../lib/mp4/samples/track_tables.ts";

function createSamples(
  { sizes, durations, offsets, flags = sizes.map(() => SYNC_FLAGS) }: {
    sizes: number[];
    durations: number[];
    offsets: number[];
    flags?: number[];
  },
): SampleFields {
  return {
    sizes: Uint32Array.from(sizes),
    durations: Uint32Array.from(durations),
    compositionOffsets: Int32Array.from(offsets),
    flags: Uint32Array.from(flags),
  };
}

Deno.test("TrackTablesBuilder builds tables that start with decode time 0 and composition offset 0", () => {
  const builder = new TrackTablesBuilder();
  const flags = [SYNC_FLAGS, NON_SYNC_FLAGS, NON_SYNC_FLAGS];
  const samples = createSamples({
    sizes: [9, 3, 4],
    durations: [10, 10, 10],
    offsets: [15, 35, 5],
    flags,
  });
  builder.add(100, samples);
  builder.add(130, samples);
  const tables = builder.finish();
  assertEquals([...tables.durations], [6, 10]);
  assertEquals([...tables.compositionOffsets!], [1, 10, 1, 30, 1, 0, 1, 10, 1, 30, 1, 0]);
  assertEquals([...tables.syncs!], [0, 3]);
  assertEquals(tables.dependencies, undefined);
  assertEquals([...tables.sizes], [9, 3, 4, 9, 3, 4]);
  assertEquals([[...tables.chunks.counts], [...tables.chunks.sizes]], [[3, 3], [16, 16]]);
  assertEquals([tables.mediaDuration, tables.compositionStart], [60, 105]);
  assertEquals(tables.presented, { start: 10, end: 80 });
});

Deno.test("TrackTablesBuilder has no tables where all samples are equal", () => {
  const builder = new TrackTablesBuilder();
  builder.add(0, createSamples({ sizes: [4, 4], durations: [5, 5], offsets: [7, 7] }));
  const { compositionOffsets, syncs, compositionStart, presented } = builder.finish();
  assertEquals([compositionOffsets, syncs, compositionStart], [undefined, undefined, 7]);
  assertEquals(presented, { start: 0, end: 10 });
});

Deno.test("TrackTablesBuilder retains times where chunks do not abut", () => {
  const builder = new TrackTablesBuilder();
  const samples = createSamples({ sizes: [4, 4], durations: [10, 10], offsets: [0, 0] });
  for (const time of [0, 23, 40]) builder.add(time, samples);
  assertEquals([...builder.finish().durations], [1, 10, 1, 13, 1, 10, 1, 7, 2, 10]);
});

Deno.test("TrackTablesBuilder names a chunk that is before the last sample", () => {
  const builder = new TrackTablesBuilder();
  const samples = createSamples({ sizes: [4, 4], durations: [10, 10], offsets: [0, 0] });
  builder.add(0, samples);
  assertThrows(
    () => builder.add(9, samples),
    MediaError,
    "Cannot place a sample at decode time 9, expected at least 10",
  );
});

Deno.test("TrackTablesBuilder retains dependencies other than those of sync samples", () => {
  const builder = new TrackTablesBuilder();
  const flags = [SYNC_FLAGS, 0x01810000, NON_SYNC_FLAGS]; // the second is not depended on
  builder.add(
    0,
    createSamples({ sizes: [1, 2, 3], durations: [1, 1, 1], offsets: [0, 0, 0], flags }),
  );
  assertEquals([...builder.finish().dependencies!], [0x20, 0x18, 0x10]);
});
