import { assertEquals, assertRejects } from "@std/assert";
import { QueueBusy, RequestQueue } from "../../../lib/storage/remote/request_queue.ts";
import { settle, TimerClock } from "../../live/timer_clock.ts";

const { signal } = new AbortController();

function createQueue() {
  const clock = new TimerClock();
  const queue = new RequestQueue({ maxActive: 2, maxWaiting: 2, clock });
  const order: string[] = [];
  const enter = (name: string, abort = signal) =>
    queue.acquire(abort, 1000).then(
      () => order.push(name),
      (error) => order.push(`${name} ${error.name}`),
    );
  return { clock, queue, order, enter };
}

Deno.test("RequestQueue lets two requests in, has two wait in order, and refuses more", async () => {
  const { clock, queue, order, enter } = createQueue();
  for (const name of ["a", "b", "c", "d"]) void enter(name);
  await assertRejects(() => queue.acquire(signal, 1000), QueueBusy);
  await settle();
  assertEquals(order, ["a", "b"]);
  queue.release();
  await settle();
  void enter("e");
  queue.release();
  queue.release();
  await settle();
  assertEquals([order, clock.timers], [["a", "b", "c", "d", "e"], 0]);
});

Deno.test("RequestQueue refuses who has waited too long", async () => {
  const { clock, queue, order, enter } = createQueue();
  for (const name of ["a", "b", "c"]) void enter(name);
  await clock.advance(500);
  void enter("d");
  await clock.advance(500);
  assertEquals(order, ["a", "b", "c QueueBusy"]);
  queue.release();
  await settle();
  assertEquals([order.at(-1), clock.timers], ["d", 0]);
});

Deno.test("RequestQueue forgets who has gone, and gives no place away for it", async () => {
  const { clock, queue, order, enter } = createQueue();
  const gone = new AbortController();
  for (const name of ["a", "b"]) void enter(name);
  void enter("c", gone.signal);
  void enter("d");
  gone.abort(new DOMException("gone", "AbortError"));
  queue.release(); // before anything else runs
  await settle();
  assertEquals([order, clock.timers], [["a", "b", "c AbortError", "d"], 0]);
  await enter("e", gone.signal);
  assertEquals(order.at(-1), "e AbortError");
});
