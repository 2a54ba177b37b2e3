/** Metrics and log lines of sources add up with what an origin saw, in a process of its own. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { start } from "./ams_process.ts";
import { eventually } from "./eventually.ts";
import { parseMetrics, sumMetric } from "./metrics/parse_metrics.ts";
import { type TestApp, testApp } from "./server/fixture.ts";

const FILES = new Set(["film.json", "video.mp4", "audio.mp4", "text.vtt", "thumbs.mp4"]);

/** A web server that counts, and is busy when a film is first requested. */
class CountingOrigin implements AsyncDisposable {
  requests = 0;
  bytes = 0;
  failures = 2;
  readonly #app: TestApp;
  readonly #server;

  constructor(app: TestApp) {
    this.#app = app;
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, (request) => this.#respond(request));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  #respond(request: Request): Response {
    this.requests++;
    const name = new URL(request.url).pathname.slice(1);
    if (name === "video.mp4" && this.failures-- > 0) return this.#send(503, "busy");
    if (!FILES.has(name)) return this.#send(404, "not here");
    const bytes = this.#app.files.read(name);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range")!)!;
    const [start, end] = [Number(first), Math.min(Number(last) + 1, bytes.length)];
    return this.#send(206, bytes.slice(start, end), {
      etag: '"1"',
      "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
    });
  }

  #send(status: number, body: string | Uint8Array<ArrayBuffer>, headers = {}): Response {
    this.bytes += body.length;
    return new Response(body, { status, headers });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

Deno.test("metrics and log lines of sources add up with what the origin saw", async () => {
  using app = testApp();
  await using origin = new CountingOrigin(app);
  const [root, cache] = [join(app.outside, "root"), join(app.outside, "cache")];
  Deno.mkdirSync(root);
  const server = await start(
    { root },
    ...["--mount", `/vod=${origin.url}/`, "--source-fresh", "3600", "--source-disk", cache],
    ...["--workers", "2", "--log", "json", "--admin", "127.0.0.1:0"],
  );
  const [, metricsUrl] = await server.until(/Serving metrics at (http[^"]+)"/);
  await server.until(/The source of \/vod, \S+, responds/);
  const scrape = async () => parseMetrics(await (await fetch(metricsUrl!)).text());
  const paths = ["film.json/.mpd", "film.json/master.m3u8", "video.mp4", "none.mp4"];
  for (const path of paths) {
    await (await fetch(`${server.url}/vod/${path}`)).bytes();
  }
  const all = await Promise.all(
    Array.from(
      { length: 8 },
      async () => (await (await fetch(`${server.url}/vod/video.mp4`)).bytes()).length,
    ),
  );
  assertEquals(new Set(all), new Set([app.files.read("video.mp4").length]));

  const samples = await scrape();
  const sum = (name: string, labels = {}) => sumMetric(samples, name, { mount: "/vod", ...labels });
  assertEquals([
    sum("ams_source_requests_total"),
    sum("ams_source_request_duration_seconds_count"),
    sum("ams_source_bytes_total"),
  ], [origin.requests, origin.requests, origin.bytes]);
  assertEquals([
    sum("ams_source_requests_total", { result: "failed" }),
    sum("ams_source_retries_total"),
    sum("ams_source_up"),
  ], [2, 2, 1]);
  const getCacheBytes = async (cache: string) =>
    sumMetric(await scrape(), "ams_cache_bytes", { cache });
  assert(await getCacheBytes("blocks") > 0);
  await eventually(
    async () => await getCacheBytes("disk") > 0 && [...Deno.readDirSync(cache)].length > 0,
    "the disk has blocks",
  );

  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line));
  const sources = lines.flatMap(({ source }) => source ? [source] : []);
  const add = (key: string) => sources.reduce((sum, source) => sum + source[key], 0);
  const probe = { requests: 1, bytes: "not here".length };
  assertEquals(
    [add("requests"), add("bytes")],
    [origin.requests - probe.requests, origin.bytes - probe.bytes],
  );
  assert(sources.every(({ ms }) => ms > 0));
});
