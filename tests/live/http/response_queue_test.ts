import { assertEquals } from "@std/assert";
import { ResponseQueue } from "../../../lib/live/http/response_queue.ts";
import { toBytes } from "../memory_connection.ts";
import { settle, TimerClock } from "../timer_clock.ts";

function open() {
  const clock = new TimerClock();
  let sent = "";
  let receive = (_: number | null) => {};
  const stream = {
    isGone: false,
    read: () => new Promise<number | null>((resolve) => receive = resolve),
    send(bytes: Uint8Array) {
      if (stream.isGone) return Promise.reject(new Deno.errors.BrokenPipe());
      sent += new TextDecoder().decode(bytes);
      return Promise.resolve();
    },
  };
  const queue = new ResponseQueue(stream, clock);
  const add = (text: string, isFollowed = false) => queue.add(toBytes(text), { isFollowed });
  const read = () => queue.read(new Uint8Array(9));
  return {
    clock,
    queue,
    stream,
    add,
    read,
    receive: (n: number | null) => receive(n),
    getSent: () => sent,
  };
}

Deno.test("ResponseQueue sends a response for which a client waits at once", async () => {
  const { clock, add, read, receive, getSent } = open();
  await add("a");
  const reading = read();
  await clock.advance(1);
  assertEquals(getSent(), "");
  await clock.advance(1);
  assertEquals(getSent(), "a");
  receive(5);
  assertEquals(await reading, 5);
  assertEquals(clock.timers, 0);
});

Deno.test("ResponseQueue sends responses when the client has sent nothing more for 200 ms", async () => {
  const { clock, add, read, receive, getSent } = open();
  await add("a", true);
  for (const more of ["b", "c", ""]) {
    const reading = read();
    await clock.advance(199);
    receive(5);
    assertEquals([await reading, getSent()], [5, ""]);
    if (more) await add(more);
  }
  read();
  await clock.advance(200);
  assertEquals(getSent(), "abc");
});

Deno.test("ResponseQueue takes a client that sends more at once for one that does not wait", async () => {
  const { clock, add, read, receive, getSent } = open();
  await add("a");
  const first = read();
  receive(5);
  await first;
  read();
  await clock.advance(199);
  assertEquals(getSent(), "");
  await clock.advance(1);
  assertEquals(getSent(), "a");
});

Deno.test("ResponseQueue delays no read without responses", async () => {
  const { clock, read, receive } = open();
  const reading = read();
  assertEquals(clock.timers, 0);
  receive(null);
  assertEquals(await reading, null);
});

Deno.test("ResponseQueue reads from a client that has closed the connection", async () => {
  const { clock, add, read, receive, stream } = open();
  stream.isGone = true;
  await add("a");
  const reading = read();
  await clock.advance(2);
  receive(7);
  assertEquals(await reading, 7);
});

Deno.test("ResponseQueue delays a bounded number of responses", async () => {
  const { add, getSent } = open();
  for (let i = 0; i < 10; i++) await add("x".repeat(2000), true);
  await settle();
  assertEquals(getSent().length, 18_000);
});
