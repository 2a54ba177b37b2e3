import { assertEquals } from "@std/assert";
import { type Phase, type Readiness, ServerState } from "../../lib/ams/server_state.ts";

const cases: [phase: Phase, gone: boolean, readiness: Readiness][] = [
  ["starting", false, "starting"],
  ["starting", true, "starting"],
  ["serving", false, "ready"],
  ["serving", true, "storageGone"],
  ["draining", false, "draining"],
  ["draining", true, "draining"],
  ["stopping", false, "stopping"],
  ["stopping", true, "stopping"],
];

for (const [phase, gone, readiness] of cases) {
  const root = gone ? "gone" : "present";
  Deno.test(`ServerState.getReadiness() returns ${readiness} while ${phase} with the root ${root}`, async () => {
    const state = new ServerState(() => gone);
    state.phase = phase;
    assertEquals(await state.getReadiness(), readiness);
  });
}

Deno.test("ServerState.getReadiness() notices that a drain starts while it checks the root", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const state = new ServerState(() => promise);
  state.phase = "serving";
  const readiness = state.getReadiness();
  state.phase = "draining";
  resolve(false);
  assertEquals(await readiness, "draining");
});
