import { assertEquals } from "@std/assert";
import { findReadinessProblem } from "../../lib/ams/readiness.ts";
import { type Phase, ServerState } from "../../lib/ams/server_state.ts";

const states: [phase: Phase, isRootGone: boolean, isComplete: boolean, code?: string][] = [
  ["serving", false, true],
  ["serving", false, false, "WORKERS_MISSING"],
  ["serving", true, true, "STORAGE_GONE"],
  ["serving", true, false, "STORAGE_GONE"],
  ["starting", false, true, "STARTING"],
  ["starting", false, false, "STARTING"],
  ["draining", false, true, "DRAINING"],
  ["draining", true, false, "DRAINING"],
  ["stopping", false, true, "STOPPING"],
];

for (const [phase, isRootGone, isComplete, code] of states) {
  const storage = isRootGone ? "without its root" : "with its root";
  const workers = isComplete ? "all workers" : "a worker missing";
  Deno.test(`findReadinessProblem() while ${phase} ${storage}, ${workers}: ${code}`, async () => {
    const state = new ServerState(() => isRootGone);
    state.phase = phase;
    const problem = await findReadinessProblem(state, { isComplete });
    assertEquals(problem?.code, code);
  });
}
