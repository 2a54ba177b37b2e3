import { assertEquals, assertRejects } from "@std/assert";
import { toBodyStream } from "../../lib/http/body_stream.ts";

/** A stream of parts that come when the test lets them, and what became of it. */
function setUp(size: number) {
  const seen = { asked: 0, released: 0, failures: [] as unknown[] };
  const answers: ((bytes: Uint8Array | Error) => void)[] = [];
  const next = () => {
    seen.asked++;
    return new Promise<Uint8Array>((resolve, reject) =>
      answers.push((bytes) => bytes instanceof Error ? reject(bytes) : resolve(bytes))
    );
  };
  const stream = toBodyStream(next, size, {
    release: () => void seen.released++,
    onError: (error) => void seen.failures.push(error),
  });
  return { seen, answers, reader: stream.getReader() };
}

/** Until the stream has asked. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("streamOf() asks for bytes when those before them have gone, and ends with the last", async () => {
  const { seen, answers, reader } = setUp(3);
  const first = reader.read();
  await settled();
  answers[0]!(Uint8Array.of(1, 2));
  assertEquals((await first).value, Uint8Array.of(1, 2));
  assertEquals(seen, { asked: 1, released: 0, failures: [] });
  const second = reader.read();
  await settled();
  answers[1]!(Uint8Array.of(3));
  assertEquals((await second).value, Uint8Array.of(3));
  assertEquals((await reader.read()).done, true);
  assertEquals(seen, { asked: 2, released: 1, failures: [] });
});

Deno.test("streamOf() says once why it is cut off", async () => {
  const { seen, answers, reader } = setUp(3);
  const reading = reader.read();
  await settled();
  const error = new Error("Cannot");
  answers[0]!(error);
  await assertRejects(() => reading, Error, "Cannot");
  assertEquals(seen, { asked: 1, released: 1, failures: [error] });
});

for (const late of [Uint8Array.of(1), Uint8Array.of(1, 2, 3), new Error("Cannot")]) {
  Deno.test(`streamOf() leaves what comes after the client has gone: ${late}`, async () => {
    const { seen, answers, reader } = setUp(3);
    const reading = reader.read();
    await settled();
    await reader.cancel();
    assertEquals((await reading).done, true);
    answers[0]!(late);
    await settled();
    assertEquals(seen, { asked: 1, released: 1, failures: [] });
  });
}
