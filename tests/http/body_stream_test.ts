import { assertEquals, assertRejects } from "@std/assert";
import { SendTimeoutError, toBodyStream } from "../../lib/http/body_stream.ts";
import { SOURCE_USAGE, SourceUsage } from "../../lib/source_usage.ts";
import { SendTimeouts } from "../../lib/http/send_timeouts.ts";
import { FakeClock } from "./fake_clock.ts";

/** A stream whose chunks the test resolves, with a record of its callbacks. */
function setUp(size: number, timeouts?: SendTimeouts) {
  const seen = { pulls: 0, released: 0, failures: [] as unknown[] };
  const chunks: ((bytes: Uint8Array | Error) => void)[] = [];
  const next = () => {
    seen.pulls++;
    return new Promise<Uint8Array>((resolve, reject) =>
      chunks.push((bytes) => bytes instanceof Error ? reject(bytes) : resolve(bytes))
    );
  };
  const stream = toBodyStream(next, size, {
    release: () => void seen.released++,
    onError: (error) => void seen.failures.push(error),
  }, timeouts);
  return { seen, chunks, reader: stream.getReader() };
}

/** Waits until the stream has pulled. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("toBodyStream() pulls when the previous bytes were read, and closes after the last", async () => {
  const { seen, chunks, reader } = setUp(3);
  const first = reader.read();
  await settle();
  chunks[0]!(Uint8Array.of(1, 2));
  assertEquals((await first).value, Uint8Array.of(1, 2));
  assertEquals(seen, { pulls: 1, released: 0, failures: [] });
  const second = reader.read();
  await settle();
  chunks[1]!(Uint8Array.of(3));
  assertEquals((await second).value, Uint8Array.of(3));
  assertEquals((await reader.read()).done, true);
  assertEquals(seen, { pulls: 2, released: 1, failures: [] });
});

Deno.test("toBodyStream() reports an error once", async () => {
  const { seen, chunks, reader } = setUp(3);
  const reading = reader.read();
  await settle();
  const error = new Error("Cannot");
  chunks[0]!(error);
  await assertRejects(() => reading, Error, "Cannot");
  assertEquals(seen, { pulls: 1, released: 1, failures: [error] });
});

for (const late of [Uint8Array.of(1), Uint8Array.of(1, 2, 3), new Error("Cannot")]) {
  Deno.test(`toBodyStream() ignores what arrives after a cancel: ${late}`, async () => {
    const { seen, chunks, reader } = setUp(3);
    const reading = reader.read();
    await settle();
    await reader.cancel();
    assertEquals((await reading).done, true);
    chunks[0]!(late);
    await settle();
    assertEquals(seen, { pulls: 1, released: 1, failures: [] });
  });
}

Deno.test("toBodyStream() releases a canceled body when its read has ended, since others may share it", async () => {
  const { seen, chunks, reader } = setUp(3);
  const reading = reader.read();
  await settle();
  await reader.cancel();
  assertEquals(seen, { pulls: 1, released: 0, failures: [] });
  chunks[0]!(Uint8Array.of(1, 2));
  await reading;
  await settle();
  assertEquals(seen, { pulls: 1, released: 1, failures: [] });
});

Deno.test("toBodyStream() errors a stream that the client does not pull, and releases it at once", async () => {
  const clock = new FakeClock();
  const { seen, chunks, reader } = setUp(3, new SendTimeouts(60_000, clock));
  const reading = reader.read();
  await settle();
  clock.advance(70_000); // the source is slow, not the client
  chunks[0]!(Uint8Array.of(1));
  assertEquals((await reading).value, Uint8Array.of(1));
  clock.advance(59_999);
  assertEquals(seen, { pulls: 1, released: 0, failures: [] });
  clock.advance(1);
  const failures = ["Client read nothing for 60 s: response aborted"];
  assertEquals(seen, { pulls: 1, released: 1, failures });
  await assertRejects(() => reader.read(), SendTimeoutError);
  assertEquals([seen.released, clock.isWaiting], [1, false]);
});

for (const how of ["end", "cancel"]) {
  Deno.test(`toBodyStream() waits for no client after the ${how}`, async () => {
    const clock = new FakeClock();
    const { seen, chunks, reader } = setUp(2, new SendTimeouts(60_000, clock));
    const first = reader.read();
    await settle();
    chunks[0]!(Uint8Array.of(1));
    await first;
    if (how === "cancel") await reader.cancel();
    else {
      const second = reader.read();
      await settle();
      chunks[1]!(Uint8Array.of(2));
      await second;
    }
    assertEquals([seen.released, seen.failures, clock.isWaiting], [1, [], false]);
  });
}

Deno.test("toBodyStream() reads as what made it, whoever pulls", async () => {
  const usage = new SourceUsage();
  const next = () => {
    SOURCE_USAGE.getStore()?.add({ requests: 1, bytes: 1 });
    return Promise.resolve(Uint8Array.of(1));
  };
  const callbacks = { release() {}, onError() {} };
  const stream = SOURCE_USAGE.run(usage, () => toBodyStream(next, 2, callbacks));
  assertEquals(await new Response(stream).bytes(), Uint8Array.of(1, 1));
  assertEquals(usage.requests, 2);
});
