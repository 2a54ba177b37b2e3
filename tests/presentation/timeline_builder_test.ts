import { assertEquals } from "@std/assert";
import { TimelineBuilder } from "../../lib/presentation/timeline_builder.ts";
import { buildTimedTrack } from "./synthetic_track.ts";

const cases: [name: string, starts: number[], minLast: number, samples: number[]][] = [
  ["no start", [], 0, [0, 10]],
  ["segments", [4, 8], 0, [0, 4, 8, 10]],
  ["a last segment that is too short", [4, 8], 3, [0, 4, 10]],
  ["a last segment that is just long enough", [4, 8], 2, [0, 4, 8, 10]],
  ["a first segment that is too short", [], 20, [0, 10]],
];

for (const [name, starts, minLast, samples] of cases) {
  Deno.test(`TimelineBuilder.close() with ${name}`, () => {
    const builder = new TimelineBuilder(buildTimedTrack({ durations: 1, count: 10 }), {
      minLastSegment: minLast,
    });
    for (const start of starts) builder.startSegment(start);
    const timeline = builder.close();
    assertEquals(Array.from(timeline.samples), samples);
    assertEquals(Array.from(timeline.times), samples);
  });
}

Deno.test("TimelineBuilder.startSegment() drops a segment that would not start later", () => {
  // presentation times 0 5 1 2 3 4: from sample 2 on, the earliest is 1
  const columns = { durations: 1, count: 6, compositionOffsets: [1, 5, 0, 0, 0, 0] };
  const edits = [{ duration: 0, mediaTime: 1, rate: 1 }];
  const builder = new TimelineBuilder(buildTimedTrack(columns, { edits }));
  for (const start of [1, 2, 4]) builder.startSegment(start);
  const { times, samples } = builder.close();
  assertEquals([Array.from(times), Array.from(samples)], [[0, 5, 6], [0, 1, 6]]);
});

const known: [count: number, minLast: number, listed: number[] | undefined][] = [
  [5, 0, undefined], // the next sample might be presented before the one at 4
  [6, 0, [0, 4]],
  [6, 3, undefined], // the segment that starts at 4 might join the one before it
  [7, 3, [0, 4]],
];

for (const [count, minLastSegment, listed] of known) {
  Deno.test(`TimelineBuilder.snapshot() of ${count} samples lists ${listed}, with last segments of ${minLastSegment}`, () => {
    const builder = new TimelineBuilder(buildTimedTrack({ durations: 1, count }), {
      minLastSegment,
    });
    builder.startSegment(4);
    const times = builder.snapshot()?.times;
    assertEquals(times && Array.from(times), listed);
    builder.append(buildTimedTrack({ durations: 1, count: 20 }));
    builder.startSegment(10);
    assertEquals(Array.from(builder.snapshot()!.times), [0, 4, 10]);
    assertEquals(Array.from(builder.firstSampleTimes), [0, 4, 10]);
    assertEquals(Array.from(builder.close().samples), [0, 4, 10, 20]);
  });
}

Deno.test("TimelineBuilder.snapshot() waits for samples that are presented before the first one of a segment", () => {
  // presentation times 0 1 4 2 3 5 …: the segment from sample 2 on starts at 2
  const compositionOffsets = [1, 1, 3, 0, 0, 1, 1, 1];
  const edits = [{ duration: 0, mediaTime: 1, rate: 1 }];
  const listed = [3, 4, 5, 8].map((count) => {
    const columns = { durations: 1, count, compositionOffsets: compositionOffsets.slice(0, count) };
    const builder = new TimelineBuilder(buildTimedTrack(columns, { edits }));
    builder.startSegment(2);
    return Array.from(builder.snapshot()?.times ?? []);
  });
  assertEquals(listed, [[], [], [0, 2], [0, 2]]);
});
