import { assertEquals, assertRejects } from "@std/assert";
import { RevalidatingCache } from "../../lib/library/revalidating_cache.ts";

/** A cache of the number of loads so far, of a file whose fingerprint the test sets. */
function setUp() {
  const state = { now: 0, fingerprint: "a", loads: 0 };
  const cache = new RevalidatingCache<number>({
    capacityBytes: 2 ** 20,
    maxAgeMs: 10_000,
    computeBytes: () => 8,
    now: () => state.now,
  });
  const fingerprints = () => [{ value: state.fingerprint, compute: () => state.fingerprint }];
  const get = () =>
    cache.get("key", () => Promise.resolve({ value: ++state.loads, fingerprints: fingerprints() }));
  return { state, cache, get };
}

const cases: [description: string, now: number, fingerprint: string, value: number][] = [
  ["caches for a second, even if the file changes", 999, "b", 1],
  ["loads again if the file has changed", 1000, "b", 2],
  ["caches while the file is unchanged", 9999, "a", 1],
  ["loads again after maxAge", 10_000, "a", 2],
];

for (const [description, now, fingerprint, value] of cases) {
  Deno.test(`RevalidatingCache.get() ${description}`, async () => {
    const { state, get } = setUp();
    assertEquals(await get(), 1);
    Object.assign(state, { now, fingerprint });
    assertEquals(await get(), value);
  });
}

Deno.test("RevalidatingCache.get() loads once for concurrent calls, and caches no failure", async () => {
  const { cache, get } = setUp();
  await assertRejects(() => cache.get("key", () => Promise.reject(new Error("Cannot"))), Error);
  assertEquals(await Promise.all([get(), get()]), [1, 1]);
});

Deno.test("RevalidatingCache.get() loads a value again at its own maximum age", async () => {
  const { state, cache } = setUp();
  const fingerprints = [{ value: "a", compute: () => "a" }];
  const get = () =>
    cache.get("key", () => Promise.resolve({ value: ++state.loads, fingerprints, maxAgeMs: 3000 }));
  const values = [];
  for (state.now of [0, 1999, 3000]) values.push(await get());
  assertEquals(values, [1, 1, 2]);
});
