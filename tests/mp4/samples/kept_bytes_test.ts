import { assertEquals } from "@std/assert";
import {
  areKept,
  findKept,
  keepBytes,
  KeptRows,
  MAX_KEPT_BYTES,
} from "../../../lib/mp4/samples/kept_bytes.ts";
import { memorySource } from "../movie_file.ts";

const FILE = Uint8Array.from({ length: 300 }, (_, i) => i % 251);
const { source } = memorySource(FILE);

Deno.test("keepBytes() returns ranges in order, those close together as one", () => {
  assertEquals(keepBytes(source, [[100, 108], [10, 14], [12, 20], [115, 120], [250, 254]]), {
    bounds: [10, 20, 100, 120, 250, 254],
    bytes: Uint8Array.of(
      ...FILE.subarray(10, 20),
      ...FILE.subarray(100, 120),
      ...FILE.subarray(250, 254),
    ),
  });
});

Deno.test("keepBytes() returns nothing for none, too many bytes, and sources that are not synchronous", () => {
  const large = memorySource(new Uint8Array(2 * MAX_KEPT_BYTES)).source;
  assertEquals(keepBytes(source, []), undefined);
  assertEquals(keepBytes(large, [[0, MAX_KEPT_BYTES + 1]]), undefined);
  assertEquals(keepBytes(large, [[0, MAX_KEPT_BYTES]])?.bytes.length, MAX_KEPT_BYTES);
  assertEquals(keepBytes({ ...source, synchronous: false }, [[0, 1]]), undefined);
});

Deno.test("findKept() finds bytes of one range", () => {
  const kept = keepBytes(source, [[10, 20], [100, 120]])!;
  assertEquals(findKept(kept, 10, 20), FILE.subarray(10, 20));
  assertEquals(findKept(kept, 105, 120), FILE.subarray(105, 120));
  assertEquals(findKept(kept, 9, 12), undefined);
  assertEquals(findKept(kept, 15, 105), undefined);
});

Deno.test("KeptRows copy ranges within the body, and find what they contain", () => {
  const kept = keepBytes(source, [[10, 14], [95, 105], [130, 138], [250, 254]])!;
  const body = new Uint8Array(100); // from byte 100 on
  const rows = new KeptRows(kept, 100, body);
  const expected = new Uint8Array(100);
  expected.set(FILE.subarray(130, 138), 30);
  assertEquals(body, expected);
  assertEquals(rows.find(32, 38), { start: 30, end: 38 });
  assertEquals(rows.find(32, 39), undefined);
  assertEquals(rows.find(0, 4), undefined);
});

const invalid: [what: string, bounds: number[], size: number][] = [
  ["an odd number of bounds", [0, 4, 8], 4],
  ["ranges that overlap", [0, 4, 3, 5], 6],
  ["an end before its start", [4, 0], 4],
  ["a range after the end of the file", [98, 102], 4],
  ["fewer bytes than ranges", [0, 4, 8, 10], 5],
  ["a fraction", [0, 0.5, 0.5, 4], 4],
  ["a negative start", [-4, 0], 4],
];

Deno.test("areKept() accepts what keepBytes() returns", () => {
  assertEquals(areKept(keepBytes(source, [[10, 14], [100, 108]])!, 300), true);
});

for (const [what, bounds, size] of invalid) {
  Deno.test(`areKept() refuses ${what}`, () => {
    assertEquals(areKept({ bounds, bytes: new Uint8Array(size) }, 100), false);
  });
}
