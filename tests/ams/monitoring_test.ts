/** Metrics and health of workers that serve, over sockets. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  type MonitoredRecorder,
  type Monitoring,
  startMonitoring,
} from "../../lib/ams/monitoring.ts";
import { ServerState } from "../../lib/ams/server_state.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { WorkerPool } from "../../lib/ams/worker_pool.ts";
import type { LogFormat } from "../../lib/log/log_format.ts";
import { eventually } from "../eventually.ts";
import { freePort } from "../free_port.ts";
import { type MetricSample, parseMetrics, sumMetric } from "../metrics/parse_metrics.ts";
import { getVersion, testApp } from "../server/fixture.ts";

/** Some wait for responses of workers. */
const LIMIT = { timeout: 180_000 };

const SCRIPT = new URL("./crashing_worker.ts", import.meta.url);

/** Larger than bodies that are sent whole. */
const LARGE_BYTES = 9 * 2 ** 20 + 1;

interface Fixture extends AsyncDisposable {
  readonly monitoring: Monitoring;
  readonly state: ServerState;
  readonly pool: WorkerPool;
  readonly url: string;
  scrape(): Promise<MetricSample[]>;
  /** Returns the status and the code of an error. */
  getStatus(path: string): Promise<string>;
}

async function start(
  root: string,
  workers: number,
  log: LogFormat = "none",
  recorder?: MonitoredRecorder,
): Promise<Fixture> {
  const address = { host: "127.0.0.1", port: freePort() };
  const app = { capacity: 2 ** 24, maxOpenFiles: 16, allowedOrigins: ["*"], version: "1.2.3" };
  const pool: WorkerPool = new WorkerPool(
    { address, root, app, log, trustedProxies: [], metrics: true },
    {
      onLog() {},
      onMessage() {},
      onWarning() {},
      onStorageGone() {},
      onCounts: (worker, counts) => monitoring.metrics.addCounts(worker, counts),
      onFailure: (worker) => monitoring.metrics.countRestart(worker),
    },
    SCRIPT,
  );
  const state = new ServerState(() => false);
  const monitoring = startMonitoring(
    { host: "127.0.0.1", port: 0 },
    { version: "1.2.3", pool, state, recorder },
  );
  const { host, port } = monitoring.address;
  const admin = `http://${host}:${port}`;
  await pool.start(workers);
  state.phase = "serving";
  return {
    monitoring,
    state,
    pool,
    url: `http://127.0.0.1:${address.port}`,
    scrape: async () => parseMetrics(await (await fetch(`${admin}/metrics`)).text()),
    getStatus: async (path) => {
      const response = await fetch(`${admin}${path}`);
      await response.body?.cancel();
      return [response.status, response.headers.get("ams-error")].filter(Boolean).join(" ");
    },
    async [Symbol.asyncDispose]() {
      await pool.stop(1);
      await monitoring[Symbol.asyncDispose]();
    },
  };
}

/** A client that counts what it receives, with a connection for each request, so that all workers respond. */
class CountingClient implements Disposable {
  /** By category and status. */
  readonly responses: Record<string, number> = {};
  readonly bytes: Record<string, number> = {};
  readonly #client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });

  constructor(readonly url: string) {}

  async fetch(category: string, path: string, { method = "GET", range = "" } = {}): Promise<void> {
    const headers = { "accept-encoding": "identity", ...range && { range } };
    const response = await fetch(this.url + path, { method, headers, client: this.#client });
    const bytes = (await response.bytes()).length;
    const key = `${category} ${response.status}`;
    this.responses[key] = (this.responses[key] ?? 0) + 1;
    this.bytes[category] = (this.bytes[category] ?? 0) + bytes;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

/** Returns the samples of a metric that are not 0, by the values of their labels. */
function group(samples: readonly MetricSample[], name: string): Record<string, number> {
  const found = samples.filter((sample) => sample.name === name && sample.value > 0);
  return Object.fromEntries(
    found.map(({ labels, value }) => [Object.values(labels).join(" "), value]),
  );
}

Deno.test(
  "metrics are what a client received from two workers, of which one is replaced",
  LIMIT,
  async () => {
    using files = testApp();
    Deno.writeFileSync(join(files.root, "large.bin"), new Uint8Array(LARGE_BYTES));
    const media = `/film.json/${await getVersion(files)}`;
    await using server = await start(files.root, 2);
    using client = new CountingClient(server.url);

    const fetchAll = async () => {
      for (let i = 0; i < 5; i++) {
        await client.fetch("dash manifest", "/film.json/.mpd");
        await client.fetch("hls manifest", "/film.json/any.m3u8");
        await client.fetch("hls playlist", "/film.json/video.m3u8");
        await client.fetch("smooth manifest", "/film.json/Manifest");
        await client.fetch("cmaf init", `${media}/video/init.mp4`);
        await client.fetch("cmaf segment", `${media}/video/0.m4s`);
        await client.fetch("cmaf segment", `${media}/video/1.m4s`);
        await client.fetch("hls segment", `${media}/video/0.ts`);
        await client.fetch("cmaf thumbnail", `${media}/image/0.jpg`);
        await client.fetch("cmaf subtitles", `${media}/text/all.vtt`);
        await client.fetch("none file", "/video.mp4", { range: "bytes=10-99" });
        await client.fetch("none file", "/video.mp4", { range: "bytes=99999999-" });
        await client.fetch("none file", "/none");
        await client.fetch("none other", "/.ams/health");
        await client.fetch("none other", "/film.json/.mpd", { method: "OPTIONS" });
        await client.fetch("none other", "/film.json/.mpd", { method: "POST" });
        await client.fetch("dash manifest", "/film.json/.mpd", { method: "HEAD" });
      }
      await client.fetch("none file", "/large.bin");
      await eventually(
        async () =>
          // a stream ends after its last byte was received
          sumMetric(await server.scrape(), "ams_http_requests_in_flight") === 0,
        "no request is in progress",
      );
    };
    await fetchAll();
    await assertRejects(() => fetch(`${server.url}/crash`)); // is not counted
    await eventually(async () => {
      const samples = await server.scrape();
      return sumMetric(samples, "ams_worker_restarts_total") === 1 &&
        sumMetric(samples, "ams_workers") === 2;
    }, "a worker was replaced once");
    await fetchAll();

    const samples = await server.scrape();
    assertEquals(group(samples, "ams_http_requests_total"), client.responses);
    const bytes = Object.entries(client.bytes).filter(([, count]) => count > 0);
    assertEquals(group(samples, "ams_http_response_bytes_total"), Object.fromEntries(bytes));
    const requests = sumMetric(samples, "ams_http_requests_total");
    assertEquals(requests, Object.values(client.responses).reduce((sum, count) => sum + count));
    assertEquals(sumMetric(samples, "ams_http_request_duration_seconds_count"), requests);
    assertEquals(sumMetric(samples, "ams_http_requests_in_flight"), 0);
    assertEquals(sumMetric(samples, "ams_assets_open"), 2); // in each worker
    assertEquals(sumMetric(samples, "ams_cache_bytes", { cache: "segments" }) > 0, true);
    assertEquals(sumMetric(samples, "ams_cache_misses_total", { cache: "assets" }), 3);
  },
);

for (
  const [when, log, send] of [
    ["with every batch of log lines", "text", () => {}],
    ["before it closes", "none", (server: Fixture) => server.pool.stop(1)],
  ] as const
) {
  Deno.test(`a worker sends its counts ${when}`, LIMIT, async () => {
    using files = testApp();
    await using server = await start(files.root, 1, log);
    await (await fetch(`${server.url}/none`)).body?.cancel();
    await send(server);
    const count = async () =>
      sumMetric(
        parseMetrics(await server.monitoring.metrics.format()),
        "ams_http_requests_total",
        { code: "404" },
      );
    await eventually(async () => await count() === 1, "the worker has sent its counts"); // without a scrape
  });
}

Deno.test("/livez and /readyz report the state of the process", LIMIT, async () => {
  using files = testApp();
  await using server = await start(files.root, 1);
  const getStates = async () => [
    await server.getStatus("/livez"),
    await server.getStatus("/readyz"),
  ];
  assertEquals(await getStates(), ["200", "200"]);
  await assertRejects(() => fetch(`${server.url}/crash`));
  for (const status of ["503 WORKERS_MISSING", "200"]) {
    await eventually(
      async () => await server.getStatus("/readyz") === status,
      `/readyz returns ${status}`,
    );
  }
  server.state.phase = "draining";
  assertEquals(await getStates(), ["200", "503 DRAINING"]);
});

Deno.test("startMonitoring() names an address that is in use", LIMIT, async () => {
  using files = testApp();
  await using server = await start(files.root, 1);
  const { monitoring: { address }, pool, state } = server;
  assertThrows(
    () => startMonitoring(address, { version: "", pool, state }),
    SetupError,
    `Cannot listen on 127.0.0.1:${address.port} (--admin): the port is in use`,
  );
});

Deno.test(
  "monitoring asks the recorder, too, and reads the free bytes of its disk",
  LIMIT,
  async () => {
    using app = testApp();
    let responds = true;
    const pings: number[] = [];
    const recorder = {
      directory: app.root,
      ping(timeoutMs: number) {
        pings.push(timeoutMs);
        return Promise.resolve(responds);
      },
    };
    await using server = await start(app.root, 1, "none", recorder);
    assertEquals(await server.getStatus("/livez"), "200");
    const free = (await server.scrape()).find(({ name }) => name === "ams_live_disk_free_bytes");
    assertEquals(free!.value > 0, true);
    responds = false;
    assertEquals(await server.getStatus("/livez"), "503 NOT_RESPONDING");
    assertEquals(pings, [5000, 2000, 5000]);
  },
);

Deno.test("monitoring without a recorder has no metrics of channels", LIMIT, async () => {
  using app = testApp();
  await using server = await start(app.root, 1);
  assertEquals((await server.scrape()).filter(({ name }) => name.startsWith("ams_live")), []);
});
