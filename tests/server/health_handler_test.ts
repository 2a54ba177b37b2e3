import { assertEquals } from "@std/assert";
import type { HttpRequest } from "../../lib/http/request.ts";
import { handle } from "../../lib/server/handler.ts";
import { MemoryStorage } from "../memory_storage.ts";
import type { LocalFiles } from "../test_files.ts";
import { createAccessServer, POLICIES } from "./access_server.ts";
import { type TestApp, testApp } from "./fixture.ts";

const OK = { status: "OK", version: "1.2.3" };

/** Returns the status, the code or the whole body, and whether it is in the log. */
async function getHealth(server: TestApp, method = "GET") {
  const request: HttpRequest = { method, rawPath: "/.ams/health", headers: new Headers() };
  const response = await handle(request, server.app);
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(response.headers.get("content-type"), "application/json");
  const text = await response.text();
  const body = text && JSON.parse(text);
  return [response.status, body.code ?? body, request.isLogged];
}

/** Makes the root go away until the end of the scope. */
function hideRoot({ files }: TestApp): Disposable {
  if (files instanceof MemoryStorage) {
    files.gone = true;
    return { [Symbol.dispose]() {} };
  }
  const { root } = files as LocalFiles;
  Deno.renameSync(root, `${root}.away`);
  return { [Symbol.dispose]: () => Deno.renameSync(`${root}.away`, root) };
}

const states: [state: string, isDraining: boolean, isGone: boolean, health: unknown[]][] = [
  ["serving", false, false, [200, OK, false]],
  ["draining", true, false, [503, "DRAINING", false]],
  ["without its root", false, true, [503, "STORAGE_GONE", false]],
  ["draining without its root", true, true, [503, "DRAINING", false]],
];

for (const [state, isDraining, isGone, health] of states) {
  Deno.test(`handle() responds to /.ams/health while ${state} with ${health[0]}`, async () => {
    using server = testApp({ version: "1.2.3" });
    server.app.health.draining = isDraining;
    using _hidden = isGone ? hideRoot(server) : undefined;
    assertEquals(await getHealth(server), health);
  });
}

Deno.test("handle() responds to /.ams/health as to any resource", async () => {
  using server = testApp({ version: "1.2.3", listing: false });
  assertEquals(await getHealth(server, "HEAD"), [200, "", false]);
  const statuses = [];
  for (const line of ["OPTIONS /.ams/health", "POST /.ams/health", "GET /.ams/health/"]) {
    statuses.push((await server.request(line)).status);
  }
  assertEquals(statuses, [204, 405, 404]);
});

Deno.test("handle() serves while /.ams/health says that the server drains", async () => {
  using server = testApp();
  server.app.health.draining = true;
  assertEquals((await server.request("GET /film.json/.mpd")).status, 200);
});

Deno.test("handle() responds to /.ams/health without a token", async () => {
  using server = createAccessServer(POLICIES, { rest: "deny" });
  assertEquals((await server.request("GET /film.json/.mpd")).status, 403);
  assertEquals((await server.request("GET /.ams/health")).status, 200);
});
