import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { DiskCache } from "../../lib/ams/source_options.ts";
import { buildStoragePermissions, StorageService } from "../../lib/ams/storage_service.ts";
import type { ConfiguredOrigin } from "../../lib/ams/storage_worker_messages.ts";
import { SourceError } from "../../lib/errors.ts";
import type { SourceCounts } from "../../lib/metrics/source_counts.ts";
import { SOURCE_USAGE, SourceUsage } from "../../lib/source_usage.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { RemoteStorage } from "../../lib/storage/remote/remote_storage.ts";
import { StoragePort } from "../../lib/storage/remote/storage_port.ts";
import { eventually } from "../eventually.ts";
import { testApp } from "../server/fixture.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";

/** Some wait for messages of workers. */
const LIMIT = { timeout: 180_000 };

const SOURCES = { cacheBytes: 2 ** 20, freshSeconds: 5, timeoutSeconds: 8 };

const BYTES = new Uint8Array(300_000).map((_, i) => i * 31 >> 3);

function configure(source: string, rest: Partial<ConfiguredOrigin> = {}): ConfiguredOrigin {
  const origin = parseMountSource(source, () => undefined) as RemoteOrigin;
  return { name: "vod", label: "/vod", origin, isAllowed: false, ...rest };
}

/** Reads through a service as a worker does. */
class Client implements Disposable {
  readonly messages: string[] = [];
  readonly counts: SourceCounts[] = [];
  readonly service: StorageService;
  readonly storage: RemoteStorage;
  readonly #port = new StoragePort();

  constructor(origins: readonly ConfiguredOrigin[], script?: URL, disk?: DiskCache) {
    this.service = new StorageService(
      {
        origins,
        disk,
        sources: SOURCES,
        onMessage: ({ level, message }) => this.messages.push(`${level} ${message}`),
        onReplaced: () => this.connect(),
        onCounts: (counts) => this.counts.push(counts),
      },
      script,
    );
    this.storage = new RemoteStorage(this.#port, "vod");
    this.connect();
  }

  connect(): void {
    const { port, pages } = this.service.connect(this);
    this.#port.connect(port, pages);
  }

  async read(path: string): Promise<Uint8Array> {
    const source = await this.storage.open(path, path);
    const bytes = new Uint8Array(source.size);
    await source.read(0, bytes);
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#port.close();
    this.service[Symbol.dispose]();
  }
}

Deno.test(
  "StorageService reads files of an origin, reports it, and counts requests",
  LIMIT,
  async () => {
    await using origin = await TestOrigin.start();
    origin.files.set("/films/a.mp4", { bytes: BYTES, etag: '"1"' });
    using client = new Client([configure(`${origin.url}/films`, { authorization: "Bearer x" })]);
    const usage = new SourceUsage();
    assertEquals(await SOURCE_USAGE.run(usage, () => client.read("a.mp4")), BYTES);
    assertEquals([usage.requests > 0, usage.bytes, usage.ms > 0], [true, BYTES.length, true]);
    assertEquals(await client.storage.stat("b.mp4"), undefined);
    await eventually(() => client.messages.length > 0, "a report");
    assertEquals(client.messages, [`info The source of /vod, ${origin.url}/films/, responds`]);
    assertEquals(await client.service.ping(60_000), true);
    const [counts] = client.counts;
    const { mount, isUp, requests, bytes } = counts!.mounts[0]!;
    const sent = Object.values(requests).reduce((sum, count) => sum + count, 0);
    assertEquals([mount, isUp, sent], ["/vod", true, origin.requests.length]);
    assertEquals(bytes >= BYTES.length, true);
    assertEquals(counts!.cacheBytes, { blocks: BYTES.length, disk: 0 });
    assertEquals(new Set(origin.requests.map(({ headers }) => headers["authorization"])).size, 1);
    assertEquals(origin.requests[0]!.headers["authorization"], "Bearer x");
  },
);

Deno.test(
  "StorageService keeps requests for a bucket until there are credentials",
  LIMIT,
  async () => {
    await using origin = await TestOrigin.start();
    origin.files.set("/media/a.mp4", { bytes: BYTES, etag: '"1"' });
    using client = new Client([configure(`s3://media?endpoint=${origin.url}`)]);
    const bytes = client.read("a.mp4");
    assertEquals(await client.service.ping(60_000), true);
    assertEquals(origin.requests, []);
    client.service.setCredentials(["vod"], { accessKeyId: "id", secretAccessKey: "secret" });
    assertEquals(await bytes, BYTES);
    const { authorization } = origin.requests.at(-1)!.headers;
    assertEquals(`${authorization}`.startsWith("AWS4-HMAC-SHA256 Credential=id/"), true);
    client.service.setCredentials(["vod"], { error: "none" });
    const error = await assertRejects(() => client.read("b.mp4"), SourceError);
    assertEquals([error.code, error.message], [
      "SOURCE_DENIED",
      "Cannot sign requests: ams has no credentials",
    ]);
  },
);

Deno.test(
  "StorageService sends what files of sources contain since they were read again",
  LIMIT,
  async () => {
    await using origin = await TestOrigin.start();
    origin.files.set("/a.mp4", { bytes: BYTES, etag: '"1"' });
    const configureWith = (authorization: string) =>
      configure(origin.url, { isAllowed: true, authorization });
    using client = new Client([configureWith("Bearer a")]);
    await client.storage.stat("b.mp4");
    client.service.replaceSecrets([configureWith("Bearer b")]);
    await client.read("a.mp4");
    const values = origin.requests.map(({ headers }) => headers["authorization"]);
    assertEquals([values[0], ...new Set(values.slice(1))], ["Bearer a", "Bearer b"]);
  },
);

Deno.test(
  "StorageService replaces a thread that fails, and reads in progress are asked again",
  LIMIT,
  async () => {
    using client = new Client(
      [configure("http://127.0.0.1:1/")],
      new URL("./storage_crashing_worker.ts", import.meta.url),
    );
    client.storage.stat("a.mp4");
    await eventually(() => client.messages.length >= 2, "two failures");
    assertEquals(client.messages.slice(0, 2), [
      "error Storage worker failed and was restarted: Cannot go on",
      "error Storage worker failed and was restarted: Cannot go on",
    ]);
  },
);

Deno.test(
  "buildStoragePermissions() allows the hosts of origins and the cache directory only",
  LIMIT,
  async () => {
    const origins = [
      configure("https://a.example/x"),
      configure("s3://b?endpoint=http://[::1]:9000"),
    ];
    const { net, read, write } = buildStoragePermissions(origins, { directory: "/var/cache/ams" });
    assertEquals([net, read, write], [
      ["a.example:443", "[::1]:9000"],
      ["/var/cache/ams"],
      ["/var/cache/ams"],
    ]);
    using server = testApp();
    Deno.writeTextFileSync(join(server.outside, "secret"), "x");
    const worker = new Worker(new URL("./sandbox_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: buildStoragePermissions([configure("http://127.0.0.1:4/")]) },
    });
    const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
    worker.onmessage = ({ data }) => resolve(data);
    const [inside, outside] = [join(server.root, "text.vtt"), join(server.outside, "secret")];
    worker.postMessage({ inside, outside, port: 3 });
    const results = Object.entries(await promise);
    worker.terminate();
    assertEquals(results.filter(([, result]) => result !== "denied"), []);
  },
);

Deno.test("StorageService reads after a restart what its cache directory has", LIMIT, async () => {
  await using origin = await TestOrigin.start();
  origin.files.set("/a.mp4", { bytes: BYTES, etag: '"1"' });
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const disk = { directory, maxBytes: 2 ** 30 };
  const origins = [configure(origin.url, { isAllowed: true })];
  {
    using client = new Client(origins, undefined, disk);
    assertEquals(await client.read("a.mp4"), BYTES);
    const countFiles = () =>
      [...Deno.readDirSync(directory)]
        .flatMap((prefix) => [...Deno.readDirSync(join(directory, prefix.name))])
        .filter(({ name }) => !name.includes(".")).length; // else it is being written
    await eventually(() => countFiles() === 4, "three blocks and a record were written");
  }
  origin.requests.length = 0;
  {
    using client = new Client(origins, undefined, disk);
    assertEquals(await client.read("a.mp4"), BYTES);
  }
  Deno.removeSync(directory, { recursive: true });
  assertEquals(origin.requests.map(({ headers }) => headers["if-none-match"]), ['"1"']);
});
