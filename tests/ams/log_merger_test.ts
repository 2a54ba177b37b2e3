import { assert, assertEquals } from "@std/assert";
import { LogMerger } from "../../lib/ams/log_merger.ts";
import { FakeClock } from "../http/fake_clock.ts";

/** Merger of lines that contain their time. */
function createMerger() {
  const clock = new FakeClock();
  const written: string[] = [];
  const merger = new LogMerger((lines) => written.push(lines), () => clock.now(), clock);
  const add = (thread: object | undefined, ...timesMs: number[]) =>
    merger.add({ timesMs, lines: timesMs.map((time) => `${time}\n`).join("") }, thread);
  const takeTimes = () => written.splice(0).join("").split("\n").slice(0, -1).map(Number);
  return { clock, merger, add, takeTimes };
}

const [A, B] = [{}, {}];

Deno.test("LogMerger writes the lines of several threads in order of time", () => {
  const { clock, merger, add, takeTimes } = createMerger();
  clock.advance(3);
  merger.announce(1, A);
  add(undefined, 2);
  merger.announce(3, B);
  clock.advance(97);
  assertEquals(takeTimes(), []);
  add(A, 1, 4, 4, 90);
  clock.advance(1);
  merger.announce(101, A);
  clock.advance(99);
  assertEquals(takeTimes(), [1, 2]);
  add(B, 3, 95, 140);
  clock.advance(50);
  assertEquals(takeTimes(), [3, 4, 4, 90, 95]);
  add(A, 101, 150);
  clock.advance(50);
  assertEquals(takeTimes(), [101, 140, 150]);
  assertEquals(clock.isWaiting, false);
});

Deno.test("LogMerger writes a line within 100 ms if no batch is announced", () => {
  const { clock, add, takeTimes } = createMerger();
  clock.advance(7);
  add(undefined, 7);
  clock.advance(49);
  assertEquals(takeTimes(), []);
  clock.advance(51);
  assertEquals(takeTimes(), [7]);
});

Deno.test("LogMerger waits two seconds for a batch that is announced", () => {
  const { clock, merger, add, takeTimes } = createMerger();
  merger.announce(0, A);
  add(undefined, 0);
  clock.advance(2000);
  add(undefined, 2000);
  assertEquals(takeTimes(), [0]);
  clock.advance(50);
  assertEquals(takeTimes(), [2000]);
  add(A, 1, 2050);
  clock.advance(50);
  assertEquals(takeTimes(), [1, 2050]);
});

Deno.test("LogMerger waits once for a thread that failed", () => {
  const { clock, merger, add, takeTimes } = createMerger();
  merger.announce(0, A);
  add(undefined, 0);
  clock.advance(2050);
  takeTimes();
  add(undefined, 2050);
  clock.advance(100);
  assertEquals(takeTimes(), [2050]);
});

Deno.test("LogMerger writes at once what precedes a step back of the clock", () => {
  let now = 5000;
  const clock = new FakeClock();
  const written: string[] = [];
  const merger = new LogMerger((lines) => written.push(lines), () => now, clock);
  merger.add({ timesMs: [4990], lines: "held\n" });
  clock.advance(50);
  now = 1000;
  merger.add({ timesMs: [4995], lines: "late\n" });
  clock.advance(50);
  assertEquals(written.join(""), "late\nheld\n");
  merger.add({ timesMs: [4999], lines: "later\n" });
  now += 100;
  clock.advance(50);
  assertEquals(written.at(-1), "later\n");
});

Deno.test("LogMerger writes a part of a batch, and the rest later", () => {
  const { clock, add, takeTimes } = createMerger();
  clock.advance(100);
  add(undefined, 0, 50, 100);
  clock.advance(50);
  assertEquals(takeTimes(), [0, 50, 100]);
  add(undefined, 110, 150);
  clock.advance(50);
  assertEquals(takeTimes(), [110, 150]);
});

Deno.test("LogMerger holds half a megabyte of characters", () => {
  const { merger, takeTimes } = createMerger();
  const text = `${"0".repeat(1023)}1\n`.slice(1);
  for (let timeMs = 0; timeMs < 512; timeMs++) merger.add({ timesMs: [timeMs], lines: text });
  assertEquals(takeTimes(), []);
  merger.add({ timesMs: [513], lines: text });
  const { length } = takeTimes();
  assert(length > 250 && length < 270, `${length}`);
  merger.flush();
  assertEquals(takeTimes().length, 513 - length);
});

Deno.test("LogMerger.flush() writes everything in order", () => {
  const { clock, merger, add, takeTimes } = createMerger();
  clock.advance(99);
  add(A, 3, 9);
  add(B, 1, 99);
  merger.flush();
  assertEquals(takeTimes(), [1, 3, 9, 99]);
  merger.flush();
  assertEquals(takeTimes(), []);
});

Deno.test("LogMerger keeps the order of lines of a thread whose clock was set back", () => {
  const { clock, add, takeTimes } = createMerger();
  add(undefined, 9, 3, 4);
  clock.advance(500);
  assertEquals(takeTimes(), [9, 3, 4]);
});
