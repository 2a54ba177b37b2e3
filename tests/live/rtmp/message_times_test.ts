import { assertEquals } from "@std/assert";
import { AudioTimes, MessageTimes } from "../../../lib/live/rtmp/message_times.ts";

/** Returns the times of messages of one track, less the first one. */
function toTimes(timestamps: readonly number[]): number[] {
  const times = new MessageTimes();
  const all = timestamps.map((timestamp) => times.toTime(1, timestamp));
  return all.map((time) => time - all[0]!);
}

const WRAPS: [what: string, wrap: number][] = [
  ["24 bits after 4.66 hours (Node-Media-Server#25)", 2 ** 24],
  ["31 bits after 24.8 days (obs-studio#11013)", 2 ** 31],
  ["32 bits after 49.7 days (go-livepeer#1422)", 2 ** 32],
];

for (const [what, wrap] of WRAPS) {
  Deno.test(`toTime() goes on where times of ${what} wrap`, () => {
    assertEquals(toTimes([wrap - 50, wrap - 10, 30, 70]), [0, 40, 80, 120]);
    assertEquals(toTimes([wrap - 5, 3, wrap - 2, 9]), [0, 8, 3, 14]);
  });

  Deno.test(`toTime() keeps tracks together where times of ${what} wrap`, () => {
    const times = new MessageTimes();
    const messages = [[1, -20], [2, -10], [1, 20], [2, 11], [3, 15], [1, 60]] as const;
    const stated = messages.map(([track, time]) =>
      times.toTime(track, time < 0 ? wrap + time : time) - wrap
    );
    assertEquals(stated, messages.map(([, time]) => time));
  });
}

Deno.test("toTime() passes 24, 31 and 32 bits that do not wrap", () => {
  assertEquals(toTimes([2 ** 24 - 10, 2 ** 24 + 30]), [0, 40]);
  assertEquals(toTimes([2 ** 31 - 10, 2 ** 31 + 30]), [0, 40]);
});

Deno.test("toTime() finds the wrap of a track that starts before or after it", () => {
  const times = new MessageTimes();
  assertEquals(times.toTime(1, 2 ** 32 - 20), 2 ** 32 - 20);
  assertEquals(times.toTime(2, 5), 2 ** 32 + 5);
  const others = new MessageTimes();
  assertEquals(others.toTime(1, 5), 5);
  assertEquals(others.toTime(2, 2 ** 32 - 20), -20);
});

Deno.test("toTime() passes times that fall by less than a second, and holes", () => {
  assertEquals(toTimes([5000, 4999, 4100, 9000, 90_000]), [0, -1, -900, 4000, 85_000]);
});

Deno.test("toTime() goes on where an encoder starts its times again, with all tracks together", () => {
  const times = new MessageTimes();
  const messages = [[1, 50_000], [2, 50_010], [1, 0], [2, 15], [1, 40], [2, 36]] as const;
  assertEquals(
    messages.map(([track, time]) => times.toTime(track, time)),
    [50_000, 50_010, 50_000, 50_015, 50_040, 50_036],
  );
});

/** Times of frames of AAC at 48 kHz. */
function toTicks(messages: readonly number[], samples = 1024, rate = 48000): number[] {
  const times = new AudioTimes(rate);
  return messages.map((time) => times.toTicks(time, samples));
}

Deno.test("toTicks() runs on by samples where messages are rounded (kaltura/media-framework#211)", () => {
  const exact = Array.from({ length: 2000 }, (_, i) => 1024 * i);
  assertEquals(toTicks(exact.map((ticks) => Math.round(ticks / 48))), exact);
  assertEquals(toTicks(exact.map((ticks) => Math.floor(ticks / 48))), exact);
  const slow = exact.map((ticks) => Math.round(ticks / 44.1));
  assertEquals(toTicks(slow, 1024, 44100), exact);
});

Deno.test("toTicks() follows messages that are more than half a frame later", () => {
  assertEquals(toTicks([0, 21, 53, 64]), [0, 1024, 2048, 3072]);
  assertEquals(toTicks([0, 21, 54, 75]), [0, 1024, 54 * 48, 54 * 48 + 1024]);
});

Deno.test("toTicks() runs on where an encoder gives several frames one time", () => {
  const messages = Array.from({ length: 60 }, (_, i) => Math.round(Math.floor(i / 6) * 128));
  assertEquals(toTicks(messages), messages.map((_, i) => 1024 * i));
});

Deno.test("toTicks() follows messages that stay more than half a frame earlier", () => {
  const messages = Array.from(
    { length: 40 },
    (_, i) => Math.round(i * 1024 / 48) - (i < 10 ? 0 : 50),
  );
  const ticks = toTicks(messages);
  assertEquals(ticks[25], 25 * 1024);
  assertEquals(ticks[26], messages[26]! * 48);
  assertEquals(ticks[39], ticks[26]! + 13 * 1024);
});

Deno.test("toTicks() follows every message if the samples of frames are unknown", () => {
  assertEquals(toTicks([0, 20, 45], 0), [0, 960, 2160]);
});
