import { assertEquals, assertThrows } from "@std/assert";
import { RestartingServer, type StartedServer } from "../../lib/http/restarting_server.ts";
import { FakeClock } from "./fake_clock.ts";

/** Servers that the test lets fail, and a count of those that were shut down. */
function setUp() {
  const seen = { starts: 0, shutdowns: 0, messages: [] as string[], refused: 0 };
  const failures: ((error: Error) => void)[] = [];
  const start = (): StartedServer => {
    seen.starts++;
    if (seen.refused-- > 0) throw new Error("Too many open files");
    const { promise: finished, reject } = Promise.withResolvers<void>();
    failures.push(reject);
    return { finished, shutdown: () => Promise.resolve(void seen.shutdowns++) };
  };
  const clock = new FakeClock();
  const server = new RestartingServer(start, (message) => seen.messages.push(message), clock);
  const fail = async () => {
    failures.at(-1)!(new Error("Too many open files"));
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { seen, clock, server, fail };
}

Deno.test("RestartingServer listens again after a pause, as often as it takes, with one line in the log", async () => {
  const { seen, clock, server, fail } = setUp();
  seen.refused = 2;
  await fail();
  assertEquals(seen.starts, 1);
  clock.advance(100);
  assertEquals(seen.starts, 2); // refused
  clock.advance(200);
  assertEquals(seen.starts, 3); // refused
  clock.advance(400);
  assertEquals([seen.starts, clock.isWaiting], [4, false]);
  assertEquals(seen.messages, ["Cannot accept connections: Too many open files"]);
  clock.advance(10_001);
  await fail();
  assertEquals(seen.messages.length, 2);
  clock.advance(100);
  await server.shutdown();
  assertEquals([seen.starts, seen.shutdowns], [5, 3]); // earlier ones have connections
});

Deno.test("RestartingServer.shutdown() ends the pause", async () => {
  const { seen, clock, server, fail } = setUp();
  await fail();
  await server.shutdown();
  assertEquals([clock.isWaiting, seen.starts], [false, 1]);
});

Deno.test("RestartingServer() throws if it cannot listen at all", () => {
  const start = () => {
    throw new Error("Address in use");
  };
  assertThrows(() => new RestartingServer(start), Error, "Address in use");
});
