/** Nothing of a client or of a package makes ams send a request to a host that the operator did not name. */

import { assert, assertEquals } from "@std/assert";
import { StorageService } from "../../lib/ams/storage_service.ts";
import type { WorkerMount } from "../../lib/ams/worker_messages.ts";
import { createStorage } from "../../lib/ams/worker_storage.ts";
import { parseRequestTarget } from "../../lib/http/request_target.ts";
import { createApp } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { parseAllowedSource, parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import { StoragePort } from "../../lib/storage/remote/storage_port.ts";
import { readTestdata } from "../test_files.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";

/** Some wait for messages of workers. */
const LIMIT = { timeout: 180_000 };

const NO_VARIABLES = () => undefined;

const VIDEO = { bytes: readTestdata("ladder-avc-240p.mp4"), etag: '"1"' };

/** The document root is `/films` of one origin; packages may name files below `/allowed` of it. */
class Server implements Disposable {
  readonly #port = new StoragePort();
  readonly #service: StorageService;
  readonly #app;

  constructor(url: string) {
    const mounts: WorkerMount[] = [
      { path: "", source: parseMountSource(`${url}/films`, NO_VARIABLES) },
    ];
    const allowed = [
      { path: "allowed 0", source: parseAllowedSource(`${url}/allowed`, NO_VARIABLES) },
    ];
    const origins = [...mounts, ...allowed].flatMap(({ path, source }) =>
      source.kind === "directory"
        ? []
        : [{ name: path, label: path, origin: source, isAllowed: true }]
    );
    this.#service = new StorageService({
      origins,
      sources: { cacheBytes: 2 ** 20, freshSeconds: 5, timeoutSeconds: 8 },
      onMessage() {},
      onReplaced() {},
    });
    const { port, pages } = this.#service.connect(this);
    this.#port.connect(port, pages);
    const options = { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"] };
    this.#app = createApp(createStorage({ mounts, allowed }, this.#port), options, {
      onMessage() {},
    });
  }

  async get(path: string, headers: Record<string, string> = {}) {
    const { path: rawPath, query: rawQuery } = parseRequestTarget(`http://localhost${path}`);
    const request = { method: "GET", rawPath, rawQuery, headers: new Headers(headers) };
    const response = await handle(request, this.#app);
    return { code: response.headers.get("ams-error"), text: await response.text() };
  }

  [Symbol.dispose](): void {
    this.#app.library.close();
    this.#port.close();
    this.#service[Symbol.dispose]();
  }
}

async function start() {
  const stack = new AsyncDisposableStack();
  const own = stack.use(await TestOrigin.start());
  const other = stack.use(await TestOrigin.start());
  for (const path of ["/a.mp4", "/films/a.mp4", "/allowed/a.mp4"]) {
    own.files.set(path, VIDEO);
    other.files.set(path, VIDEO);
  }
  const server = stack.use(new Server(own.url));
  return { own, other, server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function createPackage(file: string) {
  const track = { file, track: 1, type: "video", language: "und", name: "video" };
  return { ams: 1, segmentDuration: 2, tracks: [track] };
}

Deno.test("packages name files of other hosts in vain", LIMIT, async () => {
  await using test = await start();
  const { own, other, server } = test;
  const port = own.host.split(":")[1];
  const names: [name: string, code: string | null][] = [
    ["a.mp4", null],
    [`${own.url}/allowed/a.mp4`, null],
    [`${own.url}/a.mp4`, "PACKAGE_INVALID"],
    [`${own.url}/allowedx/a.mp4`, "PACKAGE_INVALID"],
    [`${own.url}/allowed/../a.mp4`, "PACKAGE_INVALID"],
    [`${own.url}/allowed/%2e%2e/a.mp4`, "PACKAGE_INVALID"],
    [`http://localhost:${port}/allowed/a.mp4`, "PACKAGE_INVALID"],
    [`${other.url}/allowed/a.mp4`, "PACKAGE_INVALID"],
    [`http://x@${other.host}/allowed/a.mp4`, "PACKAGE_INVALID"],
    [`http://${own.host}@${other.host}/allowed/a.mp4`, "PACKAGE_INVALID"],
    [`HTTP://${other.host}/allowed/a.mp4`, "PACKAGE_INVALID"],
    [`s3://media/a.mp4`, "PACKAGE_INVALID"],
    [`file:///etc/hostname`, "PACKAGE_INVALID"],
    [`//${other.host}/a.mp4`, "FORBIDDEN"],
    ["/a.mp4", "FORBIDDEN"],
    ["../a.mp4", "FORBIDDEN"],
  ];
  for (const [i, [name, code]] of names.entries()) {
    own.files.set(`/films/${i}.json`, {
      bytes: new TextEncoder().encode(JSON.stringify(createPackage(name))),
      etag: '"1"',
    });
    const found = await server.get(`/${i}.json/.mpd`);
    assertEquals(found.code, code, `${name}: ${found.text}`);
  }
  assertEquals(other.requests, []);
  const targets = own.requests.map(({ target }) => target).filter((it) => !it.endsWith(".json"));
  assertEquals([...new Set(targets)].sort(), ["/allowed/a.mp4", "/films/a.mp4"]);
});

Deno.test("posters, chapters and tracks of packages name other hosts in vain", LIMIT, async () => {
  await using test = await start();
  const { own, other, server } = test;
  const url = `${other.url}/a.mp4`;
  const others: [key: string, rest: Record<string, unknown>][] = [
    ["poster", { poster: `${other.url}/a.png` }],
    ["chapters", { chapters: `${other.url}/a.vtt` }],
    ["tracks[0].file", { tracks: [{ ...createPackage("").tracks[0]!, file: url }] }],
  ];
  for (const [i, [key, rest]] of others.entries()) {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...createPackage("a.mp4"), ...rest }));
    own.files.set(`/films/${i}.json`, { bytes, etag: '"1"' });
    for (const path of [".mpd", "poster"]) {
      const { code, text } = await server.get(`/${i}.json/${path}`);
      assertEquals(code, "PACKAGE_INVALID", `${key}: ${text}`);
      assert(text.includes(key) && text.includes("--allow-source"), text);
    }
  }
  assertEquals(other.requests, []);
});

Deno.test("paths and headers of clients name other hosts in vain", LIMIT, async () => {
  await using test = await start();
  const { own, other, server } = test;
  const headers = {
    host: other.host,
    "x-forwarded-host": other.host,
    forwarded: `host=${other.host}`,
    referer: other.url,
  };
  const paths = [
    `/${other.url}/a.mp4`,
    `//${other.host}/a.mp4`,
    `/a.mp4?url=${other.url}/a.mp4`,
    `/..//${other.host}/a.mp4/.mpd`,
    `/%2f%2f${other.host}/a.mp4/.mpd`,
    `/@${other.host}/a.mp4/.mpd`,
    `/\\\\${other.host}/a.mp4/.mpd`,
    "/../a.mp4/.mpd",
    "/%2e%2e/a.mp4/.mpd",
    "/.secret/a.mp4/.mpd",
    "/allowed%200/a.mp4/.mpd",
  ];
  for (const path of paths) await server.get(path, headers);
  assertEquals(other.requests, []);
  for (const { target } of own.requests) assert(target.startsWith("/films/"), target);
  assert(own.requests.every(({ target }) => !target.includes("secret")));
});

Deno.test("redirects of an origin lead to other hosts in vain", LIMIT, async () => {
  await using test = await start();
  const { own, other, server } = test;
  own.redirects.set("/films/b.mp4", `${other.url}/a.mp4`);
  own.redirects.set("/films/c.mp4", "/films/a.mp4");
  assertEquals((await server.get("/b.mp4/.mpd")).code, "SOURCE_INVALID");
  const { text } = await server.get("/b.mp4/.mpd");
  assert(!text.includes(other.host), text);
  assertEquals((await server.get("/c.mp4/.mpd")).code, null);
  assertEquals(other.requests, []);
});
