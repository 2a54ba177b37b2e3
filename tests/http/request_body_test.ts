import { assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { MAX_BODY_BYTES, readRequestBody } from "../../lib/http/request_body.ts";
import { FakeClock } from "./fake_clock.ts";

const toStream = (...sizes: number[]) =>
  ReadableStream.from(sizes.map((size) => new Uint8Array(size).fill(1)));

Deno.test("readRequestBody() joins the chunks of a body", async () => {
  assertEquals(await readRequestBody(null), new Uint8Array(0));
  assertEquals(await readRequestBody(toStream()), new Uint8Array(0));
  assertEquals(await readRequestBody(toStream(2, 0, 3)), new Uint8Array(5).fill(1));
  assertEquals((await readRequestBody(toStream(1, MAX_BODY_BYTES - 1))).length, MAX_BODY_BYTES);
});

Deno.test("readRequestBody() rejects a body that is too long, and reads no further", async () => {
  let read = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      read++;
      controller.enqueue(new Uint8Array(1000));
    },
  }, { highWaterMark: 0 });
  await assertBadRequest(readRequestBody(endless), "of more than 4096 bytes");
  assertEquals(read, 5);
  await assertBadRequest(readRequestBody(toStream(MAX_BODY_BYTES + 1)), "of more than 4096 bytes");
});

Deno.test("readRequestBody() rejects a body that is incomplete", async () => {
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new TypeError("reset")),
  });
  await assertBadRequest(readRequestBody(broken), "that is incomplete");
});

Deno.test("readRequestBody() rejects a body that is slow", async () => {
  const clock = new FakeClock();
  const read = readRequestBody(new ReadableStream<Uint8Array>(), clock);
  clock.advance(10_000);
  await assertBadRequest(read, "that takes longer than 10 seconds");
});

async function assertBadRequest(read: Promise<unknown>, message: string): Promise<void> {
  const { code } = await assertRejects(() => read, RequestError, `Cannot read a body ${message}`);
  assertEquals(code, "BAD_REQUEST");
}
