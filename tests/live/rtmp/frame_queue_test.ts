import { assertEquals } from "@std/assert";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { FrameQueue, type TimedFrame } from "../../../lib/live/rtmp/frame_queue.ts";
import type { LiveFragment } from "../../../lib/live/media/live_samples.ts";

function frame(time: number, fields: Partial<TimedFrame> = {}): TimedFrame {
  return {
    ...{ time, duration: undefined, compositionOffset: 0, isSync: false, arrival: time },
    ...{ data: Uint8Array.of(time & 255, 1), ...fields },
  };
}

function queue(...frames: TimedFrame[]): FrameQueue {
  const queue = new FrameQueue(1);
  for (const frame of frames) queue.add(frame);
  return queue;
}

const durations = (fragment?: LiveFragment) => fragment && [...fragment.samples.durations];

Deno.test("take() returns the columns of all frames whose duration is known", () => {
  const frames = queue(
    frame(100, { isSync: true, compositionOffset: 80 }),
    frame(140, { compositionOffset: -5 }),
    frame(181),
  );
  const { samples, ...fragment } = frames.take(0)!;
  assertEquals(fragment, {
    ...{ trackId: 1, time: 100n, wraps: false, presentationTime: undefined, isNext: true },
  });
  assertEquals(samples.data, Uint8Array.of(100, 1, 140, 1));
  assertEquals([...samples.sizes, ...samples.durations], [2, 2, 40, 41]);
  assertEquals([...samples.compositionOffsets, ...samples.flags], [
    80,
    -5,
    SYNC_FLAGS,
    NON_SYNC_FLAGS,
  ]);
  assertEquals([frames.first?.time, frames.bytes], [181, 66]);
  assertEquals(frames.take(0), undefined);
});

Deno.test("take() gives the last frame the duration before it once it is due", () => {
  const frames = queue(frame(0), frame(33));
  assertEquals(durations(frames.take(32)), [33]);
  assertEquals(durations(frames.take(33)), [33]);
  assertEquals([frames.first, frames.bytes], [undefined, 0]);
});

Deno.test("take() keeps a single frame until its duration is known, or the end", () => {
  const frames = queue(frame(0));
  assertEquals(frames.take(1e9), undefined);
  assertEquals(durations(frames.take(Infinity)), [40]);
});

Deno.test("take() lets the last frame last until one that follows in another fragment", () => {
  assertEquals(durations(queue(frame(0), frame(40)).take(0, 75)), [40, 35]);
  assertEquals(durations(queue(frame(0), frame(40)).take(0, 40)), [40]);
});

Deno.test("take() gives audio the duration of its samples, and the distance to the next", () => {
  const audio = { duration: 1024 };
  assertEquals(durations(queue(frame(0, audio), frame(1500, audio)).take(0)), [1500, 1024]);
});

Deno.test("minTime is behind the last frame, and behind half of it once it was taken", () => {
  const frames = queue();
  assertEquals([frames.isNew, frames.minTime], [true, -Infinity]);
  frames.add(frame(0));
  frames.add(frame(40));
  assertEquals([frames.isNew, frames.minTime], [false, 41]);
  frames.take(0);
  assertEquals(frames.minTime, 41);
  frames.take(Infinity);
  assertEquals(frames.minTime, 61);
});
