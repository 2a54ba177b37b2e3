import type { Presentation, Rendition } from "../../lib/presentation/presentation.ts";
import { assertEquals } from "@std/assert";
import type { SegmentedSamples } from "../../lib/presentation/segment_samples.ts";
import {
  addSyncIndexes,
  buildSyncIndex,
  createSyncReader,
  fitsSyncIndex,
} from "../../lib/presentation/sync_index.ts";
import { buildSegmentedVideo } from "./synthetic_track.ts";

const COUNT = 300;
const SYNCS = [3, 10, 11, 60, 61, 62, 140, 299];

/** Durations vary, and every third frame is presented later. */
const VIDEO = buildSegmentedVideo({
  durations: Array.from({ length: COUNT }, (_, i) => 40 + i % 5),
  compositionOffsets: Array.from({ length: COUNT }, (_, i) => 80 + 200 * (i % 3)),
  syncs: SYNCS,
});
const INDEX = buildSyncIndex(VIDEO)!;

/** A table that must not be used. */
const WITHOUT_TABLE: SegmentedSamples = {
  ...VIDEO,
  track: {
    samples: new Proxy(VIDEO.track.samples, {
      get: (_, key) => key === "allSync" ? false : unused(),
    }),
  },
  syncs: INDEX,
};

function unused(): never {
  throw new Error("The table is used");
}

Deno.test("createSyncReader() reads the same from an index as from the table, in any order", () => {
  const [table, indexed] = [createSyncReader(VIDEO), createSyncReader(WITHOUT_TABLE)];
  const ascending = Array.from({ length: COUNT + 1 }, (_, i) => i);
  for (const order of [ascending, ascending.toReversed(), [60, 60, 3, 299, 0, 150, 12, 11]]) {
    for (const sample of order) {
      const sync = table.findAtOrAfter(sample);
      assertEquals(indexed.findAtOrAfter(sample), sync);
      if (sync < COUNT) {
        assertEquals(indexed.presentationTime(sync), table.presentationTime(sync));
      }
    }
  }
  for (const sync of SYNCS.toReversed()) {
    assertEquals(indexed.presentationTime(sync), table.presentationTime(sync));
  }
});

Deno.test("createSyncReader() ignores an index where all samples are sync samples", () => {
  const all = buildSegmentedVideo({ durations: 1, count: 100 });
  assertEquals(buildSyncIndex(all), undefined);
  assertEquals(createSyncReader({ ...all, syncs: INDEX }).findAtOrAfter(4), 4);
});

Deno.test("buildSyncIndex() returns undefined without sync samples, and for times that do not fit", () => {
  assertEquals(
    buildSyncIndex(buildSegmentedVideo({ durations: 1, count: 9, syncs: [] })),
    undefined,
  );
  const timing = { ...VIDEO.timing, presentationTime: (i: number) => i === 60 ? 2 ** 33 : 40 * i };
  assertEquals(buildSyncIndex({ ...VIDEO, timing }), undefined);
});

Deno.test("fitsSyncIndex() rejects samples outside of the track", () => {
  assertEquals(fitsSyncIndex(VIDEO.timing, INDEX), true);
  for (const samples of [[], [COUNT], [3, COUNT]]) {
    const index = { ...INDEX, samples: Uint32Array.from(samples) };
    assertEquals(fitsSyncIndex(VIDEO.timing, index), false);
  }
  assertEquals(fitsSyncIndex({ ...VIDEO.timing, first: 4 }, INDEX), false);
});

Deno.test("addSyncIndexes() adds an index to video with large tables", () => {
  const video = { ...VIDEO, type: "video" };
  const large = { ...video, track: { samples: { ...VIDEO.track.samples, moovDigest: "1" } } };
  const renditions = new Map(
    Object.entries({ large, small: video, audio: { ...large, type: "audio" } }),
  );
  const indexed = addSyncIndexes({ renditions } as unknown as Presentation).renditions;
  assertEquals(
    [...indexed.values()],
    [
      { ...large, syncs: INDEX },
      renditions.get("small"),
      renditions.get("audio"),
    ] as unknown as Rendition[],
  );
});

Deno.test("createSyncReader() of a recording finds key frames at segment starts alone", () => {
  const timeline = {
    samples: Float64Array.of(10, 13, 16, 20),
    times: Float64Array.of(100, 130, 160, 200),
    keyFrames: Uint8Array.of(1, 0, 1),
  };
  const reader = createSyncReader({ ...VIDEO, timeline } as never);
  const found = [0, 10, 11, 16, 17, 20].map((sample) => reader.findAtOrAfter(sample));
  assertEquals(found, [10, 10, 16, 16, 20, 20]);
  assertEquals([10, 16].map((sync) => reader.presentationTime(sync)), [100, 160]);
});
