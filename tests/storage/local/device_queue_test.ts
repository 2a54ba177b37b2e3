import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { DeviceQueue } from "../../../lib/storage/local/device_queue.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Questions that hang until they are answered, each with its number. */
class Questions {
  readonly asked: number[] = [];
  readonly answers: (() => void)[] = [];

  ask(number: number): () => Promise<number> {
    return () => {
      this.asked.push(number);
      return new Promise((resolve) => this.answers[number] = () => resolve(number));
    };
  }
}

/** Until all that can go on has. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("Device.later() asks eight things at a time, in turn", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  const questions = new Questions();
  const all = Array.from(
    { length: 11 },
    (_, i) => device.run({ bytes: 0, run: questions.ask(i) }),
  );
  await settled();
  assertEquals(questions.asked, [0, 1, 2, 3, 4, 5, 6, 7]);
  questions.answers[5]!();
  questions.answers[2]!();
  await settled();
  assertEquals(questions.asked, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const i of [0, 1, 3, 4, 6, 7, 8, 9]) questions.answers[i]!();
  await settled();
  questions.answers[10]!();
  assertEquals(await Promise.all(all), all.map((_, i) => i));
});

Deno.test("Device.later() gives a turn back that ended badly", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  for (let i = 0; i < 20; i++) {
    const ask = () => Promise.reject(new Error("EIO"));
    await assertRejects(() => device.run({ bytes: 0, run: ask }), Error, "EIO");
  }
  assertEquals(await device.run({ bytes: 0, run: () => Promise.resolve(1) }), 1);
});

Deno.test("Device.later() refuses what comes when a thousand wait", async () => {
  const device = new DeviceQueue(new SlowFileSystem());
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask = () => promise;
  const all = Array.from({ length: 1024 }, () => device.run({ bytes: 0, run: ask }));
  const error = await assertRejects(
    () => device.run({ bytes: 0, run: ask }),
    MediaError,
    "1024 wait",
  );
  assertEquals(error.code, "MEDIA_READ");
  resolve();
  await Promise.all(all);
  await device.run({ bytes: 0, run: ask });
});

Deno.test("Device.slow does not change while a synchronous function runs", async () => {
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

Deno.test("Device.slow stays true while a question hangs, however quick others are", async () => {
  const system = new SlowFileSystem();
  const device = new DeviceQueue(system);
  const questions = new Questions();
  system.time = 300;
  device.record(0, 0);
  const hanging = device.run({ bytes: 0, run: questions.ask(0) });
  await settled();
  system.time += 300;
  const quick = { bytes: 0, run: () => Promise.resolve() };
  for (let i = 0; i < 50; i++) await device.run(quick);
  assertEquals(device.slow, true);
  questions.answers[0]!();
  await hanging;
  for (let i = 0; i < 16; i++) await device.run(quick);
  assertEquals(device.slow, false);
});
