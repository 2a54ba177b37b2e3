import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { toFileResource } from "../../lib/server/static_files.ts";
import type { StoredFile } from "../../lib/storage/storage.ts";
import { type TestApp, testApp } from "./fixture.ts";

function write(server: TestApp, name: string, text: string): void {
  server.files.write(name, text);
}

const cases: [name: string, type: string][] = [
  ["page.html", "text/html; charset=utf-8"],
  ["player.MJS", "text/javascript; charset=utf-8"],
  ["style.css", "text/css; charset=utf-8"],
  ["film.mov", "video/quicktime"],
  ["old.mpd", "application/dash+xml"],
  ["a b ж.txt", "text/plain; charset=utf-8"],
  ["README", "application/octet-stream"],
  ["x.constructor", "application/octet-stream"],
];

for (const [name, type] of cases) {
  Deno.test(`serveFile() serves ${name} as ${type}`, async () => {
    using server = testApp();
    write(server, name, "content");
    const response = await server.request(`GET /${encodeURIComponent(name)}`);
    const { headers } = response;
    assertEquals([response.status, headers.get("content-type")], [200, type]);
    assertEquals([await response.text(), headers.get("content-length")], ["content", "7"]);
    assertMatch(headers.get("last-modified")!, / GMT$/);
    assertEquals(headers.get("cache-control"), "no-cache");
  });
}

const sandboxed: [name: string, isSandboxed: boolean][] = [
  ["a.html", true],
  ["a.HTM", true],
  ["a.svg", true],
  ["a.Xml", true],
  ["a.js", false],
  ["a.txt", false],
  ["text.vtt", false],
];

for (const [name, isSandboxed] of sandboxed) {
  Deno.test(`serveFile() ${isSandboxed ? "sandboxes" : "does not sandbox"} ${name}`, async () => {
    for (const sandboxFiles of [true, false]) {
      using server = testApp({ sandboxFiles });
      write(server, name, "<script>alert(1)</script>");
      const { headers } = await server.request(`GET /${name}`);
      const expected = sandboxFiles && isSandboxed ? "sandbox" : null;
      assertEquals(headers.get("content-security-policy"), expected);
    }
  });
}

Deno.test("serveFile() serves no package, no dot file, and no link to one", async () => {
  using server = testApp();
  write(server, ".secret", "x");
  write(server, "keys.Json", "x");
  server.files.link("film.json", "film.txt");
  server.files.link(".secret", "open.txt");
  for (const path of [".secret", "film.json", "keys.Json", "film.txt", "open.txt", "keys%2eJson"]) {
    assertEquals([path, (await server.request(`GET /${path}`)).status], [path, 404]);
  }
});

const hidden: [path: string, reason: string][] = [
  [".git/x", "Cannot find '.git/x'"],
  [".v.json", "Cannot find '.v.json'"],
  ["open.txt", "Cannot find 'open.txt'"],
  ["none.json", "Cannot find 'none.json'"],
  ["directory.json", "Cannot find 'directory.json'"],
  ["outside.json", "Cannot find 'outside.json'"],
  ["film.json", "Cannot serve 'film.json': play a package as /film.json/.mpd"],
];

for (const [path, reason] of hidden) {
  Deno.test(`serveFile() answers ${path} with ${reason}`, async () => {
    using server = testApp();
    write(server, ".secret", "x");
    server.files.link(".secret", "open.txt");
    server.files.makeDirectory("directory.json");
    server.files.write("../outside/x.json", "{}");
    server.files.link("../outside/x.json", "outside.json");
    const response = await server.request(`GET /${path}`);
    assertEquals((await response.json()).reason, reason);
  });
}

Deno.test("serveFile() serves no directories, and no links that lead outside", async () => {
  using server = testApp();
  server.files.write("../outside/x.txt", "x");
  server.files.link("../outside/x.txt", "x.txt");
  server.files.link("../outside", "out");
  server.files.makeDirectory("directory");
  assertEquals((await server.request("GET /x.txt")).status, 403);
  assertEquals((await server.request("GET /out/x.txt")).status, 403);
  assertEquals((await server.request("GET /out/none.txt")).status, 404);
  assertEquals((await server.request("GET /directory")).status, 404);
});

Deno.test("serveFile() evaluates dates in the absence of ETags", async () => {
  using server = testApp();
  write(server, "a.txt", "0123456789");
  server.files.setModifiedAt("a.txt", 1_000_000);
  const date = "Mon, 12 Jan 1970 13:46:40 GMT";
  assertEquals((await server.request("GET /a.txt")).headers.get("last-modified"), date);
  assertEquals((await server.request("GET /a.txt", { "if-modified-since": date })).status, 304);
  const part = await server.request("GET /a.txt", { range: "bytes=2-3", "if-range": date });
  assertEquals([part.status, await part.text()], [206, "23"]);
  const whole = await server.request("GET /a.txt", {
    range: "bytes=2-3",
    "if-range": "Mon, 12 Jan 1970 13:46:41 GMT",
  });
  assertEquals([whole.status, await whole.text()], [200, "0123456789"]);
});

Deno.test("serveFile() evaluates preconditions only of a GET or HEAD that it would serve", async () => {
  using server = testApp();
  write(server, "a.txt", "0123456789");
  server.files.setModifiedAt("a.txt", 1_000_000);
  const early = { "if-unmodified-since": "Mon, 12 Jan 1970 13:46:39 GMT" };
  const cases: [line: string, headers: Record<string, string>, status: number][] = [
    ["GET /a.txt", early, 412],
    ["HEAD /a.txt", early, 412],
    ["GET /a.txt", { "if-unmodified-since": "Mon, 12 Jan 1970 13:46:40 GMT" }, 200],
    ["GET /a.txt", { "if-modified-since": "2050" }, 200],
    ["GET /a.txt", { ...early, range: "bytes=20-" }, 412],
    ["GET /a.txt", { "if-match": "*", range: "bytes=2-3" }, 206],
    ["GET /none.txt", { "if-match": '"x"' }, 404],
    ["GET /a/../b.txt", { "if-match": '"x"' }, 400],
    ["OPTIONS /a.txt", { "if-match": '"x"' }, 204],
    ["POST /a.txt", { "if-match": '"x"' }, 405],
  ];
  for (const [line, headers, status] of cases) {
    const response = await server.request(line, headers);
    await response.body?.cancel();
    assertEquals([line, headers, response.status], [line, headers, status]);
  }
});

Deno.test("serveFile() changes the ETag of a changed file", async () => {
  using server = testApp();
  write(server, "a.txt", "one");
  const before = (await server.request("HEAD /a.txt")).headers.get("etag");
  server.files.setModifiedAt("a.txt", 1_000_000);
  const touched = (await server.request("HEAD /a.txt")).headers.get("etag");
  write(server, "a.txt", "three");
  server.files.setModifiedAt("a.txt", 1_000_000);
  const longer = (await server.request("HEAD /a.txt")).headers.get("etag");
  assertEquals(new Set([before, touched, longer]).size, 3);
});

Deno.test("serveFile() serves an empty file", async () => {
  using server = testApp();
  write(server, "empty.txt", "");
  const response = await server.request("GET /empty.txt");
  assertEquals([response.status, response.headers.get("content-length")], [200, "0"]);
  assertEquals(await response.text(), "");
  assertEquals((await server.request("GET /empty.txt", { range: "bytes=0-" })).status, 416);
});

Deno.test("serveFile() sends a large file and its ranges in slices", async () => {
  using server = testApp();
  const size = 9 * 2 ** 20 + 5;
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) >> 7);
  server.files.write("large.bin", bytes);
  const response = await server.request("GET /large.bin");
  let position = 0;
  for await (const slice of response.body!) {
    assert(slice.length <= 65536);
    assertEquals(slice, bytes.slice(position, position + slice.length));
    position += slice.length;
  }
  assertEquals(position, size);
  const part = await server.request("GET /large.bin", { range: `bytes=${size - 3}-` });
  assertEquals(await part.bytes(), bytes.slice(-3));
});

Deno.test("toFileResource() tells versions apart by what an origin says of their content, if it does", () => {
  const describe = (contentTag?: string, modifiedAtMs?: number) => {
    const file = { size: 5, modifiedAtMs, contentTag } as StoredFile;
    const { etag, lastModified } = toFileResource({ name: "a", file }, "text/plain");
    return [etag, lastModified];
  };
  const date = new Date(1000).toUTCString();
  assertEquals(describe(undefined, 1000), ['"5-rs"', date]);
  assertEquals(describe('"x"', 1000), ['"ui30kDosFOhtw7zKWJEbRK"', date]);
  assertNotEquals(describe('"y"', 1000), describe('"x"', 1000));
  assertEquals(describe('"x"'), ['"ui30kDosFOhtw7zKWJEbRK"', undefined]);
});
