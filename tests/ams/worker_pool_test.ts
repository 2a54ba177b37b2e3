import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { WorkerConfig } from "../../lib/ams/worker_messages.ts";
import { buildPermissions, WorkerPool } from "../../lib/ams/worker_pool.ts";
import type { LogMessage } from "../../lib/log/message_line.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import { createAccessConfig } from "../access/tokens.ts";
import { type TestApp, testApp } from "../server/fixture.ts";

/** Some wait for messages of workers. */
const LIMIT = { timeout: 180_000 };

const FAILING = new URL("./failing_worker.ts", import.meta.url);

function createConfig(root: string, more: Partial<WorkerConfig> = {}): WorkerConfig {
  return {
    address: { host: "127.0.0.1", port: 2 },
    root,
    app: { capacity: 2 ** 20, maxOpenFiles: 16, allowedOrigins: ["*"] },
    log: "text",
    trustedProxies: [],
    ...more,
  };
}

/** Lets a worker try what the sandbox denies, against a file in the root, one outside, and port 3 of this machine. */
async function attemptAll(server: TestApp, config: WorkerConfig): Promise<Record<string, string>> {
  Deno.writeTextFileSync(join(server.outside, "secret"), "x");
  const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: buildPermissions(config) },
  });
  const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
  worker.onmessage = ({ data }) => resolve(data);
  const data = {
    inside: join(server.root, "text.vtt"),
    outside: join(server.outside, "secret"),
    port: 3,
  };
  worker.postMessage(data);
  const results = await promise;
  worker.terminate();
  return results;
}

Deno.test(
  "buildPermissions() allows a worker to read the root and to listen on its address only",
  LIMIT,
  async () => {
    using server = testApp();
    const { "read inside": inside, ...others } = await attemptAll(
      server,
      createConfig(server.root),
    );
    assertEquals(inside, "done");
    assertEquals(Object.entries(others).filter(([, result]) => result !== "denied"), []);
  },
);

Deno.test(
  "buildPermissions() allows a worker that serves an origin neither to connect to it nor to read a file",
  LIMIT,
  async () => {
    using server = testApp();
    const source = parseMountSource("http://127.0.0.1:3/", () => undefined);
    const { root: _, ...config } = createConfig(server.root);
    const results = await attemptAll(server, { ...config, mounts: [{ path: "", source }] });
    assertEquals(Object.entries(results).filter(([, result]) => result !== "denied"), []);
  },
);

Deno.test("buildPermissions() formats addresses", () => {
  const net = (host: string) =>
    buildPermissions(createConfig("/", { address: { host, port: 80 } })).net;
  assertEquals([net("0.0.0.0"), net("::1")], [["0.0.0.0:80"], ["[::1]:80"]]);
});

Deno.test("buildPermissions() adds the file of a socket, and no other", () => {
  const { read, write, net } = buildPermissions(
    createConfig("/srv", { address: { path: "/run/ams.sock" } }),
  );
  assertEquals([read, write, net], [
    ["/srv", "/run/ams.sock"],
    ["/run/ams.sock"],
    ["unix:/run/ams.sock"],
  ]);
  assertEquals(buildPermissions(createConfig("/srv")).write, false);
});

Deno.test(
  "WorkerPool.start() rejects with the reason why a worker cannot start",
  LIMIT,
  async () => {
    const address = { host: "127.0.0.1", port: 1 };
    const pool = new WorkerPool(
      createConfig("/tmp", { address }),
      { onLog() {}, onMessage() {}, onWarning() {}, onStorageGone() {} },
      FAILING,
    );
    await assertRejects(() => pool.start(1), Error, "Cannot start in this test");
    await pool.stop(0);
  },
);

Deno.test("WorkerPool replaces a worker that fails, and logs why", LIMIT, async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let messages = 0;
  const pool = new WorkerPool(createConfig("/tmp", { log: "json" }), {
    onLog() {},
    onWarning() {},
    onStorageGone() {},
    onMessage: (message) => {
      if (++messages === 2) resolve(message.message); // the replacement failed, too
    },
  }, FAILING);
  await pool.start(1);
  assertMatch(await promise, /^Worker failed and was restarted: .*test failure/);
  await pool.stop(1);
});

Deno.test("WorkerPool connects every worker with keys, also one that replaces another", async () => {
  const ports: MessagePort[] = [];
  const replaced = Promise.withResolvers<void>();
  const pool = new WorkerPool(createConfig("/tmp", { log: "json" }), {
    onLog() {},
    onWarning() {},
    onStorageGone() {},
    onMessage() {},
    connectKeys() {
      const { port1, port2 } = new MessageChannel();
      if (ports.push(port1) === 3) replaced.resolve();
      return port2;
    },
  }, FAILING);
  await pool.start(1);
  pool.reconnectKeys();
  assertEquals(ports.length, 2);
  await replaced.promise;
  await pool.stop(1);
  for (const port of ports) port.close();
});

Deno.test("WorkerPool replaces no worker while no file descriptors are left", LIMIT, async () => {
  const messages: string[] = [];
  const onMessage = ({ message }: LogMessage) => void messages.push(message);
  const config = createConfig("/tmp", { log: "json" });
  const pool = new WorkerPool(
    config,
    { onLog() {}, onWarning() {}, onStorageGone() {}, onMessage },
    FAILING,
  );
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

const SILENT = { onLog() {}, onWarning() {}, onStorageGone() {}, onMessage() {} };

Deno.test(
  "WorkerPool.ping() waits for all workers, at the latest for its time",
  LIMIT,
  async () => {
    const pool = new WorkerPool(createConfig("/tmp"), SILENT, FAILING);
    assertEquals(await pool.ping(10_000), true); // there are none
    await pool.start(2);
    assertEquals([pool.listeningCount, pool.isComplete], [2, true]);
    assertEquals(await pool.ping(10), false); // these do not respond
    const ping = pool.ping(10_000);
    await pool.stop(1); // none is left to wait for
    assertEquals([await ping, pool.listeningCount], [true, 0]);
  },
);

const REPORTING = new URL("./reporting_worker.ts", import.meta.url);

Deno.test(
  "WorkerPool sends a certificate and the drain to all workers, and to those that replace them",
  LIMIT,
  async () => {
    const messages: string[] = [];
    let gone = 0;
    const wanted = Promise.withResolvers<void>();
    const address = { host: "127.0.0.1", port: 3 };
    const certificate = { cert: "A", key: "" };
    const pool = new WorkerPool(createConfig("/tmp", { address, certificate }), {
      onLog() {},
      onWarning() {},
      onStorageGone: () => gone++,
      onMessage(message) {
        if (!message.message.startsWith("Worker failed")) messages.push(message.message);
        if (messages.length === 10) wanted.resolve(); // the replacements fail, too
      },
    }, REPORTING);
    await pool.start(2);
    pool.certificate = { cert: "B", key: "" };
    pool.drain();
    await wanted.promise;
    await pool.stop(0);
    const count = (message: string) => messages.filter((sent) => sent === message).length;
    assertEquals(["start A", "certificate B", "start B", "drain"].map(count), [2, 2, 2, 4]);
    assertEquals(gone, 2);
  },
);

Deno.test(
  "WorkerPool sends keys to all workers, and to those that replace them",
  LIMIT,
  async () => {
    const messages: string[] = [];
    let refreshes = 0;
    const wanted = Promise.withResolvers<void>();
    const access = createAccessConfig([]);
    const config = createConfig("/tmp", { address: { host: "127.0.0.1", port: 3 } });
    const pool = new WorkerPool({ ...config, app: { ...config.app, access } }, {
      onLog() {},
      onWarning() {},
      onStorageGone() {},
      onRefreshKeys: () => refreshes++,
      onMessage({ message }) {
        messages.push(message);
        if (message === "start second") wanted.resolve();
      },
    }, REPORTING);
    await pool.start(2);
    pool.access = { ...access, secrets: access.secrets.slice(1) };
    pool.drain();
    await wanted.promise;
    await pool.stop(0);
    const count = (message: string) => messages.filter((sent) => sent === message).length;
    assertEquals(["start first,second", "access second"].map(count), [2, 2]);
    assertEquals(refreshes, 2);
  },
);

Deno.test("WorkerPool names channels whose archives have grown to all workers", LIMIT, async () => {
  const messages: string[] = [];
  const wanted = Promise.withResolvers<void>();
  const pool = new WorkerPool(createConfig("/tmp"), {
    ...SILENT,
    onMessage({ message }) {
      if (messages.push(message) === 4) wanted.resolve();
    },
  }, REPORTING);
  pool.noticeAppended(["live/none.json"]); // there is no worker yet
  await pool.start(2);
  pool.noticeAppended(["live/news.json", "live/sports.json"]);
  await wanted.promise;
  await pool.stop(1);
  const appended = "appended live/news.json,live/sports.json";
  assertEquals(messages.sort(), [appended, appended, "start", "start"]);
});
