import { assertEquals } from "@std/assert";
import { type TimedFragment, TrackQueue } from "../../../lib/live/segmenter/track_queue.ts";

function fragment(time: number, count = 1, duration = 1): TimedFragment {
  const samples = {
    description: 0,
    sizes: new Uint32Array(count).fill(1),
    durations: new Uint32Array(count).fill(duration),
    compositionOffsets: new Int32Array(count),
    flags: new Uint32Array(count),
    data: new Uint8Array(count),
  };
  return { samples, time, arrival: 0 };
}

Deno.test("TrackQueue.add() waits for a missing fragment with at most 1000 others", () => {
  const queue = new TrackQueue({ timescale: 1e9, patience: 4 });
  assertEquals(queue.add(fragment(0), 0).length, 1);
  for (let i = 0; i < 1000; i++) assertEquals(queue.add(fragment(1e9 + i), 0), []);
  const [first, ...rest] = queue.add(fragment(1e9 + 1000), 0);
  assertEquals([first!.followsHole, rest.length, queue.waiting.length], [true, 1000, 0]);
});

Deno.test("TrackQueue.waitingBytes counts the columns of samples, too", () => {
  const queue = new TrackQueue({ timescale: 1000, patience: 4 });
  queue.add(fragment(0), 0);
  queue.add(fragment(1000, 1000), 0);
  assertEquals(queue.waitingBytes >= 17_000, true);
});

Deno.test("TrackQueue.contradicts() remembers 65,536 samples, however short they are", () => {
  const queue = new TrackQueue({ timescale: 1e9, patience: 4 });
  for (let i = 0; i < 5; i++) queue.add(fragment(i * 2 ** 15, 2 ** 15), 0);
  assertEquals(queue.contradicts(fragment(5 * 2 ** 15 - 2)), false);
  assertEquals(queue.contradicts(fragment(0)), true); // it is forgotten
});

Deno.test("TrackQueue.add() does not wait for what cannot come any more", () => {
  const queue = new TrackQueue({ timescale: 1000, patience: 4 });
  queue.add(fragment(0), 0);
  const [next] = queue.add({ ...fragment(1000), isNext: true }, 0);
  assertEquals([next?.time, next?.followsHole, queue.waiting.length], [1000, true, 0]);
});
