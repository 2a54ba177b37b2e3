import { assertEquals } from "@std/assert";
import { compareNames } from "../lib/natural_order.ts";

const orders: string[][] = [
  ["1", "2", "10"],
  ["part 2.mp4", "part 10.mp4"],
  ["e1.mp4", "e2.mp4", "e10.mp4", "f1.mp4"],
  ["a", "A", "b", "B"],
  ["film.mp4", "film 2.mp4"].sort(compareNames),
  ["1", "01"].sort(compareNames),
];

for (const names of orders) {
  Deno.test(`compareNames() orders ${names.join(", ")}`, () => {
    assertEquals([...names].reverse().sort(compareNames), names);
    assertEquals([...names].sort(compareNames), names);
  });
}

Deno.test("compareNames() is 0 for equal names only", () => {
  assertEquals([compareNames("a", "a"), compareNames("1", "01") === 0], [0, false]);
});
