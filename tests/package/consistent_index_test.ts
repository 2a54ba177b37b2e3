import { assertEquals } from "@std/assert";
import { isConsistent } from "../../lib/package/consistent_index.ts";
import type { TrackIndex } from "../../lib/package/track_index.ts";

const columns = (...values: number[]) => Float64Array.from(values);

const INDEX: TrackIndex = {
  segmentationId: "c",
  tables: {
    moovDigest: "a",
    durations: { firsts: columns(0, 50, 50), sums: columns(0, 7, 7), samples: 90, sum: 9, min: 0 },
    offsets: { firsts: columns(0, 8), sums: columns(0, -3), samples: 90, sum: -2, min: -512 },
    chunks: { firsts: columns(0, 40), descriptions: [0, 1], descriptionFirsts: [0, 4] },
  },
  times: columns(0, 20, 30),
  samples: columns(1, 20, 90),
  firstSampleTimes: columns(-5, 21),
  totals: columns(400, 2),
  headers: columns(90, 0),
  decodeTimes: columns(0, 10, 30),
  extents: { starts: columns(0, 4096), ends: columns(4096, 8192) },
};

type Tables = TrackIndex["tables"];

function withTables(change: (tables: Tables) => Partial<Tables>): TrackIndex {
  return { ...INDEX, tables: { ...INDEX.tables, ...change(INDEX.tables) } };
}

const withDurations = (change: Partial<Tables["durations"]>) =>
  withTables(({ durations }) => ({ durations: { ...durations, ...change } }));
const withOffsets = (change: Partial<Tables["durations"]>) =>
  withTables(({ offsets }) => ({ offsets: { ...offsets!, ...change } }));
const withChunks = (change: Partial<Tables["chunks"]>) =>
  withTables(({ chunks }) => ({ chunks: { ...chunks, ...change } }));

const CONTRADICTIONS: Record<string, TrackIndex> = {
  "fewer times than segments": { ...INDEX, times: columns(0, 20) },
  "fewer samples than segments": { ...INDEX, samples: columns(1, 90) },
  "fewer sizes than segments": { ...INDEX, totals: columns(400) },
  "fewer headers than segments": { ...INDEX, headers: columns(90) },
  "more decode times than segments": { ...INDEX, decodeTimes: columns(0, 1, 2, 3) },
  "fewer extents than segments": {
    ...INDEX,
    extents: { starts: columns(0), ends: columns(4096) },
  },
  "an empty extent": { ...INDEX, extents: { starts: columns(0, 8192), ends: columns(4096, 8192) } },
  "an extent before the file": {
    ...INDEX,
    extents: { starts: columns(-4096, 0), ends: columns(4096, 8192) },
  },
  "an extent that is no integer": {
    ...INDEX,
    extents: { starts: columns(0, NaN), ends: columns(4096, 8192) },
  },
  "a fraction of a sample": { ...INDEX, samples: columns(1, 20.5, 90) },
  "an empty segment": { ...INDEX, samples: columns(1, 20, 20) },
  "a negative time": { ...INDEX, times: columns(-1, 20, 30) },
  "a segment that ends before it starts": { ...INDEX, times: columns(0, 30, 20) },
  "a time that is no integer": { ...INDEX, times: columns(0, 20, 1e300) },
  "a presentation time that is no integer": { ...INDEX, firstSampleTimes: columns(0.5, 21) },
  "a decode time that is no integer": { ...INDEX, decodeTimes: columns(0, 1, NaN) },
  "a header that is larger than its segment": { ...INDEX, headers: columns(90, 2) },
  "a negative header": { ...INDEX, headers: columns(-1, 0) },
  "a fraction of a byte": { ...INDEX, totals: columns(400.5, 2) },
  "durations before the first sample": withDurations({ firsts: columns(-1, 50, 50) }),
  "durations that go back": withDurations({ firsts: columns(0, 50, 49) }),
  "durations after the last sample": withDurations({ firsts: columns(0, 50, 91) }),
  "fewer sums than checkpoints": withDurations({ sums: columns(0, 7) }),
  "sums that go back": withDurations({ sums: columns(0, 7, 6) }),
  "sums above the sum of all": withDurations({ sums: columns(0, 7, 10) }),
  "a fraction of a tick": withDurations({ sum: 9.5 }),
  "a minimum above 0": withDurations({ min: 1 }),
  "offsets that go back": withOffsets({ firsts: columns(8, 0) }),
  "an offset that is no integer": withOffsets({ sums: columns(0, 0.5) }),
  "a minimum that is no integer": withOffsets({ min: -1e300 }),
  "chunks after the first sample": withChunks({ firsts: columns(1, 40) }),
  "chunks that go back": withChunks({ firsts: columns(40, 0) }),
  "a fraction of a chunk": withChunks({ firsts: columns(0, 0.5) }),
  "a description without a first sample": withChunks({ descriptionFirsts: [0] }),
  "descriptions after the first sample": withChunks({ descriptionFirsts: [1, 4] }),
  "descriptions that go back": withChunks({ descriptionFirsts: [0, 0] }),
  "a description at a fraction of a sample": withChunks({ descriptionFirsts: [0, 3.5] }),
};

Deno.test("isConsistent() accepts what tables of a file can be", () => {
  assertEquals(isConsistent(INDEX), true);
  const { decodeTimes: _, ...older } = INDEX;
  assertEquals(isConsistent(older), true);
  const { offsets: _offsets, ...tables } = INDEX.tables;
  assertEquals(isConsistent({ ...INDEX, tables }), true);
});

for (const [what, index] of Object.entries(CONTRADICTIONS)) {
  Deno.test(`isConsistent() rejects ${what}`, () => assertEquals(isConsistent(index), false));
}
