import { assertEquals } from "@std/assert";
import { KeyRefresh } from "../../lib/access/key_refresh.ts";

function createRefresh() {
  const state = { sent: 0, now: 0, timer: undefined as (() => void) | undefined };
  const refresh = new KeyRefresh(() => state.sent++, {
    now: () => state.now,
    start(callback) {
      state.timer = callback;
      return () => state.timer = undefined;
    },
  });
  return { state, refresh };
}

Deno.test("KeyRefresh.wait() sends one request for all that wait for it", async () => {
  const { state, refresh } = createRefresh();
  const waiting = [refresh.wait(), refresh.wait()];
  assertEquals(state.sent, 1);
  refresh.finish();
  await Promise.all(waiting);
  assertEquals(state.timer, undefined);
});

Deno.test("KeyRefresh.wait() sends at most one request a minute", async () => {
  const { state, refresh } = createRefresh();
  refresh.wait();
  refresh.finish();
  state.now = 59_999;
  await refresh.wait();
  assertEquals(state.sent, 1);
  state.now = 60_000;
  refresh.wait();
  assertEquals(state.sent, 2);
});

Deno.test("KeyRefresh.wait() resolves without an answer", async () => {
  const { state, refresh } = createRefresh();
  const waiting = refresh.wait();
  state.timer!();
  await waiting;
});
