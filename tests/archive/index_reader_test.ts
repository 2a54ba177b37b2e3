import { assertEquals } from "@std/assert";
import { IndexReader } from "../../lib/archive/index_reader.ts";
import {
  encodeRecords,
  INDEX_RECORD_SIZE,
  type IndexRecord,
} from "../../lib/archive/index_record.ts";

const RECORDS = Array.from({ length: 9 }, (_, i): IndexRecord => ({ kind: "block", arrival: i }));

const BYTES = encodeRecords(RECORDS);

Deno.test("IndexReader returns each record once, at whatever sizes the file is seen", () => {
  for (let step = 1; step < 200; step += 3) {
    const reader = new IndexReader();
    const read: IndexRecord[] = [];
    for (let size = 0; size < BYTES.length + step; size += step) {
      const bytes = BYTES.subarray(reader.offset, size);
      if (size > reader.size) read.push(...reader.add(bytes)!);
      assertEquals(reader.size, INDEX_RECORD_SIZE * read.length);
    }
    assertEquals(read, RECORDS);
  }
});

Deno.test("IndexReader notices an index that was cut, and one that is another", () => {
  const read = () => {
    const reader = new IndexReader();
    assertEquals(reader.add(BYTES.subarray(0, 5 * INDEX_RECORD_SIZE))!.length, 5);
    return reader;
  };
  const reader = read();
  assertEquals(reader.offset, 4 * INDEX_RECORD_SIZE);
  assertEquals(reader.add(BYTES.subarray(reader.offset, 3 * INDEX_RECORD_SIZE)), undefined);
  const other = encodeRecords(RECORDS.map((record) => ({ ...record, arrival: 1000 })));
  assertEquals(read().add(other.subarray(reader.offset)), undefined);
  assertEquals(read().add(BYTES.subarray(reader.offset)), RECORDS.slice(5));
});
