import { assertEquals } from "@std/assert";
import { compareTimes, formatIsoTime, gcd, rescale, rescaleUp } from "../lib/time.ts";

const BIG = 2 ** 53 - 1;

/** Expected results of rescale() (half up) and rescaleUp(). */
const TIMES: [value: number, from: number, to: number, near: number, up: number][] = [
  [7, 25, 25, 7, 7],
  [1, 25, 90000, 3600, 3600],
  [1001, 30000, 90000, 3003, 3003],
  [1, 2, 1, 1, 1], // a half goes up
  [-1, 2, 1, 0, 0],
  [-3, 2, 1, -1, -1],
  [1, 3, 1, 0, 1],
  [2, 3, 1, 1, 1],
  [-2, 3, 1, -1, 0],
  [0, 44100, 1000, 0, 0],
  [BIG, 90000, 90000, BIG, BIG],
  [BIG, 10_000_000, 90000, 81064793292669, 81064793292669], // BigInt path
  [-BIG, 10_000_000, 90000, -81064793292669, -81064793292668],
];

for (const [value, from, to, near, up] of TIMES) {
  Deno.test(`rescale() and rescaleUp() convert ${value}/${from} to ${near}/${to} and ${up}/${to}`, () => {
    assertEquals(rescale(value, from, to), near);
    assertEquals(rescaleUp(value, from, to), up);
  });
}

Deno.test("rescale() and rescaleUp() agree with BigInt arithmetic to 2^53", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return Math.floor((seed / 2147483647) * below);
  };
  for (let i = 0; i < 2000; i++) {
    const [value, from, to] = [random(2 ** (i % 53)), 1 + random(10_000_000), 1 + random(90000)];
    const product = BigInt(value) * BigInt(to);
    const [near, up] = [2n * product + BigInt(from), product + BigInt(from) - 1n];
    const result = Number(near / (2n * BigInt(from)));
    if (!Number.isSafeInteger(result)) continue;
    assertEquals(rescale(value, from, to), result, `${value} ${from} ${to}`);
    assertEquals(rescaleUp(value, from, to), Number(up / BigInt(from)), `${value} ${from} ${to}`);
  }
});

const PAIRS: [a: number, aScale: number, b: number, bScale: number, sign: number][] = [
  [1, 25, 3600, 90000, 0],
  [1, 25, 3601, 90000, -1],
  [-1, 25, -3601, 90000, 1],
  [BIG, 90000, BIG, 90000, 0],
  [BIG, 90000, BIG - 1, 90000, 1],
  [BIG - 1, 48000, BIG, 48000, -1],
];

for (const [a, aScale, b, bScale, sign] of PAIRS) {
  Deno.test(`compareTimes() of ${a}/${aScale} and ${b}/${bScale} is ${sign}`, () => {
    assertEquals(Math.sign(compareTimes(a, aScale, b, bScale)) + 0, sign);
  });
}

Deno.test("gcd() returns the greatest common divisor", () => {
  assertEquals([gcd(12, 18), gcd(7, 0), gcd(0, 7), gcd(-4, 6)], [6, 7, 7, 2]);
});

Deno.test("formatIsoTime() formats UTC", () => {
  assertEquals(formatIsoTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), "2026-01-02T03:04:05.678Z");
});
