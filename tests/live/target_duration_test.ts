import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type RecordedPeriod, TestChannel } from "./channel.ts";
import { Encoder } from "./encoder.ts";

/** Decode spans of the segments of a track but the last, in seconds: EXTINF. */
function listDurations({ began, chunks }: RecordedPeriod, track: number): number[] {
  const { timescale } = began.tracks[track]!.live.track;
  const starts = chunks.filter((chunk) => chunk.track === track && chunk.startsSegment)
    .map(({ run }) => run.time / timescale);
  return starts.slice(1).map((start, i) => start - starts[i]!);
}

const gops: [fps: number, gop: number, target: number][] = [
  [25, 25, 2],
  [25, 61, 2],
  [50, 124, 3], // of 2.48 s: audio has segments of 2.517 s
  [25, 64, 3],
];

for (const [fps, gop, target] of gops) {
  Deno.test(`no segment rounds up to more than the target duration of ${target} s: GOPs of ${gop / fps} s`, () => {
    const channel = new TestChannel();
    const encoder = new Encoder({ fps, gop });
    const request = channel.open().push(encoder.init);
    for (let i = 0; i < 20; i++) {
      channel.wait(gop / fps);
      request.push(encoder.fragment(i));
    }
    request.push(encoder.end).finish();
    assertEquals(channel.targets, [target]);
    for (const track of [0, 1]) {
      const durations = listDurations(channel.last, track);
      assert(durations.length > 5);
      assertEquals(durations.filter((duration) => Math.round(duration) > target), []);
    }
  });
}

/** Pushes GOPs of a second on their own clock: a period for each request. */
function pushGops(channel: TestChannel, count: number, gop = 25): void {
  const encoder = new Encoder({ gop });
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < count; i++) {
    channel.wait(gop / 25);
    request.push(encoder.fragment(i));
  }
  request.abort();
}

const changes: [from: number, to: number, then: number, gop: number][] = [
  [2, 4, 2, 25],
  [1.84, 4, 1.84, 46],
  [4, 2, 2, 25],
];

for (const [from, to, then, gop] of changes) {
  Deno.test(`a segment duration of ${from} s that is changed to ${to} s is ${then} s in the next period`, () => {
    const channel = new TestChannel({ segmentDuration: from });
    pushGops(channel, 12, gop);
    channel.segmenter.settings = { segmentDuration: to, reconnect: 60 };
    pushGops(channel, 12, gop);
    assertEquals([channel.periods.length, channel.targets.length], [2, 1]);
    const { chunks } = channel.last;
    assertEquals(chunks.filter(({ isForced }) => isForced), []);
    for (const duration of listDurations(channel.last, 0)) assertAlmostEquals(duration, then);
  });
}

Deno.test("a log line tells once in a period how to encode, if segments start without a key frame", () => {
  const channel = new TestChannel({ segmentDuration: 2 });
  for (let i = 0; i < 2; i++) {
    pushGops(channel, 8, 25);
    pushGops(channel, 3, 250);
  }
  const lines = channel.logs.filter((line) => line.includes("key frame"));
  const line =
    "A segment of feed-video starts without a key frame: set the key frame interval of the encoder to 2 s or a part of it";
  assertEquals(lines, [line, line]);
});
