import { assert, assertEquals } from "@std/assert";
import { packJson, unpackJson } from "../../lib/package/packed_json.ts";

const column = (length: number, value: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => value(i));

/** Columns of integers whose greatest and least value are less than 2^48 apart. */
const COLUMNS: Record<string, Float64Array> = {
  "equal values": column(600, () => 1001),
  "small values, some negative": column(9, (i) => i % 3 - 1),
  "values of 3 bytes": column(100, (i) => (i * 7_654_321) % 2 ** 24),
  "large negative values": column(8, (i) => -(2 ** 53) + 2 + i * 2 ** 40),
  "values 2^48 - 1 apart": column(8, (i) => i % 2 ? 2 ** 48 - 1 : 0),
};

for (const [what, values] of Object.entries(COLUMNS)) {
  Deno.test(`unpackJson() reads what packJson() wrote: ${what}`, () => {
    const document = { name: "é", values, others: [values, null], last: true };
    const packed = packJson(document);
    assertEquals(unpackJson(packed), document);
    assertEquals(unpackJson(packJson({ ...document, values: [...values] })), document);
  });
}

Deno.test("packJson() leaves columns as JSON that are short, or whose values are no integers or far apart", () => {
  const others = [
    [],
    [1, 2, 3, 4, 5, 6, 7],
    [1, 2, 3, 4, 5, 6, 7, 0.5],
    [0, 0, 0, 0, 0, 0, 0, 2 ** 48],
    [-(2 ** 53) + 1, 0, 0, 0, 0, 0, 0, 2 ** 53 - 1],
    [0, 0, 0, 0, 0, 0, 0, "1"],
  ];
  assertEquals(unpackJson(packJson({ others })), { others });
  const text = new TextDecoder().decode(packJson({ others }));
  assertEquals(text, `${JSON.stringify({ others })}\0`);
  assertEquals(unpackJson(packJson(Float64Array.of(1, NaN))), [1, null]);
});

Deno.test("unpackJson() returns bytes that it does not share with the packed ones", () => {
  const bytes = Uint8Array.of(0, 1, 255);
  const packed = packJson({ a: bytes, b: { bytes: new Uint8Array() } });
  const unpacked = unpackJson(packed);
  packed.fill(9);
  assertEquals(unpacked, { a: bytes, b: { bytes: new Uint8Array() } });
});

Deno.test("packJson() takes less than two bytes for a value of two bytes, where most are similar", () => {
  assert(packJson(column(1000, (i) => 70_000 + i % 200)).length < 1100);
});

function pack(json: string, ...bytes: number[]): Uint8Array {
  return Uint8Array.of(...new TextEncoder().encode(json), 0, ...bytes);
}

const INVALID: Record<string, Uint8Array> = {
  "nothing": new Uint8Array(),
  "JSON without an end": new TextEncoder().encode("{}"),
  "no JSON": pack("{"),
  "bytes that are missing": pack(`{"#bytes":2}`, 1),
  "bytes of a negative size": pack(`{"#bytes":-1}`, 1),
  "bytes of a size that is no number": pack(`{"#bytes":"1"}`, 1),
  "a column that is missing": pack(`{"#column":[8,1,0]}`, 1, 2, 3, 4, 5, 6, 7),
  "a column far too large to allocate": pack(`{"#column":[9007199254740991,6,0]}`, 1),
  "a column without values": pack(`{"#column":[0,1,0]}`, 1),
  "a column of values without bytes": pack(`{"#column":[1000000000,0,0]}`, 1),
  "a column of wide values": pack(`{"#column":[1,7,0]}`, 1, 2, 3, 4, 5, 6, 7),
  "a column of a fraction of values": pack(`{"#column":[0.5,2,0]}`, 1),
  "a column from a fraction on": pack(`{"#column":[1,1,0.5]}`, 1),
  "a column with a list too short": pack(`{"#column":[1,1]}`, 1),
  "a column that is no list": pack(`{"#column":1}`, 1),
  "bytes that were taken": pack(`[{"#bytes":1},{"#bytes":1}]`, 1),
};

for (const [what, packed] of Object.entries(INVALID)) {
  Deno.test(`unpackJson() returns undefined for ${what}`, () => {
    assertEquals(unpackJson(packed), undefined);
  });
}
