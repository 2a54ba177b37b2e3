import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { PagedTable } from "../../../lib/mp4/samples/paged_table.ts";
import { SyncSamples } from "../../../lib/mp4/samples/sync_samples.ts";
import { u32 } from "../movie_file.ts";

const build = (...numbers: number[]) => new SyncSamples(new PagedTable(u32(...numbers)));

Deno.test("SyncSamples.countUpTo() counts in any order of queries", () => {
  const numbers = Array.from({ length: 500 }, (_, i) => 1 + 13 * i);
  const syncs = build(...numbers);
  for (const step of [1, 7, 4001, -1, -250]) {
    for (let i = 0; i < 300; i++) {
      const index = (7000 * 300 + 3 + i * step) % 7000;
      assertEquals(syncs.countUpTo(index), numbers.filter((number) => number - 1 <= index).length);
    }
  }
  assertEquals([syncs.countUpTo(-1), syncs.countUpTo(1e9)], [0, 500]);
});

Deno.test("SyncSamples.at() counts samples from 0", () => {
  const syncs = build(1, 5);
  assertEquals([syncs.length, syncs.at(0), syncs.at(1)], [2, 0, 4]);
});

Deno.test("SyncSamples.check() returns whether the numbers are distinct", () => {
  assertEquals([build(1, 2, 9).check(9), build(1, 2, 2).check(9), build().check(0)], [
    ...[true, false, true],
  ]);
});

for (const numbers of [[0], [10], [3, 2]]) {
  Deno.test(`SyncSamples.check() rejects ${numbers} of 9 samples`, () => {
    assertThrows(() => build(...numbers).check(9), MediaError, "Cannot read sample_number");
  });
}
