import { assertEquals } from "@std/assert";
import { RetimedTable } from "../../../lib/mp4/samples/retimed.ts";
import { buildTable } from "../../presentation/synthetic_track.ts";

const COUNT = 12;
const OFFSETS = [20, 50, 20, 10, 20, 20, 70, 20, 10, 20, 30, 20];
const SYNCS = [0, 4, 6, 10];
const SIZES = OFFSETS.map((_, i) => 100 + i);

/** Changes of decode times in steps of 10. */
const SHIFTS = new Map([[0, -7], [1, 3], [4, 4], [5, -6], [8, 0.5 * 8], [11, 5], [COUNT, 25]]);

const times = Array.from({ length: COUNT + 1 }, (_, i) => 10 * i + (SHIFTS.get(i) ?? 0));

const file = buildTable({
  durations: 10,
  count: COUNT,
  compositionOffsets: OFFSETS,
  syncs: SYNCS,
  sizes: SIZES,
  secondDescription: 9,
});
const retimed = new RetimedTable(file, {
  samples: Float64Array.from(SHIFTS.keys()),
  shifts: Float64Array.from(SHIFTS.values()),
  minCompositionOffset: 6,
});
const expected = buildTable({
  durations: times.slice(1).map((time, i) => time - times[i]!),
  compositionOffsets: OFFSETS.map((offset, i) => offset - (SHIFTS.get(i) ?? 0)),
  syncs: SYNCS,
  sizes: SIZES,
  start: times[0]!,
  secondDescription: 9,
});

Deno.test("RetimedTable has other decode times, and the composition times of the file", () => {
  for (let i = 0; i < COUNT; i++) {
    assertEquals(retimed.decodeTime(i), expected.decodeTime(i));
    assertEquals(retimed.compositionOffset(i), expected.compositionOffset(i));
  }
  assertEquals(retimed.decodeTime(COUNT), expected.decodeTime(COUNT));
  assertEquals(retimed.minCompositionOffset, 6);
  assertEquals(retimed.maxCompositionOffset, 77); // an upper bound
  for (let time = -10; time < 160; time++) {
    assertEquals(retimed.indexAt(time), expected.indexAt(time), `at ${time}`);
  }
});

Deno.test("RetimedTable reads any range of samples", () => {
  for (let first = 0; first < COUNT; first++) {
    for (let end = first + 1; end <= COUNT; end++) {
      const samples = expected.readSamples(first, end);
      assertEquals(retimed.readSamples(first, end), samples, `${first} to ${end}`);
      assertEquals(retimed.readSamplesUncached(first, end), samples);
      assertEquals(retimed.scanSamples(first, end), samples);
      assertEquals(retimed.uniformFields(first, end), expected.uniformFields(first, end));
    }
  }
});

Deno.test("RetimedTable has everything else of the table", () => {
  assertEquals([retimed.count, retimed.allSync], [COUNT, false]);
  for (let i = 0; i < COUNT; i++) {
    assertEquals(retimed.findSyncAtOrAfter(i), expected.findSyncAtOrAfter(i));
    assertEquals(retimed.findSyncAtOrBefore(i), expected.findSyncAtOrBefore(i));
    assertEquals(retimed.description(i), expected.description(i));
    assertEquals(retimed.descriptionEnd(i), expected.descriptionEnd(i));
    assertEquals(retimed.bytes(0, i), expected.bytes(0, i));
  }
  const bounds = Float64Array.of(0, 4, 5, COUNT);
  assertEquals(retimed.bytesBetween(bounds), expected.bytesBetween(bounds));
});
