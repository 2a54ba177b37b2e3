import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { WorkerConfig } from "../../lib/ams/worker_messages.ts";
import { buildPermissions, WorkerPool } from "../../lib/ams/worker_pool.ts";
import { testApp } from "../server/fixture.ts";

const FAILING = new URL("./failing_worker.ts", import.meta.url);

function createConfig(root: string, more: Partial<WorkerConfig> = {}): WorkerConfig {
  return {
    address: { host: "127.0.0.1", port: 2 },
    root,
    app: { capacity: 2 ** 20, maxOpenFiles: 16, allowedOrigins: ["*"] },
    log: "text",
    ...more,
  };
}

Deno.test("buildPermissions() allows a worker to read the root and to listen on its address only", async () => {
  using server = testApp();
  Deno.writeTextFileSync(join(server.outside, "secret"), "x");
  const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: buildPermissions(createConfig(server.root)) },
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
  assertEquals(Object.entries(others).filter(([, result]) => result !== "denied"), []);
});

Deno.test("buildPermissions() formats addresses", () => {
  const net = (host: string) =>
    buildPermissions(createConfig("/", { address: { host, port: 80 } })).net;
  assertEquals([net("0.0.0.0"), net("::1")], [["0.0.0.0:80"], ["[::1]:80"]]);
});

Deno.test("WorkerPool.start() rejects with the reason why a worker cannot start", async () => {
  const address = { host: "127.0.0.1", port: 1 };
  const pool = new WorkerPool(
    createConfig("/tmp", { address }),
    { onLog() {}, onMessage() {}, onWarning() {} },
    FAILING,
  );
  await assertRejects(() => pool.start(1), Error, "Cannot start in this test");
  await pool.stop(0);
});

Deno.test("WorkerPool replaces a worker that fails, and logs why", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let messages = 0;
  const pool = new WorkerPool(createConfig("/tmp", { log: "json" }), {
    onLog() {},
    onWarning() {},
    onMessage: (message) => {
      if (++messages === 2) resolve(message); // the replacement failed, too
    },
  }, FAILING);
  await pool.start(1);
  assertMatch(await promise, /^Worker failed and was restarted: .*test failure/);
  await pool.stop(1);
});

Deno.test("WorkerPool replaces no worker while no file descriptors are left", async () => {
  const messages: string[] = [];
  const onMessage = (message: string) => void messages.push(message);
  const config = createConfig("/tmp", { log: "json" });
  const pool = new WorkerPool(config, { onLog() {}, onWarning() {}, onMessage }, FAILING);
  await pool.start(1);
  pool.supply = "none";
  const pause = () => new Promise((resolve) => setTimeout(resolve, 2500));
  await pause();
  assertEquals(messages.length, 1); // of the failure: a replacement would have failed by now
  pool.supply = "enough";
  await pause();
  assertEquals(messages.length > 1, true);
  await pool.stop(0);
});
