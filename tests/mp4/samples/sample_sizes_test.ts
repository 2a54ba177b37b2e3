import { assertEquals } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { PagedTable } from "../../../lib/mp4/samples/paged_table.ts";
import { readStsz, readStz2, SampleSizes } from "../../../lib/mp4/samples/sample_sizes.ts";
import { concat, openTableInFile, type Part, u16, u32, u8 } from "../movie_file.ts";

const COUNT = 3000;
const SIZES = Array.from({ length: COUNT }, (_, i) => (i * 7) % 16);

/** Rows of 4 bits. */
const NIBBLES = Array.from({ length: COUNT / 2 }, (_, i) => 16 * SIZES[2 * i]! + SIZES[2 * i + 1]!);

const TABLES: [bits: number, read: typeof readStsz, body: Part][] = [
  [32, readStsz, u32(0, 0, COUNT, ...SIZES)],
  [16, readStz2, [u32(0, 16, COUNT), u16(...SIZES)]],
  [8, readStz2, [u32(0, 8, COUNT), u8(...SIZES)]],
  [4, readStz2, [u32(0, 4, COUNT), u8(...NIBBLES)]],
];

const sum = (first: number, end: number) => SIZES.slice(first, end).reduce((a, b) => a + b, 0);

for (const [bits, read, body] of TABLES) {
  Deno.test(`SampleSizes reads and sums rows of ${bits} bits`, () => {
    const box = read(new ByteReader(concat(body)));
    const sizes = new SampleSizes(box, new PagedTable(box.bytes));
    assertEquals([sizes.count, sizes.constant], [COUNT, 0]);
    assertEquals(SIZES.map((_, i) => sizes.at(i)), SIZES);
    for (const [first, end] of [[0, 0], [3, 60], [3, 300], [3, COUNT], [512, 1536]] as const) {
      assertEquals(sizes.sum(first, end), sum(first, end));
    }
    const sums = sizes.sums(Float64Array.of(5, 5, 600, COUNT));
    assertEquals([...sums], [0, sum(5, 600), sum(600, COUNT)]);
  });

  Deno.test(`SampleSizes.fill() copies rows of ${bits} bits across the blocks of a table in the file`, () => {
    const box = read(new ByteReader(concat(body)));
    const { table } = openTableInFile(box.bytes);
    for (const loaded of [0, 1, 9000]) {
      table.load(0, loaded);
      for (const first of [0, 999, 2999]) {
        const into = new Uint32Array(COUNT - first);
        new SampleSizes(box, table).fill(first, into);
        assertEquals([...into], SIZES.slice(first));
      }
    }
  });
}

Deno.test("SampleSizes multiplies a constant size", () => {
  const box = readStsz(new ByteReader(u32(0, 25, 2 ** 32 - 1)));
  const sizes = new SampleSizes(box, new PagedTable(box.bytes));
  assertEquals([sizes.at(9), sizes.sum(1, 2 ** 32 - 1)], [25, 25 * (2 ** 32 - 2)]);
});
