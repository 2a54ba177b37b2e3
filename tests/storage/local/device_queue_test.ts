import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { DeviceQueue } from "../../../lib/storage/local/device_queue.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Operations that run until the test completes them, each with a number. */
class PendingOperations {
  readonly started: number[] = [];
  readonly complete: (() => void)[] = [];

  create(number: number): () => Promise<number> {
    return () => {
      this.started.push(number);
      return new Promise((resolve) => this.complete[number] = () => resolve(number));
    };
  }
}

/** Runs all pending microtasks. */
async function flushMicrotasks(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("DeviceQueue.run() runs eight operations at a time, in order", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  const operations = new PendingOperations();
  const all = Array.from(
    { length: 11 },
    (_, i) => device.run({ bytes: 0, run: operations.create(i) }),
  );
  await flushMicrotasks();
  assertEquals(operations.started, [0, 1, 2, 3, 4, 5, 6, 7]);
  operations.complete[5]!();
  operations.complete[2]!();
  await flushMicrotasks();
  assertEquals(operations.started, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const i of [0, 1, 3, 4, 6, 7, 8, 9]) operations.complete[i]!();
  await flushMicrotasks();
  operations.complete[10]!();
  assertEquals(await Promise.all(all), all.map((_, i) => i));
});

Deno.test("DeviceQueue.run() frees the slot of a failed operation", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  for (let i = 0; i < 20; i++) {
    const run = () => Promise.reject(new Error("EIO"));
    await assertRejects(() => device.run({ bytes: 0, run }), Error, "EIO");
  }
  assertEquals(await device.run({ bytes: 0, run: () => Promise.resolve(1) }), 1);
});

Deno.test("DeviceQueue.run() rejects an operation while 1024 wait", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = () => promise;
  const all = Array.from({ length: 1024 }, () => device.run({ bytes: 0, run }));
  const error = await assertRejects(
    () => device.run({ bytes: 0, run }),
    MediaError,
    "1024 wait",
  );
  assertEquals(error.code, "MEDIA_READ");
  resolve();
  await Promise.all(all);
  await device.run({ bytes: 0, run });
});

Deno.test("DeviceQueue.slow does not change while a synchronous function runs", async () => {
  const system = new SlowFileSystem();
  const device = new DeviceQueue(system);
  for (let i = 0; i < 3; i++) {
    system.time += 20;
    device.record(system.time - 20, 0);
    assertEquals(device.slow, false);
  }
  await Promise.resolve();
  assertEquals(device.slow, true);
});

Deno.test("DeviceQueue.slow stays true while an operation hangs, even if others are fast", async () => {
  const system = new SlowFileSystem();
  const device = new DeviceQueue(system);
  const operations = new PendingOperations();
  system.time = 300;
  device.record(0, 0);
  const hanging = device.run({ bytes: 0, run: operations.create(0) });
  await flushMicrotasks();
  system.time += 300;
  const fast = { bytes: 0, run: () => Promise.resolve() };
  for (let i = 0; i < 50; i++) await device.run(fast);
  assertEquals(device.slow, true);
  operations.complete[0]!();
  await hanging;
  for (let i = 0; i < 16; i++) await device.run(fast);
  assertEquals(device.slow, false);
});
