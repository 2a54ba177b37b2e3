import { assertEquals } from "@std/assert";
import {
  loadHashedPoints,
  readHashedPoints,
  selectMatchingPoints,
  storeHashedPoints,
} from "../../lib/presentation/hashed_points.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import type { Source } from "../../lib/storage/source.ts";
import { buildSegmentedVideo, SOURCE } from "./synthetic_track.ts";

function buildVideo(source: Source): MediaRendition {
  const segmented = buildSegmentedVideo({ durations: 1, count: 1000, syncs: [0, 500] });
  return { type: "video", source, ...segmented } as unknown as MediaRendition;
}

function countReads(source: Source): { source: Source; reads: number[] } {
  const reads: number[] = [];
  return {
    reads,
    source: {
      ...source,
      read(offset, into) {
        reads.push(offset);
        return source.read(offset, into);
      },
    },
  };
}

const VIDEO = buildVideo(SOURCE);
const POINTS = storeHashedPoints(VIDEO)!;

Deno.test("storeHashedPoints() returns what readHashedPoints() yields", async () => {
  const all = await Array.fromAsync(readHashedPoints(VIDEO));
  assertEquals(all.flatMap((bytes) => [...bytes]), [...POINTS]);
  const slow = buildVideo({ ...SOURCE, synchronous: false });
  assertEquals(storeHashedPoints(slow), undefined);
});

Deno.test("loadHashedPoints() loads what readHashedPoints() reads, of all tracks of a file at once", async () => {
  const loads: { offset: number; size: number }[][] = [];
  const { source, reads } = countReads(SOURCE);
  const remote: Source = {
    ...source,
    load: (ranges) => {
      loads.push([...ranges]);
      return Promise.resolve();
    },
  };
  await loadHashedPoints([buildVideo(remote), buildVideo(remote), buildVideo(source)]);
  assertEquals([loads.length, reads], [1, []]);
  await Array.fromAsync(readHashedPoints(buildVideo(source)));
  assertEquals(loads[0]!.map(({ offset }) => offset), [...reads, ...reads]);
  assertEquals(loads[0]!.every(({ size }) => size > 0 && size <= 64), true);
});

Deno.test("selectMatchingPoints() compares two points of a file with one track, and of one with two", async () => {
  for (const tracks of [1, 2]) {
    const { source, reads } = countReads(SOURCE);
    const renditions = Array.from({ length: tracks }, () => buildVideo(source));
    const points = renditions.map(() => POINTS);
    assertEquals(await selectMatchingPoints(renditions, points), points);
    assertEquals(new Set(reads).size, reads.length);
    assertEquals(reads.length <= 2, true);
  }
});

Deno.test("selectMatchingPoints() rejects those of all tracks of a file whose media differs at one", async () => {
  const { source: probe, reads } = countReads(SOURCE);
  await selectMatchingPoints([buildVideo(probe), buildVideo(probe)], [POINTS, POINTS]);
  for (const edited of [...new Set(reads)]) {
    const source: Source = {
      ...SOURCE,
      read(offset, into) {
        SOURCE.read(offset, into);
        if (offset <= edited && edited < offset + into.length) into[edited - offset]! ^= 1;
      },
    };
    const renditions = [buildVideo(source), buildVideo(source), VIDEO];
    assertEquals(await selectMatchingPoints(renditions, [POINTS, POINTS, POINTS]), [
      undefined,
      undefined,
      POINTS,
    ]);
  }
});

Deno.test("selectMatchingPoints() rejects points of other samples", async () => {
  for (
    const points of [undefined, POINTS.subarray(1), new Uint8Array(0), POINTS.subarray(0, 400)]
  ) {
    assertEquals(await selectMatchingPoints([VIDEO], [points]), [undefined]);
  }
  const short = buildVideo({ ...SOURCE, size: 1 });
  assertEquals(await selectMatchingPoints([short], [POINTS]), [undefined]);
});
