import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError, SourceError } from "../../../lib/errors.ts";
import { type RemoteFile, SourceChanged } from "../../../lib/storage/remote/range_reader.ts";
import { createHeaderSigner } from "../../../lib/storage/remote/signer.ts";
import { RemoteClient } from "./remote_client.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

const createBytes = (size: number, seed = 0) =>
  new Uint8Array(size).map((_, i) => i * 31 + seed >> 3);

const OLD = createBytes(200_000);
const NEW = createBytes(200_000, 5);
const DATE = "Mon, 30 Nov 2026 12:00:00 GMT";
const LATER = "Mon, 30 Nov 2026 12:00:01 GMT";

Deno.test("RangeClient.open() requests size, ETag, date and start of a file at once", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.files.set("/films/ä +.mp4", { bytes: OLD, etag: '"x"', modified: DATE });
  assertEquals(await reader.open("films/ä +.mp4", signal), {
    file: { path: "films/ä +.mp4", size: 200_000, etag: '"x"', modifiedAtMs: Date.parse(DATE) },
    head: OLD.subarray(0, 65536),
  });
  const { method, target, headers } = origin.requests[0]!;
  assertEquals([method, target], ["GET", "/films/%C3%A4%20%2B.mp4"]);
  assertEquals([headers.range, headers["accept-encoding"]], ["bytes=0-65535", "identity"]);
});

Deno.test("RangeClient.open() reads short, empty and missing files", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.files.set("/short", { bytes: OLD.subarray(0, 10) });
  origin.files.set("/empty", { bytes: new Uint8Array(), etag: '"x"' });
  assertEquals((await reader.open("short", signal))?.head, OLD.subarray(0, 10));
  const empty = (await reader.open("empty", signal))!;
  assertEquals([empty.file.size, empty.head.length], [0, 0]);
  assertEquals(await reader.open("none", signal), undefined);
  const requests = origin.requests.length;
  for (const path of ["", "a/../b", "/a", "a//b", "a\\b"]) {
    assertEquals(await reader.open(path, signal), undefined);
  }
  assertEquals(origin.requests.length, requests);
});

Deno.test("RangeClient.open() reads a whole file without length, if it is no longer than the range", async () => {
  await using remote = await RemoteClient.start();
  const respond = (size: number) => {
    const body = new Blob([OLD.slice(0, size)]).stream(); // a stream has no length
    return Promise.resolve(new Response(body, { headers: { etag: '"x"' } }));
  };
  for (const size of [0, 10, 65536]) {
    await using small = new RemoteClient(await TestOrigin.start(), { fetch: () => respond(size) });
    assertEquals(await small.reader.open("a", signal), {
      file: { path: "a", size, etag: '"x"', modifiedAtMs: undefined },
      head: OLD.subarray(0, size),
    });
  }
  await using large = new RemoteClient(remote.origin, { fetch: () => respond(65537) });
  const error = await assertRejects(() => large.reader.open("a", signal), SourceError);
  assertEquals(error.code, "SOURCE_INVALID");
});

const versions: [name: string, old: object, next: object][] = [
  ["strong ETags", { etag: '"x"' }, { etag: '"y"' }],
  ["weak ETags", { etag: 'W/"x"', modified: DATE }, { etag: 'W/"y"', modified: LATER }],
  ["dates", { modified: DATE }, { modified: LATER }],
  ["an ETag that goes away", { etag: '"x"', modified: DATE }, { modified: LATER }],
  ["an ETag that comes", { modified: DATE }, { etag: '"x"', modified: LATER }],
];

for (const [name, old, next] of versions) {
  for (const ignoresConditions of [false, true]) {
    const how = ignoresConditions ? "overlooks conditions" : "evaluates conditions";
    Deno.test(`RangeClient.read() uses no bytes of a replaced file: ${name}, the origin ${how}`, async () => {
      await using remote = await RemoteClient.start();
      const { origin, reader } = remote;
      origin.ignoresConditions = ignoresConditions;
      origin.files.set("/a", { bytes: OLD, ...old });
      const { file } = (await reader.open("a", signal))!;
      assertEquals(await reader.read(file, 1000, 1001, signal), OLD.subarray(1000, 1001));
      assertEquals((await reader.open("a", signal, file))?.file, file);
      origin.files.set("/a", { bytes: NEW, ...next });
      if (name === "an ETag that goes away" && ignoresConditions) {
        await assertRejects(() => reader.read(file, 0, 1000, signal), SourceError, "no ETag");
      } else {
        await assertRejects(() => reader.read(file, 0, 1000, signal), SourceChanged);
      }
      const opened = (await reader.open("a", signal, file))!;
      assert(opened.file !== file);
      assertEquals(opened.head, NEW.subarray(0, 65536));
      assertEquals(await reader.read(opened.file, 0, 200_000, signal), NEW);
    });
  }
}

Deno.test("RangeClient.read() notices other sizes, and that a file is gone", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.files.set("/a", { bytes: OLD });
  const { file } = (await reader.open("a", signal))!;
  origin.files.set("/a", { bytes: OLD.subarray(0, 100) });
  for (const [start, end] of [[0, 50], [50, 150], [1000, 2000]] as const) {
    await assertRejects(() => reader.read(file, start, end, signal), SourceChanged, "'a'");
  }
  origin.files.delete("/a");
  await assertRejects(() => reader.read(file, 0, 50, signal), SourceChanged);
  assertEquals(await reader.open("a", signal, file), undefined);
});

Deno.test("RangeClient.open() returns the known file while it is unchanged", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader, sent } = remote;
  origin.files.set("/a", { bytes: OLD, etag: '"x"' });
  const { file } = (await reader.open("a", signal))!;
  for (const ignoresConditions of [false, true]) {
    origin.ignoresConditions = ignoresConditions;
    const again = (await reader.open("a", signal, file))!;
    assert(again.file === file);
    assertEquals(again.head.length, 0);
  }
  assertEquals(sent.map(({ result, bytes }) => `${result} ${bytes}`), [
    "success 65536",
    "unchanged 0",
    "unchanged 0",
  ]);
  assertEquals(origin.requests.map(({ headers }) => headers["if-none-match"]), [
    undefined,
    '"x"',
    '"x"',
  ]);
});

Deno.test("RangeClient.read() sends If-Match, and continues where a connection broke", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.files.set("/a", { bytes: OLD, etag: '"x"' });
  const { file } = (await reader.open("a", signal))!;
  origin.requests.length = 0;
  origin.fail("half", 2);
  assertEquals(await reader.read(file, 100_000, 200_000, signal), OLD.subarray(100_000));
  assertEquals(origin.requests.map(({ headers }) => [headers.range, headers["if-match"]]), [
    ["bytes=100000-199999", '"x"'],
    ["bytes=150000-199999", '"x"'],
    ["bytes=175000-199999", '"x"'],
  ]);
  assertEquals(remote.retries, 2);
});

Deno.test("RangeClient.read() does not splice two versions where a connection broke between them", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.ignoresConditions = true;
  origin.files.set("/a", { bytes: OLD, etag: '"x"' });
  const { file } = (await reader.open("a", signal))!;
  origin.fail("half", 1);
  const read = reader.read(file, 0, 200_000, signal);
  while (origin.requests.length < 2) await new Promise((resolve) => setTimeout(resolve));
  origin.files.set("/a", { bytes: NEW, etag: '"y"' });
  await assertRejects(() => read, SourceChanged);
});

Deno.test("RangeClient sends Authorization to its host alone", async () => {
  await using other = await TestOrigin.start();
  await using origin = await TestOrigin.start();
  await using remote = new RemoteClient(origin, {
    signer: createHeaderSigner("Bearer secret"),
    hosts: new Set([origin.host, other.host]),
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers } }),
  });
  other.files.set("/a", { bytes: OLD });
  origin.redirects.set("/a", `${other.url}/a`);
  origin.redirects.set("/b", "/c");
  origin.files.set("/c", { bytes: NEW });
  assertEquals((await remote.reader.open("a", signal))?.head, OLD.subarray(0, 65536));
  assertEquals((await remote.reader.open("b", signal))?.head, NEW.subarray(0, 65536));
  const sent = ({ requests }: TestOrigin) => requests.map(({ headers }) => headers.authorization);
  assertEquals([sent(origin), sent(other)], [Array(3).fill("Bearer secret"), [undefined]]);
});

Deno.test("RangeClient follows no redirect to a host that is not named", async () => {
  await using other = await TestOrigin.start();
  await using remote = await RemoteClient.start();
  other.files.set("/a", { bytes: OLD });
  remote.origin.redirects.set("/a", `${other.url}/a`);
  const error = await assertRejects(
    () => remote.reader.open("a", signal),
    SourceError,
    "redirects to a host",
  );
  assertEquals([error.code, error.message.includes(other.host)], ["SOURCE_INVALID", false]);
  assertEquals(other.requests, []);
  assert(remote.log[0]!.includes(other.host), remote.log[0]);
});

Deno.test("RangeClient sends the query of a package's URL, and names it nowhere", async () => {
  await using origin = await TestOrigin.start();
  const mount = { kind: "http", url: `${origin.url}/x/`, sidecars: false, encoded: true } as const;
  await using remote = new RemoteClient(origin, {}, mount);
  const path = "a%20b.mp4?X-Signature=secret%2B";
  origin.files.set("/x/a b.mp4", { bytes: OLD, etag: '"x"' });
  const { file } = (await remote.reader.open(path, signal))!;
  assertEquals(origin.requests.map(({ target }) => target), [`/x/${path}`]);
  origin.files.set("/x/a b.mp4", { bytes: NEW, etag: '"y"' });
  const error = await assertRejects(() => remote.reader.read(file, 0, 9, signal), SourceChanged);
  origin.fail("401", 1);
  const denied = await assertRejects(() => remote.reader.open(path, signal), SourceError);
  const texts = [error.message, error.path, denied.message, ...remote.log].join("\n");
  assert(texts.includes("a%20b.mp4") && !texts.includes("secret"), texts);
});

Deno.test("RangeClient aborts a request whose client has gone", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader, sent } = remote;
  origin.onStall = () => {};
  origin.files.set("/a", { bytes: OLD });
  const { file } = (await reader.open("a", signal))!;
  for (const fault of ["silent", "2 KB/s"] as const) {
    origin.fail(fault, 1);
    const abort = new AbortController();
    origin.onStall = () => abort.abort(new Error("gone"));
    await assertRejects(() => reader.read(file, 0, 200_000, abort.signal), Error, "gone");
    assertEquals(sent.at(-1)?.result, "aborted");
  }
  const aborted = AbortSignal.abort(new Error("gone"));
  const requests = origin.requests.length;
  await assertRejects(() => reader.read(file, 0, 1, aborted), Error, "gone");
  assertEquals([origin.requests.length, remote.client.isUp], [requests, true]);
});

Deno.test("RangeClient.open() finds no file where a web server redirects to a directory", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.redirects.set("/films", `${origin.url}/films/`);
  assertEquals(await reader.open("films", signal), undefined);
  assertEquals(origin.requests.length, 1);
});

Deno.test("RangeClient.list() refuses directories of web servers", async () => {
  await using remote = await RemoteClient.start();
  const error = await assertRejects(() => remote.reader.list("films", signal), RequestError);
  assertEquals(
    [error.code, error.message, remote.origin.requests.length],
    ["NOT_FOUND", "Cannot list 'films': web servers have no listings", 0],
  );
});

Deno.test("RangeClient.read() treats a path that cannot be requested as gone", async () => {
  await using remote = await RemoteClient.start();
  const file: RemoteFile = { path: "a//b", size: 9, etag: undefined, modifiedAtMs: undefined };
  await assertRejects(() => remote.reader.read(file, 0, 9, signal), SourceChanged);
});
