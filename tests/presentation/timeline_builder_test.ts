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
