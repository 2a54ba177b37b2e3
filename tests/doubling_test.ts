import { assertThrows } from "@std/assert";
import { MediaError } from "../lib/errors.ts";
import { assertLinear } from "./doubling.ts";

/** Runs a function of a given cost, in milliseconds, on a clock that counts it. */
function assertCost(cost: (size: number, run: number) => number): void {
  let [time, runs] = [0, 0];
  assertLinear((size) => size, (size) => time += cost(size, runs++), { now: () => time });
}

const SCALABLE: [name: string, cost: (size: number, run: number) => number][] = [
  ["linear", (size) => size / 1000],
  ["n log n", (size) => size * Math.log2(size) / 1000],
  ["constant", () => 20],
  ["quadratic below 5 ms", (size) => (size / 2 ** 22) ** 2],
  ["linear in the least of five runs", (size, run) => run % 5 === 0 ? size / 1000 : size],
];

for (const [name, cost] of SCALABLE) {
  Deno.test(`assertLinear() accepts a ${name} cost`, () => assertCost(cost));
}

const QUADRATIC: [name: string, cost: (size: number) => number][] = [
  ["quadratic", (size) => (size / 2 ** 12) ** 2],
  ["exponential", (size) => 2 ** (size / 2 ** 14)],
];

for (const [name, cost] of QUADRATIC) {
  Deno.test(`assertLinear() rejects a ${name} cost`, () => {
    assertThrows(() => assertCost(cost), Error, "4 times the size takes more than 10 times");
  });
}

Deno.test("assertLinear() accepts input that is rejected, but no internal error", () => {
  const reject = (error: Error) => () => {
    throw error;
  };
  assertLinear((size) => size, reject(new MediaError("Cannot read 1")), { maxSize: 2 ** 12 });
  assertThrows(() => assertLinear((size) => size, reject(new RangeError("no"))), RangeError);
});
