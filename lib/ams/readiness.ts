import type { AdminProblem } from "../admin/admin_handler.ts";
import type { Readiness, ServerState } from "./server_state.ts";

const PROBLEMS: Readonly<Record<Exclude<Readiness, "ready">, AdminProblem>> = {
  starting: { code: "STARTING", reason: "Cannot take requests before all workers listen" },
  storageGone: { code: "STORAGE_GONE", reason: "Cannot read the document root" },
  draining: { code: "DRAINING", reason: "Cannot take new requests: the server is about to stop" },
  stopping: { code: "STOPPING", reason: "Cannot take new requests: the server is stopping" },
};

const WORKERS_MISSING: AdminProblem = {
  code: "WORKERS_MISSING",
  reason: "Cannot take all requests: a worker that failed is being replaced",
};

/** Returns why no requests should be sent here; undefined: they should. Never rejects. */
export async function findReadinessProblem(
  state: ServerState,
  pool: { readonly isComplete: boolean },
): Promise<AdminProblem | undefined> {
  const readiness = await state.getReadiness();
  if (readiness !== "ready") return PROBLEMS[readiness];
  return pool.isComplete ? undefined : WORKERS_MISSING;
}
