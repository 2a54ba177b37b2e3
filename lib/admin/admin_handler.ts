/** Responses of the admin endpoint: what monitoring asks the main thread. */

import { parseRequestTarget } from "../http/request_target.ts";

/** A reason for 503. */
export interface AdminProblem {
  readonly code: string;
  readonly reason: string;
}

export interface AdminServices {
  readonly metrics: { readonly contentType: string; format(): Promise<string> };
  /** Asks all workers for their counts. Resolves with whether all of them responded within this time. */
  ping(timeoutMs: number): Promise<boolean>;
  /** Returns why no requests should be sent here; undefined: they should. Never rejects. */
  findProblem(): Promise<AdminProblem | undefined>;
}

const MAX_PING_MS = 5000;

/** Prometheus waits 10 seconds for a scrape. Counts of a worker that takes longer are in the next one. */
const MAX_SCRAPE_PING_MS = 2000;

const NOT_RESPONDING: AdminProblem = {
  code: "NOT_RESPONDING",
  reason: `Cannot reach all workers within ${MAX_PING_MS / 1000} seconds`,
};

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

export async function handleAdminRequest(
  { method, url }: Pick<Request, "method" | "url">,
  services: AdminServices,
): Promise<Response> {
  if (method !== "GET" && method !== "HEAD") {
    const problem = { code: "METHOD_NOT_ALLOWED", reason: "Expected GET or HEAD" };
    return respondWithProblem(405, problem, { allow: "GET, HEAD" });
  }
  switch (parseRequestTarget(url).path) { // new URL() throws if Host is malformed
    case "/livez":
      return respond(await services.ping(MAX_PING_MS) ? undefined : NOT_RESPONDING);
    case "/readyz":
      return respond(await services.findProblem());
    case "/metrics":
      return await respondWithMetrics(services);
    default: {
      const reason = "Cannot find this: expected /livez, /readyz or /metrics";
      return respondWithProblem(404, { code: "NOT_FOUND", reason });
    }
  }
}

async function respondWithMetrics({ metrics, ping }: AdminServices): Promise<Response> {
  await ping(MAX_SCRAPE_PING_MS);
  const headers = { ...HEADERS, "content-type": metrics.contentType };
  return new Response(await metrics.format(), { headers });
}

function respond(problem: AdminProblem | undefined): Response {
  return problem
    ? respondWithProblem(503, problem)
    : Response.json({ status: "OK" }, { headers: HEADERS });
}

function respondWithProblem(
  status: number,
  { code, reason }: AdminProblem,
  headers: Record<string, string> = {},
): Response {
  const init = { status, headers: { ...HEADERS, ...headers, "ams-error": code } };
  return Response.json({ status: "ERROR", code, reason }, init);
}
