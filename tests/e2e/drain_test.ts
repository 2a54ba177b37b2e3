/** Stopping one of two servers behind the nginx of deploy/. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startAms } from "./ams.ts";
import { startNginx } from "./nginx.ts";
import { eventually } from "./page_driver.ts";
import { closeConnections, rawRequest } from "./raw_request.ts";

const CLIENTS = 6;

/** Requests for files that no cache has yet. */
async function load(root: string, url: string, isDone: () => boolean): Promise<number> {
  let next = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (!isDone()) {
      const name = `file-${next++}.txt`;
      await Deno.writeTextFile(join(root, name), name);
      const { status, body } = await rawRequest(`${url}/${name}`);
      assertEquals([status, new TextDecoder().decode(body)], [200, name]);
    }
  }));
  return next;
}

function countFiles(log: string): number {
  return log.match(/GET \/file-/g)?.length ?? 0;
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

Deno.test("nginx serves all requests while a server drains and stops", async () => {
  await using open = new AsyncDisposableStack();
  const root = await Deno.makeTempDir({ prefix: "ams-drain-" });
  open.defer(() => Deno.remove(root, { recursive: true }));
  const options = ["--workers", "1", "--drain", "8"];
  const stopping = open.use(await startAms(root, ...options));
  const other = open.use(await startAms(root, ...options));
  const nginx = open.use(await startNginx({ servers: [stopping.url, other.url] }));
  open.defer(closeConnections);
  const getHealth = async ({ url }: { url: string }) => {
    const { status, headers } = await rawRequest(`${url}/.ams/health`);
    return `${status} ${headers.get("ams-error")}`;
  };
  assertEquals([await getHealth(stopping), await getHealth(other)], ["200 null", "200 null"]);
  let done = false;
  const loading = load(root, nginx.url, () => done);
  await eventually(
    () => Promise.resolve(stopping.log()),
    (log) => log.includes("GET /file-"),
  );
  Deno.kill(stopping.pid, "SIGTERM");
  await eventually(() => getHealth(stopping), (health) => health === "503 DRAINING");
  assertEquals(await getHealth(other), "200 null");
  await eventually(() => isListening(stopping.url), (listening) => !listening);
  const before = countFiles(other.log());
  await eventually(
    () => Promise.resolve(countFiles(other.log())),
    (count) => count > before + 50,
  );
  done = true;
  assert(await loading > before + 50);
  assert(/Draining: [^]*GET \/file-\d+\.txt 200 [^]*Stopping: /.test(stopping.log()));
});
