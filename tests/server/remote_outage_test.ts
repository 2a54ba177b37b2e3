/** Responses from files of a remote mount whose origin fails. */

import { assert, assertEquals } from "@std/assert";
import { SourceError } from "../../lib/errors.ts";
import { parseRequestTarget } from "../../lib/http/request_target.ts";
import { createApp } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { readTestdata } from "../test_files.ts";
import { RemoteSetup } from "../storage/remote/remote_setup.ts";

const MEDIA = readTestdata("ladder-avc-240p.mp4");

class RemoteApp implements Disposable {
  readonly remote = new RemoteSetup();
  readonly #app;

  constructor() {
    this.remote.origin.write("a.mp4", MEDIA);
    const options = { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"] };
    this.#app = createApp(this.remote.storage, { ...options, sidecars: false }, {
      onMessage() {},
      now: () => this.remote.time,
    });
  }

  async get(path: string) {
    const { path: rawPath, query: rawQuery } = parseRequestTarget(`http://localhost${path}`);
    const request = { method: "GET", rawPath, rawQuery, headers: new Headers() };
    const response = await handle(request, this.#app);
    const { status, headers } = response;
    const [code, retry] = [headers.get("ams-error"), headers.get("retry-after")];
    return { status, code, retry, body: await response.bytes() };
  }

  /** Returns the path of a segment, and the template of paths with any version. */
  async findSegment(number: number): Promise<{ path: string; other: string }> {
    const { body } = await this.get("/a.mp4/.m3u8");
    const [playlist] = new TextDecoder().decode(body).match(/^[^#\s].*$/m)!;
    const url = new URL(playlist, "http://localhost/a.mp4/");
    const segments = new TextDecoder().decode((await this.get(url.pathname)).body);
    const name = segments.match(/^[^#\s].*$/gm)![number - 1]!;
    const { pathname: path } = new URL(name, url);
    const other = path.replace(/(?<=\/v)[^/]+/, "0123456789ab");
    assert(path !== other, path);
    return { path, other };
  }

  fail(): void {
    this.remote.origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot read 'a.mp4'");
  }

  [Symbol.dispose](): void {
    this.#app.library.close();
    this.remote[Symbol.dispose]();
  }
}

Deno.test("what is cached of a remote file is served after an outage of more than a minute", async () => {
  using server = new RemoteApp();
  const { path } = await server.findSegment(1);
  const paths = [path, "/a.mp4/.mpd", "/a.mp4/.m3u8", "/a.mp4/Manifest"];
  const before = await Promise.all(paths.map((it) => server.get(it)));
  assertEquals(before.map(({ status }) => status), [200, 200, 200, 200]);
  server.fail();
  for (const time of [5000, 59_000, 61_000, 70_000, 3_600_000]) {
    server.remote.time = time;
    assertEquals(await Promise.all(paths.map((it) => server.get(it))), before, `${time} ms`);
  }
});

Deno.test("a version that is not known is 503, not 404, while the origin fails, and 404 after that", async () => {
  using server = new RemoteApp();
  const { path, other } = await server.findSegment(1);
  assertEquals((await server.get(path)).status, 200);
  server.fail();
  for (const time of [10_000, 10_001, 10_900, 11_500, 100_000, 100_001]) {
    server.remote.time = time;
    const { status, code, retry } = await server.get(other);
    assertEquals([status, code, retry], [503, "SOURCE_UNAVAILABLE", "1"], `${time} ms`);
    assertEquals((await server.get(path)).status, 200);
  }
  server.remote.origin.failure = undefined;
  server.remote.time += 1000;
  for (let i = 0; i < 2; i++) assertEquals((await server.get(other)).status, 404);
});
