import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionWatch } from "../../../lib/live/http/watched_connection.ts";
import { MemoryConnection, toBytes } from "../memory_connection.ts";
import { settle, TimerClock } from "../timer_clock.ts";

function watch() {
  const clock = new TimerClock();
  const connections = new ConnectionWatch(clock);
  const other = new MemoryConnection();
  let bytes = 0;
  const connection = connections.add(other, ({ length }) => bytes += length);
  return { clock, connections, other, connection, getBytes: () => bytes };
}

const BUFFER = new Uint8Array(100);

Deno.test("WatchedConnection has 10 s until a publisher is known, however often a byte comes", async () => {
  const { clock, other, connection } = watch();
  for (let seconds = 1; seconds < 10; seconds++) {
    other.push("a");
    await connection.read(BUFFER);
    await clock.advance(1000);
    assertEquals(connection.closeReason, undefined);
  }
  const read = assertRejects(() => connection.read(BUFFER));
  await clock.advance(1000);
  await read;
  assertEquals(connection.closeReason, "the headers of a request took longer than 10 s");
});

Deno.test("WatchedConnection has 60 s between two bytes, while they are read", async () => {
  const { clock, other, connection, getBytes } = watch();
  connection.startRequest();
  await clock.advance(1e6);
  const read = connection.read(BUFFER);
  await clock.advance(59_500);
  other.push("abc");
  assertEquals([await read, getBytes(), connection.closeReason], [3, 3, undefined]);
  await clock.advance(1e6);
  const last = assertRejects(() => connection.read(BUFFER));
  await clock.advance(60_250);
  await last;
  assertEquals(connection.closeReason, "no byte was received for 60 s");
});

Deno.test("WatchedConnection has 60 s until the next request, and 10 s from its first byte", async () => {
  const { clock, other, connection } = watch();
  connection.startRequest();
  connection.endRequest();
  const first = connection.read(BUFFER);
  await clock.advance(50_000);
  other.push("P");
  await first;
  await clock.advance(9_500);
  assertEquals(connection.closeReason, undefined);
  await clock.advance(1000);
  assertEquals(connection.closeReason, "the headers of a request took longer than 10 s");
});

Deno.test("send() writes all bytes, within 10 s", async () => {
  const { clock, other, connection } = watch();
  connection.startRequest();
  await connection.send(toBytes("abcdefg"));
  assertEquals(other.sent, "abcdefg");
  other.isWritable = false;
  const sent = assertRejects(() => connection.send(toBytes("a")));
  await clock.advance(10_250);
  await sent;
  assertEquals([connection.closeReason, connection.isBroken], [
    "the response was not received for 10 s",
    true,
  ]);
});

Deno.test("linger() receives for a second what is sent after the response", async () => {
  const { clock, other, connection } = watch();
  let isClosed = false;
  connection.linger().then(() => isClosed = true);
  await settle();
  assertEquals(other.isHalfClosed, true);
  for (let ms = 0; ms < 700; ms += 100) {
    other.push("x".repeat(100_000));
    await clock.advance(100);
  }
  assertEquals(other.received >= 600_000, true);
  await clock.advance(300);
  assertEquals([isClosed, other.isClosed], [true, true]);
});

Deno.test("linger() ends when the other end closes the connection, or resets it", async () => {
  for (const ending of ["end", "reset"] as const) {
    const { other, connection } = watch();
    const lingered = connection.linger();
    other.end(ending);
    await lingered;
    assertEquals(other.isClosed, true);
  }
});

Deno.test("ConnectionWatch runs no timer without connections", async () => {
  const { clock, connections, connection } = watch();
  assertEquals(clock.timers, 1);
  connections.remove(connection);
  await clock.advance(250);
  assertEquals(clock.timers, 0);
  connections.add(new MemoryConnection(), () => {});
  connections.add(new MemoryConnection(), () => {});
  assertEquals(clock.timers, 1);
});
