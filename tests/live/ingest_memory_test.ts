import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { IngestError } from "../../lib/live/ingest_error.ts";
import { IngestMemory } from "../../lib/live/ingest_memory.ts";
import { settle } from "./timer_clock.ts";

/** Acquires, and returns a function that states whether it was granted. */
function acquire(account: ReturnType<IngestMemory["open"]>, bytes: number): () => boolean {
  let isGranted = false;
  const pending = account.acquire(bytes);
  if (pending) pending.then(() => isGranted = true, () => {});
  else isGranted = true;
  return () => isGranted;
}

Deno.test("IngestMemory has publishers wait above the bound, and grants in order", async () => {
  const memory = new IngestMemory(100, 100);
  const [a, b, c] = ["a", "b", "c"].map((channel) => memory.open(channel));
  const granted = [acquire(a!, 60), acquire(b!, 60), acquire(c!, 60)];
  const list = async () => {
    await settle();
    return granted.map((isGranted) => isGranted());
  };
  assertEquals([await list(), memory.bytes], [[true, true, false], 120]); // one fragment may exceed it
  a!.set(0);
  assertEquals(await list(), [true, true, false]);
  b!.set(10);
  assertEquals([await list(), memory.bytes], [[true, true, true], 70]);
  c![Symbol.dispose]();
  b![Symbol.dispose]();
  assertEquals(memory.bytes, 0);
});

Deno.test("IngestMemory bounds each channel", () => {
  const memory = new IngestMemory(1000, 100);
  const [a, waiting, other] = [memory.open("a"), memory.openComplete("a"), memory.open("b")];
  waiting.set(95);
  assertEquals([acquire(a, 10)(), acquire(other, 10)()], [true, true]);
  assertEquals([acquire(memory.open("a"), 10)(), acquire(other, 10)()], [false, true]);
});

Deno.test("IngestMemory completes one of many fragments that fill it together", async () => {
  const memory = new IngestMemory(100, 100);
  const accounts = Array.from({ length: 20 }, (_, i) => memory.open(String(i)));
  let done = 0;
  let max = 0;
  await Promise.all(accounts.map(async (account) => {
    for (let read = 0; read < 30; read += 5) {
      await account.acquire(5);
      max = Math.max(max, memory.bytes);
      await settle();
    }
    account.set(0);
    account[Symbol.dispose]();
    done++;
  }));
  assertEquals([done, memory.bytes, max <= 130], [20, 0, true]);
});

Deno.test("IngestMemory ends a fragment that stalls while others wait", async () => {
  const memory = new IngestMemory(100, 100);
  const [stalled, other] = [memory.open("a"), memory.open("b")];
  acquire(stalled, 90);
  acquire(stalled, 20);
  const isGranted = acquire(other, 20);
  memory.tick(0);
  memory.tick(19e6);
  await settle();
  assertEquals(isGranted(), false);
  memory.tick(21e6);
  await settle();
  assertEquals(isGranted(), true);
  assertThrows(() => stalled.acquire(1), IngestError, "memory is full");
  const third = memory.open("c");
  const waiting = third.acquire(50);
  third.isExpired = true;
  other.set(0);
  await assertRejects(() => waiting!, IngestError);
});

Deno.test("IngestMemory reads nothing more before complete fragments are written", async () => {
  const memory = new IngestMemory(100, 100);
  const written = ["a", "b"].map((channel) => memory.openComplete(channel));
  for (const account of written) account.set(45);
  const [c, d] = [memory.open("c"), memory.open("d")];
  const granted = [acquire(c, 20), acquire(d, 20)];
  await settle();
  assertEquals(granted.map((isGranted) => isGranted()), [false, false]);
  written[0]!.set(0);
  await settle();
  assertEquals([granted.map((isGranted) => isGranted()), memory.bytes], [[true, true], 85]);
  written[1]!.set(0);
  const more = [acquire(c, 70), acquire(d, 1)];
  await settle();
  assertEquals(more.map((isGranted) => isGranted()), [true, false]);
});

Deno.test("IngestMemory expires the largest of many fragments that never end, one each tick", async () => {
  const memory = new IngestMemory(100, 100);
  const hostile = Array.from({ length: 20 }, (_, i) => memory.open(String(i)));
  for (const [i, account] of hostile.entries()) acquire(account, i < 10 ? 4 : 6);
  const honest = memory.open("honest");
  memory.tick(0);
  acquire(hostile[5]!, 9); // may exceed the bound
  const isGranted = acquire(honest, 5);
  memory.tick(1e6);
  memory.tick(21e6);
  assertEquals(hostile.filter(({ isExpired }) => isExpired), [hostile[5]]);
  hostile[5]![Symbol.dispose]();
  await settle();
  assertEquals([isGranted(), honest.isExpired], [true, false]);
  acquire(memory.open("other"), 10);
  acquire(honest, 5);
  memory.tick(21.25e6);
  assertEquals(hostile.filter(({ isExpired }) => isExpired).length, 2);
});

Deno.test("MemoryAccount throws once it has expired, also if it acquires nothing", () => {
  const account = new IngestMemory().open("a");
  account.check();
  account.isExpired = true;
  assertThrows(() => account.check(), IngestError, "memory is full");
});
