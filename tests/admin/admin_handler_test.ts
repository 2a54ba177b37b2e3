import { assertEquals } from "@std/assert";
import {
  type AdminProblem,
  type AdminServices,
  handleAdminRequest,
} from "../../lib/admin/admin_handler.ts";

interface State {
  readonly responds?: boolean;
  readonly problem?: AdminProblem;
}

/** Services of a process in this state, with a record of the calls. */
function createServices({ responds = true, problem }: State = {}) {
  const calls: string[] = [];
  const services: AdminServices = {
    metrics: {
      contentType: "text/plain; version=0.0.4",
      format() {
        calls.push("format");
        return Promise.resolve("ams_workers 2\n");
      },
    },
    ping(timeoutMs) {
      calls.push(`ping ${timeoutMs}`);
      return Promise.resolve(responds);
    },
    findProblem: () => Promise.resolve(problem),
  };
  return { calls, services };
}

async function request(line: string, state?: State): Promise<unknown[]> {
  const [method, path] = line.split(" ") as [string, string];
  const { services } = createServices(state);
  const url = `http://127.0.0.1:9090${path}`;
  const response = await handleAdminRequest({ method, url }, services);
  const { status, headers } = response;
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  if (headers.get("content-type") !== "application/json") return [status, await response.text()];
  const body = await response.json();
  assertEquals(headers.get("ams-error"), body.code ?? null);
  return [status, body.code ?? body.status];
}

const PROBLEM = { code: "DRAINING", reason: "Cannot" };

const cases: [line: string, state: State, status: number, body: string][] = [
  ["GET /livez", {}, 200, "OK"],
  ["HEAD /livez", {}, 200, "OK"],
  ["GET /livez?verbose", {}, 200, "OK"],
  ["GET /livez", { responds: false }, 503, "NOT_RESPONDING"],
  ["GET /livez", { problem: PROBLEM }, 200, "OK"], // a restart would not help
  ["GET /readyz", {}, 200, "OK"],
  ["GET /readyz", { responds: false }, 200, "OK"],
  ["GET /readyz", { problem: PROBLEM }, 503, "DRAINING"],
  ["GET /metrics", {}, 200, "ams_workers 2\n"],
  ["GET /metrics", { responds: false, problem: PROBLEM }, 200, "ams_workers 2\n"],
  ["POST /livez", {}, 405, "METHOD_NOT_ALLOWED"],
  ["GET /", {}, 404, "NOT_FOUND"],
  ["GET /film.json/.mpd", {}, 404, "NOT_FOUND"],
];

for (const [line, state, status, body] of cases) {
  Deno.test(`handleAdminRequest() responds to ${line} with ${status} ${JSON.stringify(state)}`, async () => {
    assertEquals(await request(line, state), [status, body]);
  });
}

Deno.test("handleAdminRequest() asks workers for 5 seconds, or for their counts before a scrape", async () => {
  const { calls, services } = createServices();
  for (const path of ["livez", "readyz", "metrics"]) {
    await handleAdminRequest({ method: "GET", url: `http://[::1]/${path}` }, services);
  }
  assertEquals(calls, ["ping 5000", "ping 2000", "format"]);
});

Deno.test("handleAdminRequest() needs no valid Host", async () => {
  const { services } = createServices();
  for (const host of ["[", "a:99999", "a b"]) {
    const url = `http://${host}/metrics?x=1`;
    const response = await handleAdminRequest({ method: "GET", url }, services);
    assertEquals([response.status, await response.text()], [200, "ams_workers 2\n"]);
  }
});
