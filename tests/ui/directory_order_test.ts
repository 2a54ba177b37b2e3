import { assertEquals } from "@std/assert";
import {
  COLUMNS,
  createComparison,
  DEFAULT_ORDER,
  type Order,
  readListState,
  writeListState,
} from "../../lib/ui/directory_order.js";

const ENTRIES = [
  { name: "part 10.mp4", rank: 2, duration: 5, bytes: 300, modified: "2026-01-02T00:00:00.000Z" },
  { name: "part 2.mp4", rank: 2, duration: 50, bytes: 20, modified: "2026-01-03T00:00:00.000Z" },
  { name: "series", rank: 1 },
  { name: "film.json", rank: 0, duration: 50, bytes: 400, modified: "2025-12-31T00:00:00.000Z" },
  { name: "notes.txt", rank: 2, bytes: 0 },
];

const orders: [key: Order["key"], descending: boolean, expected: string][] = [
  ["name", false, "film.json, series, notes.txt, part 2.mp4, part 10.mp4"],
  ["name", true, "film.json, series, part 10.mp4, part 2.mp4, notes.txt"],
  ["duration", true, "film.json, part 2.mp4, part 10.mp4, notes.txt, series"],
  ["bytes", false, "notes.txt, part 2.mp4, part 10.mp4, film.json, series"],
  ["bytes", true, "film.json, part 10.mp4, part 2.mp4, notes.txt, series"],
  ["modified", true, "part 2.mp4, part 10.mp4, film.json, notes.txt, series"],
];

for (const [key, descending, expected] of orders) {
  Deno.test(`createComparison() sorts by ${key}, ${descending ? "descending" : "ascending"}`, () => {
    const sorted = [...ENTRIES].sort(createComparison({ key, descending }));
    assertEquals(sorted.map(({ name }) => name).join(", "), expected);
  });
}

for (const { key } of COLUMNS) {
  for (const descending of [true, false]) {
    Deno.test(`readListState() reads what writeListState() wrote: ${key}, ${descending}`, () => {
      const state = { query: "50% & más?", order: { key, descending } };
      const token = "hdnts=exp=1~acl=/*~hmac=2";
      const search = writeListState(`?q=old&${token}&order=asc&sort=x`, state);
      assertEquals([search.startsWith(`?${token}&q=`), readListState(search)], [true, state]);
    });
  }
}

const searches: [search: string, query: string, order: Order][] = [
  ["", "", DEFAULT_ORDER],
  ["?q=a+b%20c", "a b c", DEFAULT_ORDER],
  ["?sort=size", "", { key: "bytes", descending: true }],
  ["?sort=none&order=desc", "", { key: "name", descending: true }],
];

for (const [search, query, order] of searches) {
  Deno.test(`readListState() reads ${search || "an empty query"}`, () => {
    assertEquals(readListState(search), { query, order });
  });
}

Deno.test("writeListState() leaves out what is the default", () => {
  assertEquals(writeListState("?q=x&sort=size", { query: "", order: DEFAULT_ORDER }), "");
  assertEquals(
    writeListState("", { query: "x", order: { key: "modified", descending: true } }),
    "?q=x&sort=date",
  );
});
