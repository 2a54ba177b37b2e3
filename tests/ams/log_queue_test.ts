import { assertEquals } from "@std/assert";
import { LogQueue, MAX_QUEUED_CHARS } from "../../lib/ams/log_queue.ts";

/** Queue whose writes end on request. */
function createQueue() {
  const written: string[] = [];
  let endWrite = () => {};
  const write = (text: string) => {
    written.push(text);
    return new Promise<void>((resolve) => endWrite = resolve);
  };
  const queue = new LogQueue(write, (count) => `dropped ${count}\n`);
  const advance = async () => {
    endWrite();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { queue, written, advance };
}

Deno.test("LogQueue writes one text at a time, in order", async () => {
  const { queue, written, advance } = createQueue();
  queue.add("a\n");
  queue.add("b\n");
  queue.add("c\nd\n");
  assertEquals(written, ["a\n"]);
  await advance();
  assertEquals(written, ["a\n", "b\nc\nd\n"]);
  await advance();
  queue.add("e\n");
  assertEquals(written.at(-1), "e\n");
});

Deno.test("LogQueue drops and counts lines that nobody reads", async () => {
  const { queue, written, advance } = createQueue();
  const line = `${"x".repeat(1023)}\n`;
  for (let i = 0; i < 10_000; i++) queue.add(line + line);
  queue.add("short\n"); // would fit, but later lines wait for the count
  await advance();
  const dropped = 2 * 9999 + 1 - MAX_QUEUED_CHARS / 1024;
  assertEquals(written.map(({ length }) => length), [2048, MAX_QUEUED_CHARS + 14]);
  assertEquals(written[1]!.slice(-14), `dropped ${dropped}\n`);
  queue.add("next\n");
  await advance();
  assertEquals(written.at(-1), "next\n");
});

Deno.test("LogQueue.flush() resolves when everything is written", async () => {
  const written: string[] = [];
  const queue = new LogQueue((text) => Promise.resolve(void written.push(text)), String);
  await queue.flush(60_000);
  queue.add("a\n");
  queue.add("b\n");
  await queue.flush(60_000);
  assertEquals(written, ["a\n", "b\n"]);
});

Deno.test("LogQueue.flush() gives up while nobody reads", async () => {
  const { queue, written } = createQueue();
  queue.add("a\n");
  queue.add("b\n");
  await queue.flush(1);
  assertEquals(written, ["a\n"]);
});
