import { assertEquals } from "@std/assert";
import { CounterUse } from "../../../lib/verify/expected/counter_use.ts";

const MAX = 2n ** 64n;

const from = (iv: bigint, count: number) =>
  Array.from({ length: count }, (_, i) => (iv + BigInt(i)) % MAX);

const A = { kid: "k", rendition: "a" };
const B = { kid: "k", rendition: "b" };

Deno.test("CounterUse accepts a sample in several formats, and segments in any order", () => {
  const counters = new CounterUse();
  const segments: [first: number, count: number][] = [[10, 5], [0, 10], [12, 1], [15, 100]];
  for (const [first, count] of segments) {
    assertEquals(counters.add({ ...A, first, ivs: from(BigInt(first) + 7n, count) }), undefined);
  }
});

Deno.test("CounterUse finds a counter of another rendition", () => {
  const counters = new CounterUse();
  counters.add({ ...A, first: 0, ivs: from(1000n, 100) });
  assertEquals(counters.add({ ...B, first: 0, ivs: from(900n, 100) }), undefined);
  assertEquals(counters.add({ ...B, first: 100, ivs: from(1000n, 3) }), {
    index: 100,
    rendition: "a",
    sample: 0,
  });
  assertEquals(counters.add({ ...B, kid: "other", first: 0, ivs: from(1000n, 3) }), undefined);
});

Deno.test("CounterUse finds a counter of another sample of the rendition", () => {
  const counters = new CounterUse();
  counters.add({ ...A, first: 0, ivs: from(1000n, 10) });
  assertEquals(counters.add({ ...A, first: 10, ivs: from(1005n, 1) }), {
    index: 10,
    rendition: "a",
    sample: 5,
  });
  assertEquals(new CounterUse().add({ ...A, first: 3, ivs: [5n, 5n] }), {
    index: 4,
    rendition: "a",
    sample: 3,
  });
});

Deno.test("CounterUse counts modulo 2^64", () => {
  const counters = new CounterUse();
  counters.add({ ...A, first: 0, ivs: from(MAX - 2n, 4) });
  assertEquals(counters.add({ ...B, first: 0, ivs: [1n] })?.sample, 3);
  assertEquals(counters.add({ ...B, first: 1, ivs: [2n] }), undefined);
});
