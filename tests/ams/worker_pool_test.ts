import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { WorkerConfig } from "../../lib/ams/worker.ts";
import { buildPermissions, WorkerPool } from "../../lib/ams/worker_pool.ts";
import { testApp } from "../server/fixture.ts";

const FAILING = new URL("./failing_worker.ts", import.meta.url);

function order(root: string, more: Partial<WorkerConfig> = {}): WorkerConfig {
  return {
    address: { host: "127.0.0.1", port: 2 },
    app: { root, capacity: 2 ** 20, maxOpenFiles: 16, allowedOrigins: ["*"] },
    log: "text",
    ...more,
  };
}

Deno.test("permissions() lets a worker read the root, listen on its address, and nothing else", async () => {
  using server = testApp();
  Deno.writeTextFileSync(join(server.outside, "secret"), "x");
  const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: buildPermissions(order(server.root)) },
  });
  const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
  worker.onmessage = ({ data }) => resolve(data);
  const data = {
    inside: join(server.root, "text.vtt"),
    outside: join(server.outside, "secret"),
    port: 3,
  };
  worker.postMessage(data);
  const { "read inside": inside, ...others } = await promise;
  worker.terminate();
  assertEquals(inside, "done");
  assertEquals(Object.entries(others).filter(([, how]) => how !== "refused"), []);
});

Deno.test("permissions() writes the address as Deno wants it", () => {
  const net = (host: string) => buildPermissions(order("/", { address: { host, port: 80 } })).net;
  assertEquals([net("0.0.0.0"), net("::1")], [["0.0.0.0:80"], ["[::1]:80"]]);
});

Deno.test("Workers says why one can't start", async () => {
  const address = { host: "127.0.0.1", port: 1 };
  const workers = new WorkerPool(
    order("/tmp", { address }),
    { onLog() {}, onMessage() {} },
    FAILING,
  );
  await assertRejects(() => workers.start(1), Error, "Cannot even start");
  await workers.stop(0);
});

Deno.test("Workers replaces one that fails, and says why", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let notes = 0;
  const workers = new WorkerPool(order("/tmp", { log: "json" }), {
    onLog() {},
    onMessage: (message) => {
      if (++notes === 2) resolve(message); // the second one took the first one's place, and failed too
    },
  }, FAILING);
  await workers.start(1);
  assertStringIncludes(await promise, "Cannot go on");
  await workers.stop(1);
});
