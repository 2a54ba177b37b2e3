import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { EditedTable } from "../../../lib/mp4/samples/edited.ts";
import { NON_SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import type { EditedSamples } from "../../../lib/mp4/samples/edited_parts.ts";
import { buildTable } from "../../presentation/synthetic_track.ts";

const OFFSETS = [20, 50, 20, 10, 20, 20, 70, 20, 10, 20, 30, 20];
const COUNT = OFFSETS.length;
const SIZES = OFFSETS.map((_, i) => 100 + i);
const FILE_SYNCS = [0, 3, 4, 5, 6, 8, 10];

const file = buildTable({
  durations: 10,
  count: COUNT,
  compositionOffsets: OFFSETS,
  syncs: FILE_SYNCS,
  sizes: SIZES,
  secondDescription: 7,
});

/** Three edits, of which the second has two hidden samples, and the first one ends with a sample that is decoded later. */
const SAMPLES: EditedSamples = {
  factor: 2,
  parts: [
    { first: 0, end: 5, start: 20, time: 0, syncFrom: 0 },
    { first: 4, end: 8, start: 70, time: 100, syncFrom: 6 },
    { first: 6, end: 12, start: 100, time: 200, syncFrom: 6 },
  ],
  moved: Float64Array.of(4, 5, 6),
  movedDecodeTimes: Float64Array.of(50, 72, 74),
  movedPresentationTimes: Float64Array.of(60, 100, 101),
  hidden: Float64Array.of(5, 6),
  covered: Float64Array.of(5),
  decodeEnd: 250,
};

/** Samples of the file. */
const SOURCE = [0, 1, 2, 3, 4, 4, 5, 6, 7, 6, 7, 8, 9, 10, 11];

const DECODE_TIMES = [-40, -20, 0, 20, 50, 72, 74, 80, 100, 120, 140, 160, 180, 200, 220, 250];
const SYNCS = [0, 3, 4, 5, 7, 9, 11, 13];
const MOVED_OFFSETS: Record<number, number> = { 4: 10, 5: 28, 6: 27 };

const total = SOURCE.length;
const table = new EditedTable(file, SAMPLES);
const expected = buildTable({
  durations: SOURCE.map((_, i) => DECODE_TIMES[i + 1]! - DECODE_TIMES[i]!),
  compositionOffsets: SOURCE.map((sample, i) => MOVED_OFFSETS[i] ?? 2 * OFFSETS[sample]!),
  sizes: SOURCE.map((sample) => SIZES[sample]!),
  syncs: SYNCS,
});

Deno.test("EditedTable has the times of its edits, from 0 on", () => {
  assertEquals([table.count, table.allSync, table.origin], [total, false, -40]);
  for (let i = 0; i <= total; i++) {
    assertEquals(table.decodeTime(i), expected.decodeTime(i), `${i}`);
    if (i < total) assertEquals(table.compositionOffset(i), expected.compositionOffset(i));
  }
  assertEquals([table.minCompositionOffset, table.maxCompositionOffset], [0, 140]);
  for (let time = -10; time < 300; time++) {
    assertEquals(table.indexAt(time), expected.indexAt(time), `at ${time}`);
  }
});

Deno.test("EditedTable has the sync samples of its edits, but none of the hidden ones", () => {
  for (let i = 0; i < total; i++) {
    assertEquals(table.findSyncAtOrAfter(i), expected.findSyncAtOrAfter(i), `${i}`);
    assertEquals(table.findSyncAtOrBefore(i), expected.findSyncAtOrBefore(i), `${i}`);
  }
  assertEquals([table.findSyncAtOrAfter(total), table.findSyncAtOrBefore(total)], [total, 13]);
  assertEquals(table.findSyncAtOrBefore(-1), -1);
  const parts = [{ first: 1, end: 3, start: 0, time: 0, syncFrom: 1 }];
  const none = new EditedTable(file, { ...SAMPLES, parts });
  assertEquals([none.findSyncAtOrAfter(0), none.findSyncAtOrBefore(1)], [2, -1]);
});

Deno.test("EditedTable reads any range of samples", () => {
  for (let first = 0; first < total; first++) {
    for (let end = first + 1; end <= total; end++) {
      const name = `${first} to ${end}`;
      const samples = expected.readSamples(first, end);
      const offsets = SOURCE.slice(first, end).map((i) => file.readSamples(i, i + 1).offsets[0]!);
      const read = { ...samples, offsets: Float64Array.from(offsets) };
      assertEquals(table.readSamples(first, end), read, name);
      assertEquals(table.readSamplesUncached(first, end), read, name);
      const { offsets: _, ...fields } = read;
      assertEquals(table.scanSamples(first, end), fields, name);
      assertEquals(table.uniformFields(first, end), expected.uniformFields(first, end), name);
      assertEquals(table.bytes(first, end), expected.bytes(first, end), name);
      const between = Float64Array.of(first, first, Math.floor((first + end) / 2), end);
      assertEquals(table.bytesBetween(between), expected.bytesBetween(between), name);
    }
  }
  const all = Float64Array.from({ length: total + 1 }, (_, i) => i);
  assertEquals(table.bytesBetween(all), expected.bytesBetween(all));
  assertEquals(table.bytesBetween(Float64Array.of()), Float64Array.of());
});

Deno.test("EditedTable has the sample descriptions of the file, in sequences across edits", () => {
  assertEquals(SOURCE.map((_, i) => table.description(i)), SOURCE.map((i) => Number(i >= 7)));
  const ends = [8, 8, 8, 8, 8, 8, 8, 8, 9, 10, 15, 15, 15, 15, 15];
  assertEquals(SOURCE.map((_, i) => table.descriptionEnd(i)), ends);
});

Deno.test("EditedTable of a file of sync samples has no others", () => {
  const audio = buildTable({ durations: 10, count: COUNT });
  const edited = new EditedTable(audio, SAMPLES);
  assertEquals([edited.allSync, edited.findSyncAtOrAfter(6), edited.findSyncAtOrBefore(6)], [
    true,
    6,
    6,
  ]);
  assertEquals(new Set(edited.readSamples(0, total).flags).size, 1);
});

Deno.test("EditedTable adds what it presents to the content version", () => {
  const others: Partial<EditedSamples>[] = [
    { parts: SAMPLES.parts.with(1, { ...SAMPLES.parts[1]!, time: 101 }) },
    { moved: Float64Array.of(4, 5, 7) },
    { movedDecodeTimes: Float64Array.of(51, 72, 74) },
    { movedPresentationTimes: Float64Array.of(61, 100, 101) },
  ];
  const digests = [{}, ...others].map((change) =>
    JSON.stringify(new EditedTable(file, { ...SAMPLES, ...change }).corrections)
  );
  assertEquals(new Set(digests).size, digests.length);
});

Deno.test("EditedTable rejects durations of more than 32 bits", () => {
  const late = new EditedTable(file, { ...SAMPLES, decodeEnd: 2 ** 32 + 300 });
  assertThrows(() => late.readSamples(14, 15), MediaError, "Cannot read a sample of 4294967376");
  const factor = 2 ** 29;
  const multiplied = new EditedTable(file, { ...SAMPLES, factor });
  assertThrows(() => multiplied.scanSamples(10, 12), MediaError, "expected 32 bits");
});

Deno.test("EditedTable changes the flags of hidden sync samples only", () => {
  const dependedOn = 0x01810000; // sample_is_depended_on: 2
  const flagged = {
    ...file,
    readSamples(first: number, end: number) {
      const samples = file.readSamples(first, end);
      return {
        ...samples,
        flags: samples.flags.map((flags, i) => first + i === 2 ? dependedOn : flags),
      };
    },
  };
  const parts = [{ first: 2, end: 5, start: 0, time: 0, syncFrom: 5 }];
  const edited = new EditedTable(flagged, { ...SAMPLES, parts });
  const [first, ...others] = edited.readSamples(0, 3).flags;
  assertEquals([first, ...others], [dependedOn, NON_SYNC_FLAGS, NON_SYNC_FLAGS]);
  const late = new EditedTable(flagged, { ...SAMPLES, parts: [{ ...parts[0]!, first: 1 }] });
  assertEquals(late.readSamples(1, 2).flags[0], dependedOn);
  assertEquals(edited.hidden, SAMPLES.hidden);
});
