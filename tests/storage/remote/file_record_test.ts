import { assertEquals } from "@std/assert";
import { readFileRecord, toFileRecord } from "../../../lib/storage/remote/file_record.ts";

Deno.test("readFileRecord() reads what toFileRecord() wrote", () => {
  for (const modifiedAtMs of [5, undefined]) {
    const file = { path: "a", size: 2 ** 40, etag: '"1"', modifiedAtMs };
    assertEquals(readFileRecord("a", toFileRecord(file)), file);
  }
});

const RECORDS = ["", "[", "null", "5", "{}", '{"size":1}', '{"size":"1","etag":"a"}'];

const UNSAFE = [
  '{"size":1,"etag":"\\"a\\n\\""}',
  '{"size":1,"etag":"\\"\u20ac\\""}',
  '{"size":1,"etag":"a"}',
];

for (const record of [...RECORDS, ...UNSAFE, '{"size":-1,"etag":"a"}', '{"size":1.5,"etag":"a"}']) {
  Deno.test(`readFileRecord() returns nothing for ${record || "nothing"}`, () => {
    assertEquals(readFileRecord("a", new TextEncoder().encode(record)), undefined);
  });
}
