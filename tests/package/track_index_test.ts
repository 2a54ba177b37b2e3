import { assertEquals } from "@std/assert";
import { fitsSampleCount, type TrackIndex } from "../../lib/package/track_index.ts";
import { INDEX, WITH_MOOV } from "./sample_indexes.ts";

Deno.test("fitsSampleCount() returns false for columns that are longer than the track", () => {
  const three = Float64Array.of(1, 2, 3);
  const { tables } = INDEX;
  assertEquals([3, 2, 1].map((count) => fitsSampleCount(INDEX, count)), [true, true, false]);
  const longer: TrackIndex[] = [
    { ...INDEX, headers: three },
    { ...INDEX, decodeTimes: Float64Array.of(1, 2, 3, 4) },
    { ...INDEX, retiming: { samples: three, shifts: three, minCompositionOffset: 0 } },
    { ...INDEX, syncs: WITH_MOOV.syncs },
    { ...INDEX, tables: { ...tables, emptySamples: three } },
    { ...INDEX, tables: { ...tables, syncSamples: three } },
    { ...INDEX, tables: { ...tables, chunks: { ...tables.chunks, descriptions: [0, 1, 0] } } },
  ];
  for (const index of longer) {
    assertEquals([fitsSampleCount(index, 3), fitsSampleCount(index, 2)], [true, false]);
  }
});
