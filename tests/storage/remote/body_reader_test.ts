import { assertEquals, assertRejects } from "@std/assert";
import { BodyReader } from "../../../lib/storage/remote/body_reader.ts";
import { TimerClock } from "../../live/timer_clock.ts";

const LIMITS = { windowMs: 2000, windowBytes: 65536 };

/** A body whose bytes arrive as the test says. */
function createBody() {
  let controller!: ReadableStreamController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    type: "bytes",
    start: (it) => void (controller = it),
  });
  const clock = new TimerClock();
  const aborted: string[] = [];
  const abort = (reason: string) => {
    aborted.push(`${reason}, at ${clock.now()}`);
    controller.error(new TypeError("aborted"));
  };
  const reader = new BodyReader(body, { clock, limits: LIMITS, abort });
  const send = (size: number) => controller.enqueue(new Uint8Array(size).fill(7));
  const end = () => {
    controller.close();
    if ("byobRequest" in controller) controller.byobRequest?.respond(0); // ends a read that waits
  };
  return { reader, clock, aborted, send, end };
}

async function count(reader: BodyReader, expectedBytes = 10 ** 6): Promise<number> {
  let size = 0;
  for await (const chunk of reader.readChunks(expectedBytes)) size += chunk.length;
  return size;
}

/** Bytes that arrive each 900 ms. */
const speeds: [name: string, bytes: readonly number[], abortedAt: number | undefined][] = [
  ["fast", [100_000, 100_000, 100_000, 100_000], undefined],
  ["just fast enough", [0, 65536, 0, 65536, 0, 65536], undefined],
  ["2 KB/s", [2048, 2048, 2048, 2048], 2000],
  ["nothing", [0, 0, 0, 0], 2000],
  ["fast, then slow", [100_000, 2048, 2048, 2048], 2000],
  ["fast, then stopped", [65536, 65536, 65536, 0, 0, 0], 3800],
];

for (const [name, bytes, abortedAt] of speeds) {
  Deno.test(`BodyReader watches the speed of a body: ${name}`, async () => {
    const { reader, clock, aborted, send, end } = createBody();
    const result = count(reader).then((size) => size, (error) => error.message);
    for (const size of bytes) {
      if (aborted.length === 0 && size > 0) send(size);
      await clock.advance(900);
    }
    if (aborted.length === 0) end();
    const sum = bytes.reduce((sum, size) => sum + size);
    assertEquals(await result, abortedAt === undefined ? sum : "aborted");
    const reason = `it sends less than 65536 bytes in 2 s, at ${abortedAt}`;
    assertEquals([aborted, clock.timers], [abortedAt === undefined ? [] : [reason], 0]);
  });
}

Deno.test("BodyReader reads the last bytes of a body in any window", async () => {
  const { reader, clock, aborted, send, end } = createBody();
  const result = count(reader);
  send(10);
  await clock.advance(1999);
  end();
  assertEquals([await result, reader.bytes, aborted], [10, 10, []]);
});

Deno.test("BodyReader reads no body, and stops with its caller", async () => {
  const none = new BodyReader(null, { clock: new TimerClock(), limits: LIMITS, abort() {} });
  assertEquals(await count(none), 0);
  const { reader, clock, send } = createBody();
  send(10);
  for await (const chunk of reader.readChunks(1)) {
    assertEquals([...chunk], [7], "no more than expected at a time");
    break;
  }
  assertEquals(clock.timers, 0);
});

Deno.test("BodyReader rejects when the connection breaks", async () => {
  const body = new ReadableStream<Uint8Array>({
    type: "bytes",
    pull: (controller) => controller.error(new TypeError("broken")),
  });
  const reader = new BodyReader(body, { clock: new TimerClock(), limits: LIMITS, abort() {} });
  await assertRejects(() => count(reader), TypeError, "broken");
});
