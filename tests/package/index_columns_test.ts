import { assertEquals } from "@std/assert";
import { restoreIndex, serializeIndex } from "../../lib/package/index_columns.ts";
import { buildPoints, INDEX, WITH_MOOV } from "./sample_indexes.ts";

Deno.test("restoreIndex() returns what serializeIndex() was given", () => {
  for (const index of [INDEX, WITH_MOOV]) {
    assertEquals(restoreIndex(serializeIndex(index)), index);
  }
});

Deno.test("serializeIndex() writes differences to what other columns predict", () => {
  const { times, samples } = INDEX;
  const constant = { ...INDEX.tables.durations, samples: 9000, sum: 9000 * 512 };
  const firsts = Float64Array.of(0, 5000);
  const serialized = serializeIndex({
    ...INDEX,
    firstSampleTimes: times.subarray(0, 2).map((time) => time + 512),
    decodeTimes: times.map((time) => time - 1024),
    tables: {
      ...INDEX.tables,
      durations: { ...constant, firsts, sums: firsts.map((it) => 512 * it) },
    },
  });
  assertEquals(serialized.times, [0, 2 ** 35, 2 ** 35]);
  assertEquals(serialized.samples, [samples[0]!, 199, 8800]);
  assertEquals(serialized.starts, [512, 0]);
  assertEquals(serialized.decodes, [-1024, 0, 0]);
  assertEquals(serialized.durations.sums, [0, 0]);
});

Deno.test("serializeIndex() keeps points of other samples as they are, and restoreIndex() refuses their columns", () => {
  const points = buildPoints(0, 50);
  const serialized = serializeIndex({ ...WITH_MOOV, points });
  assertEquals(serialized.points, points);
  assertEquals(restoreIndex(serialized)!.points, points);
  const { points: columns } = serializeIndex(WITH_MOOV);
  assertEquals(restoreIndex({ ...serialized, points: columns!, samples: [0, 25, 25] }), undefined);
});
