import { assertEquals, assertThrows } from "@std/assert";
import {
  formatAtLeast,
  formatAtMost,
  formatFigure,
  formatTable,
  median,
  medians,
  NONE,
} from "./table.ts";

const middles: [values: number[], middle: number][] = [
  [[3], 3],
  [[10, 2, 9], 9],
  [[1, 2, 3, 100], 2.5],
];

for (const [values, middle] of middles) {
  Deno.test(`median() of ${values} is ${middle}`, () => {
    assertEquals(median(values), middle);
  });
}

Deno.test("median() does not change its argument", () => {
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("median() rejects an empty list", () => {
  assertThrows(() => median([]), Error, "Cannot compute the median of no values");
});

Deno.test("medians() computes the median of each key", () => {
  const rounds = [{ a: 1, b: 30 }, { a: 2, b: 10 }, { a: 9, b: 20 }];
  assertEquals(medians(rounds), { a: 2, b: 20 });
});

const figures: [value: number | undefined, text: string][] = [
  [1234567.8, "1,234,568"],
  [123.4, "123"],
  [45.67, "45.7"],
  [0.891, "0.89"],
  [0, "0.00"],
  [undefined, NONE],
  [NaN, NONE],
];

for (const [value, text] of figures) {
  Deno.test(`formatFigure() formats ${value} as ${text}`, () => {
    assertEquals(formatFigure(value), text);
  });
}

const targets: [actual: string, text: string][] = [
  [formatAtLeast(0.9, 0.85), "0.90 (≥ 0.85)"],
  [formatAtLeast(0.8, 0.85), "0.80 (≥ 0.85) !"],
  [formatAtLeast(0.9, undefined), "0.90"],
  [formatAtLeast(undefined, 0.85), NONE],
  [formatAtMost(31, 30), "31.0 (≤ 30) !"],
  [formatAtMost(30, 30), "30.0 (≤ 30)"],
];

for (const [actual, text] of targets) {
  Deno.test(`formatAtLeast() and formatAtMost() format ${text}`, () => {
    assertEquals(actual, text);
  });
}

Deno.test("formatTable() aligns numbers right", () => {
  const text = formatTable([["name", "µs"], ["manifest", "8.50"], ["init", "12"]]);
  assertEquals(
    text,
    `| name     |   µs |
| -------- | ---: |
| manifest | 8.50 |
| init     |   12 |`,
  );
});
