import { assertEquals } from "@std/assert";
import type { ChannelEvent } from "../../../lib/live/segmenter/channel_events.ts";
import { SegmentBoundaries } from "../../../lib/live/segmenter/segment_boundaries.ts";
import { TrackSegmenter } from "../../../lib/live/segmenter/track_segmenter.ts";

Deno.test("TrackSegmenter starts no second segment before the first one is presented", () => {
  const events: ChannelEvent[] = [];
  const segmenter = new TrackSegmenter({
    ...{ track: 0, name: "feed", type: "audio", isLeader: true, segments: 0 },
    timing: { timescale: 1000, decodeOrigin: -2000, presentationShift: 0, mediaTime: 2000 },
    boundaries: new SegmentBoundaries(1000, 1),
    emit: (event) => events.push(event),
  });
  segmenter.maxDuration = 1500; // less than a packet
  const count = 5;
  segmenter.add({
    samples: {
      ...{ description: 0, data: new Uint8Array(count) },
      sizes: new Uint32Array(count).fill(1),
      durations: new Uint32Array(count).fill(2000),
      compositionOffsets: new Int32Array(count),
      flags: new Uint32Array(count),
    },
    ...{ time: -2000, arrival: 0, followsHole: false, startsFragment: true, endsFragment: true },
  });
  segmenter.end();
  const starts = events.flatMap((event) =>
    event.kind === "chunk" && event.startsSegment ? event.run.time : []
  );
  assertEquals(starts, [0, 4000, 6000, 8000]);
});
