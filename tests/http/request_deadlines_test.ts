import { assertEquals } from "@std/assert";
import { RequestDeadlines } from "../../lib/http/request_deadlines.ts";

class FakeSocket {
  isOpen = true;
  #onClose = () => {};

  once(_event: "close", listener: () => void): void {
    this.#onClose = listener;
  }

  destroy(): void {
    this.isOpen = false;
    this.#onClose();
  }
}

function setUp(): { deadlines: RequestDeadlines; socket: FakeSocket; advance(ms: number): void } {
  let now = 0;
  const deadlines = new RequestDeadlines(20_000, () => now);
  const socket = new FakeSocket();
  deadlines.add(socket);
  const advance = (ms: number) => {
    now += ms;
    deadlines.enforce();
  };
  return { deadlines, socket, advance };
}

Deno.test("RequestDeadlines closes a connection without a request", () => {
  const { socket, advance } = setUp();
  advance(19_999);
  assertEquals(socket.isOpen, true);
  advance(1);
  assertEquals(socket.isOpen, false);
});

Deno.test("RequestDeadlines waits for responses in progress, and then for the next request", () => {
  const { deadlines, socket, advance } = setUp();
  deadlines.startRequest(socket);
  deadlines.startRequest(socket); // pipelined
  advance(60_000);
  deadlines.endRequest(socket);
  advance(60_000);
  assertEquals(socket.isOpen, true);
  deadlines.endRequest(socket);
  advance(19_999);
  assertEquals(socket.isOpen, true);
  advance(1);
  assertEquals(socket.isOpen, false);
});

Deno.test("RequestDeadlines forgets closed connections", () => {
  const { deadlines, socket, advance } = setUp();
  socket.destroy();
  socket.isOpen = true;
  deadlines.startRequest(socket);
  deadlines.endRequest(socket);
  advance(20_000);
  assertEquals(socket.isOpen, true); // not destroyed again
});
