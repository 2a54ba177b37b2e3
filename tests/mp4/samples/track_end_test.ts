import { assertEquals } from "@std/assert";
import {
  computeCompositionEnd,
  computePresentationEnd,
} from "../../../lib/mp4/samples/track_end.ts";
import { buildTable, buildTimedTrack } from "../../presentation/synthetic_track.ts";

Deno.test("computeCompositionEnd() returns the end of the sample presented last", () => {
  const cases: [compositionOffsets: number[], end: number][] = [
    [[0, 0, 0, 0], 4],
    [[1, 3, 1, 1], 5], // the second sample is presented last
    [[], 0],
  ];
  for (const [compositionOffsets, end] of cases) {
    const columns = { durations: 1, count: compositionOffsets.length, compositionOffsets };
    assertEquals(computeCompositionEnd(buildTable(columns)), end);
  }
});

Deno.test("computePresentationEnd() applies the edit list", () => {
  const columns = { durations: 1, count: 4, compositionOffsets: [1, 3, 1, 1] };
  assertEquals(computePresentationEnd(buildTimedTrack(columns)), 5);
  const edits = [{ duration: 0, mediaTime: 1, rate: 1 }];
  assertEquals(computePresentationEnd(buildTimedTrack(columns, { edits })), 4);
});

Deno.test("computePresentationEnd() is the end of the last one of several edits", () => {
  const { table, timing } = buildTimedTrack({ durations: [1, 90, 1, 1], count: 4 });
  const joined = Object.assign(Object.create(table), {
    lastEdit: 2,
    decodeTime: timing.decodeTime,
  });
  assertEquals(computePresentationEnd({ table: joined, timing }), 93);
  const presentationTime = (index: number) => index; // the second sample ends when the last edit starts
  assertEquals(
    computePresentationEnd({ table: joined, timing: { ...timing, presentationTime } }),
    4,
  );
});
