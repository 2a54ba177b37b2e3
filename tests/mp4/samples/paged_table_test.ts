import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { PagedTable, readRows } from "../../../lib/mp4/samples/paged_table.ts";
import { openTableInFile, u32 } from "../movie_file.ts";

const COUNT = 100_000;
const ROWS = u32(...Array.from({ length: COUNT }, (_, i) => 7 * i));

const open = () => openTableInFile(ROWS);

Deno.test("PagedTable reads rows of a table in memory", () => {
  const table = new PagedTable(ROWS);
  assertEquals([table.byteLength, table.u32(4), table.u16(6), table.u8(7)], [4 * COUNT, 7, 7, 7]);
});

for (const [what, step] of [["forwards", 1], ["backwards", -1], ["in jumps", 70_001]] as const) {
  Deno.test(`PagedTable reads rows of a table in the file ${what}`, () => {
    const { table } = open();
    for (let i = 0; i < 1000; i++) {
      const row = (COUNT + 5 + i * step) % COUNT;
      assertEquals(table.u32(4 * row), 7 * row);
    }
  });
}

Deno.test("PagedTable reads every byte of a table in the file", () => {
  const { table } = open();
  for (let at = 0; at < ROWS.length; at++) {
    if (table.u8(at) !== ROWS[at]) throw new Error(`Cannot read byte ${at}`);
  }
});

Deno.test("PagedTable reads nearby rows with few reads", () => {
  const { table, reads } = open();
  for (let row = 0; row < 20_000; row++) table.u32(4 * row);
  assertLess(reads.length, 8);
});

Deno.test("PagedTable reads the last row of the file once", () => {
  const { table, reads } = open();
  const end = table.byteLength;
  const readLast = () => [table.u32(end - 4), table.u16(end - 2), table.u8(end - 1)];
  assertEquals([readLast()[0], table.rowsFrom(end - 4, 4).byteLength], [7 * (COUNT - 1), 4]);
  assertEquals(readLast()[0], 7 * (COUNT - 1));
  assertEquals(reads.length, 1);
});

Deno.test("PagedTable.load() loads rows, which are not read again", () => {
  const { table, reads } = open();
  table.load(4 * 5000, 4 * 9000);
  const before = reads.length;
  for (let row = 5000; row < 9000; row++) assertEquals(table.u32(4 * row), 7 * row);
  assertEquals(reads.length, before);
});

Deno.test("PagedTable.scan() visits all rows of a range in order", () => {
  for (const table of [open().table, new PagedTable(ROWS)]) {
    let row = 3;
    table.scan(4 * 3, 4 * 99_000, (rows, at) => {
      assertEquals(at, 4 * row);
      for (let i = 0; i < rows.byteLength; i += 4) assertEquals(rows.getUint32(i), 7 * row++);
    });
    assertEquals(row, 99_000);
  }
});

for (const rowSize of [4, 8]) {
  Deno.test(`PagedTable.rowsFrom() returns whole rows of ${rowSize} bytes, in the file and loaded`, () => {
    for (const loaded of [0, 9000, 4 * COUNT]) {
      const { table, reads } = open();
      table.load(0, loaded);
      let at = 8;
      while (at < table.byteLength) {
        const rows = table.rowsFrom(at, rowSize);
        assertLess(rowSize - 1, rows.byteLength);
        for (let i = 0; i + rowSize <= rows.byteLength; i += rowSize, at += rowSize) {
          assertEquals(rows.getUint32(i), 7 * at / 4);
        }
      }
      assertEquals(at, table.byteLength);
      assertLess(reads.length, 20);
    }
  });
}

Deno.test("readRows() returns the bytes of rows, and rejects a count that exceeds the box", () => {
  assertEquals(readRows(new ByteReader(u32(1, 2, 3)), 2, 4), u32(1, 2));
  const read = () => readRows(new ByteReader(u32(1, 2, 3)), 4, 4);
  assertThrows(read, MediaError, "Cannot read 4 entries where 12 bytes are left");
});

for (const at of [-4, 6, 8, 1e308]) {
  Deno.test(`PagedTable rejects a row at byte ${at} of 8`, () => {
    const table = new PagedTable(new Uint8Array(8));
    for (const read of [() => table.u32(at), () => table.rowsFrom(at, 4)]) {
      assertThrows(read, MediaError, `at byte ${at} of a table of 8 bytes`);
    }
  });
}

Deno.test("readRows() rejects more than 16777216 rows", () => {
  const read = (count: number, rowSize: number) =>
    readRows(new ByteReader(new Uint8Array(2 ** 23 + 1)), count, rowSize).length;
  assertEquals(read(2 ** 24, 0.5), 2 ** 23);
  assertEquals(read(2 ** 32 - 1, 0), 0); // no rows: all samples are equal
  assertThrows(
    () => read(2 ** 24 + 1, 0.5),
    MediaError,
    "Cannot read 16777217 entries, expected at most 16777216",
  );
});
