import { assertEquals } from "@std/assert";
import { BACK, GONE, RootWatch } from "../../lib/ams/root_watch.ts";
import { FakeClock } from "../http/fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const lines: [ms: number, message: string][] = [];
  const root = { gone: true };
  const watch = new RootWatch({
    isGone: () => Promise.resolve(root.gone),
    log: (message) => lines.push([clock.now(), message]),
    clock,
  });
  /** Checks run between the seconds. */
  const wait = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  return { clock, lines, root, watch, wait };
}

Deno.test("RootWatch logs a line a minute while the root is gone, and one when it is back", async () => {
  const { clock, lines, root, watch, wait } = setUp();
  for (let i = 0; i < 8; i++) watch.notice(); // of several workers
  await wait(130);
  root.gone = false;
  await wait(2);
  assertEquals(lines, [[0, GONE], [60_000, GONE], [120_000, GONE], [131_000, BACK]]);
  assertEquals(clock.isWaiting, false);
});

Deno.test("RootWatch logs a root that comes and goes once a minute", async () => {
  const { lines, root, watch, wait } = setUp();
  for (let i = 0; i < 5; i++) {
    root.gone = true;
    watch.notice();
    await wait(1);
    root.gone = false;
    await wait(1);
  }
  assertEquals(lines, [[0, GONE], [2000, BACK]]);
});

Deno.test("RootWatch checks nothing after it was disposed of", async () => {
  const { clock, lines, root, watch, wait } = setUp();
  watch.notice();
  watch[Symbol.dispose]();
  root.gone = false;
  await wait(2);
  assertEquals([lines.length, clock.isWaiting], [1, false]);
});
