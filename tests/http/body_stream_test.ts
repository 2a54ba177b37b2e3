import { assertEquals, assertRejects } from "@std/assert";
import { toBodyStream } from "../../lib/http/body_stream.ts";

/** A stream whose chunks the test resolves, with a record of its callbacks. */
function setUp(size: number) {
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
  });
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
