import { assertEquals } from "@std/assert";
import { StreamTurns } from "../../../lib/live/manifests/stream_turns.ts";

const SECOND = 1e6;

/** Takes turns, and lists the requests whose turn it is. */
function createTurns() {
  const turns = new StreamTurns();
  const taken: string[] = [];
  const take = (name: string, stream: string, now = 0) => {
    const turn = turns.takeAfterInit(stream, now);
    return turn.then((end) => {
      taken.push(name);
      return end;
    });
  };
  return { turns, taken, take };
}

/** Resolves when all that can go on has. */
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

Deno.test("takeAfterInit() orders the requests for each stream", async () => {
  const { taken, take } = createTurns();
  const end = await take("a1", "a");
  take("a2", "a").then((end) => end());
  take("a3", "a");
  await take("b1", "b");
  await settle();
  assertEquals(taken, ["a1", "b1"]);
  end();
  await settle();
  assertEquals(taken, ["a1", "b1", "a2", "a3"]);
});

Deno.test("takeAfterInit() waits for an init segment that is being received", async () => {
  const { turns, taken, take } = createTurns();
  const endInit = turns.startInit("a");
  take("a1", "a");
  await settle();
  assertEquals(taken, []);
  endInit();
  await settle();
  assertEquals(taken, ["a1"]);
});

Deno.test("update() lets a request go on that has waited for 2 s: the one before may be of a connection that is lost", async () => {
  const { turns, taken, take } = createTurns();
  await take("lost", "a");
  take("next", "a", 5 * SECOND);
  turns.update(6.9 * SECOND);
  await settle();
  assertEquals(taken, ["lost"]);
  turns.update(7 * SECOND);
  await settle();
  assertEquals(taken, ["lost", "next"]);
});
