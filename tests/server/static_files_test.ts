import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Stage, stage } from "./fixture.ts";

function write(on: Stage, name: string, text: string): void {
  Deno.writeTextFileSync(join(on.root, name), text);
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
  Deno.test(`serveFile() gives ${name} as ${type}`, async () => {
    using on = stage();
    write(on, name, "content");
    const response = await on.ask(`GET /${encodeURIComponent(name)}`);
    const { headers } = response;
    assertEquals([response.status, headers.get("content-type")], [200, type]);
    assertEquals([await response.text(), headers.get("content-length")], ["content", "7"]);
    assertMatch(headers.get("last-modified")!, / GMT$/);
    assertEquals(headers.get("cache-control"), "no-cache");
  });
}

Deno.test("serveFile() gives out no package, no dot file, and no link to one", async () => {
  using on = stage();
  write(on, ".secret", "x");
  write(on, "keys.Json", "x");
  Deno.symlinkSync("film.json", join(on.root, "film.txt"));
  Deno.symlinkSync(".secret", join(on.root, "open.txt"));
  for (const path of [".secret", "film.json", "keys.Json", "film.txt", "open.txt", "keys%2eJson"]) {
    assertEquals([path, (await on.ask(`GET /${path}`)).status], [path, 404]);
  }
});

Deno.test("serveFile() gives no links that lead outside, no folders", async () => {
  using on = stage();
  Deno.writeTextFileSync(join(on.outside, "x.txt"), "x");
  Deno.symlinkSync(join(on.outside, "x.txt"), join(on.root, "x.txt"));
  Deno.symlinkSync(on.outside, join(on.root, "out"));
  Deno.mkdirSync(join(on.root, "folder"));
  assertEquals((await on.ask("GET /x.txt")).status, 403);
  assertEquals((await on.ask("GET /out/x.txt")).status, 403);
  assertEquals((await on.ask("GET /out/none.txt")).status, 404);
  assertEquals((await on.ask("GET /folder")).status, 404);
});

Deno.test("serveFile() goes by dates where no ETag is given", async () => {
  using on = stage();
  write(on, "a.txt", "0123456789");
  Deno.utimeSync(join(on.root, "a.txt"), 1_000_000, 1_000_000);
  const date = "Mon, 12 Jan 1970 13:46:40 GMT";
  assertEquals((await on.ask("GET /a.txt")).headers.get("last-modified"), date);
  assertEquals((await on.ask("GET /a.txt", { "if-modified-since": date })).status, 304);
  const part = await on.ask("GET /a.txt", { range: "bytes=2-3", "if-range": date });
  assertEquals([part.status, await part.text()], [206, "23"]);
  const whole = await on.ask("GET /a.txt", {
    range: "bytes=2-3",
    "if-range": "Mon, 12 Jan 1970 13:46:41 GMT",
  });
  assertEquals([whole.status, await whole.text()], [200, "0123456789"]);
});

Deno.test("serveFile() names a file that changed otherwise", async () => {
  using on = stage();
  write(on, "a.txt", "one");
  const before = (await on.ask("HEAD /a.txt")).headers.get("etag");
  Deno.utimeSync(join(on.root, "a.txt"), 1_000_000, 1_000_000);
  const touched = (await on.ask("HEAD /a.txt")).headers.get("etag");
  write(on, "a.txt", "three");
  Deno.utimeSync(join(on.root, "a.txt"), 1_000_000, 1_000_000);
  const longer = (await on.ask("HEAD /a.txt")).headers.get("etag");
  assertEquals(new Set([before, touched, longer]).size, 3);
});

Deno.test("serveFile() gives an empty file", async () => {
  using on = stage();
  write(on, "empty.txt", "");
  const response = await on.ask("GET /empty.txt");
  assertEquals([response.status, response.headers.get("content-length")], [200, "0"]);
  assertEquals(await response.text(), "");
  assertEquals((await on.ask("GET /empty.txt", { range: "bytes=0-" })).status, 416);
});

Deno.test("serveFile() sends a large file in slices, parts of it too", async () => {
  using on = stage();
  const size = 9 * 2 ** 20 + 5;
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) >> 7);
  Deno.writeFileSync(join(on.root, "large.bin"), bytes);
  const response = await on.ask("GET /large.bin");
  let at = 0;
  for await (const slice of response.body!) {
    assert(slice.length <= 65536);
    assertEquals(slice, bytes.slice(at, at + slice.length));
    at += slice.length;
  }
  assertEquals(at, size);
  const part = await on.ask("GET /large.bin", { range: `bytes=${size - 3}-` });
  assertEquals(await part.bytes(), bytes.slice(-3));
});
