import { assert, assertEquals } from "@std/assert";
import type { SegmentRecord } from "../../lib/archive/index_record.ts";
import { SegmentStart } from "../../lib/presentation/segment_timeline.ts";
import { locateSegment, TimelineHistory } from "../../lib/archive/timeline_history.ts";

function segment(ordinal: number, changes: Partial<SegmentRecord> = {}): SegmentRecord {
  return {
    kind: "segment",
    track: 0,
    ordinal,
    startsSegment: true,
    isSync: true,
    isForced: false,
    decodeTime: 40 * ordinal + (ordinal > 0 ? 2 : 0),
    time: 40 * ordinal,
    duration: ordinal > 0 ? 40 : 42,
    presentedDuration: 40,
    offset: 1000 * (ordinal % 150),
    bytes: 900 + ordinal,
    headerBytes: 100,
    samples: 4,
    arrival: 0,
    ...changes,
  };
}

Deno.test("TimelineHistory has the timeline of a presentation", () => {
  const history = new TimelineHistory();
  history.append(segment(0, { time: -2, presentedDuration: 42 }), 1);
  const before = history.snapshot();
  history.append(segment(1), 1);
  const timeline = history.snapshot();
  assertEquals([...timeline.times], [0, 40, 80]);
  assertEquals([...timeline.samples], [0, 4, 8]);
  assertEquals([...timeline.decodeTimes], [0, 42, 82]);
  assertEquals([...timeline.firstSampleTimes], [0, 40]);
  assertEquals([[...timeline.bytes], [...timeline.headers]], [[900, 901], [100, 100]]);
  assertEquals([[...before.times], [...before.bytes]], [[0, 40], [900]]);
  assertEquals(history.endTime, 80);
});

Deno.test("TimelineHistory rejects a segment that does not follow", () => {
  const history = new TimelineHistory();
  assertEquals(history.append(segment(5), 1), true);
  assertEquals([4, 5, 7].map((ordinal) => history.append(segment(ordinal), 1)), [
    false,
    false,
    false,
  ]);
  assertEquals(history.append(segment(6), 1), true);
});

Deno.test("TimelineHistory keeps what it has listed where the next segment starts elsewhere", () => {
  const history = new TimelineHistory();
  history.append(segment(0), 1);
  const before = history.snapshot();
  history.append(segment(1, { time: 41 }), 1);
  assertEquals([...before.times], [0, 40]);
  assertEquals([...history.snapshot().times], [0, 41, 81]);
});

Deno.test("TimelineHistory forgets what is older than the window, and finds the bytes of the rest", () => {
  const history = new TimelineHistory();
  for (let i = 0; i < 400; i++) history.append(segment(i), 7 + Math.floor(i / 150));
  assertEquals(history.dropBefore(40 * 149 + 39), 149);
  const timeline = history.snapshot();
  assertEquals([timeline.firstOrdinal, timeline.bytes.length, timeline.times[0]], [
    149,
    251,
    40 * 149,
  ]);
  assertEquals([0, 1, 151, 250].map((index) => locateSegment(timeline, index)), [
    { block: 7, offset: 149_000, bytes: 1049 },
    { block: 8, offset: 0, bytes: 1050 },
    { block: 9, offset: 0, bytes: 1200 },
    { block: 9, offset: 99_000, bytes: 1299 },
  ]);
  assertEquals(history.dropBefore(Infinity), 250);
  assertEquals([history.count, history.snapshot().firstOrdinal], [1, 399]);
});

Deno.test("TimelineHistory forgets deleted blocks", () => {
  const history = new TimelineHistory();
  for (let i = 0; i < 400; i++) history.append(segment(i), 7 + Math.floor(i / 150));
  history.dropBlocksBefore(8);
  const { firstOrdinal, blocks } = history.snapshot();
  assertEquals([firstOrdinal, blocks.map(({ number }) => number)], [150, [8, 9]]);
  history.dropBlocksBefore(8);
  assertEquals(history.count, 250);
});

Deno.test("TimelineHistory takes at most 64 bytes a segment", () => {
  const history = new TimelineHistory();
  for (let i = 0; i < 50_000; i++) {
    history.append(segment(i), Math.floor(i / 150));
    if (history.count > 20_000) history.dropBefore(40 * (i - 20_000));
  }
  assert(
    history.residentBytes <= 64 * history.count,
    String(history.residentBytes / history.count),
  );
});

Deno.test("TimelineHistory knows what segments start with", () => {
  const history = new TimelineHistory();
  history.append(segment(0), 1);
  history.append(segment(1, { isReordered: true }), 1);
  history.append(segment(2, { isSync: false, isForced: true }), 1);
  const { KEY_FRAME, OPEN_GOP, OTHER } = SegmentStart;
  assertEquals([...history.snapshot().keyFrames], [KEY_FRAME, OPEN_GOP, OTHER]);
});
