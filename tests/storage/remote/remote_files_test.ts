import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../../lib/errors.ts";
import type { RemoteFile } from "../../../lib/storage/remote/range_reader.ts";
import {
  formatVersion,
  isSameVersion,
  isStrong,
  RemoteFiles,
} from "../../../lib/storage/remote/remote_files.ts";
import { MemoryOrigin } from "./memory_origin.ts";

const { signal } = new AbortController();

class Setup {
  readonly origin = new MemoryOrigin();
  readonly versions: string[] = [];
  readonly restored = new Map<string, RemoteFile>();
  readonly timers: { callback: () => void; at: number }[] = [];
  time = 0;
  readonly files: RemoteFiles = new RemoteFiles({
    reader: this.origin,
    freshMs: 5000,
    clock: {
      now: () => this.time,
      start: (callback, ms) => {
        this.timers.push({ callback, at: this.time + ms });
        return () => {};
      },
    },
    onVersion: (file, head) => this.versions.push(`${file.path} ${file.etag} ${head.length}`),
    restore: (path) => Promise.resolve(this.restored.get(path)),
  });

  constructor() {
    this.origin.write("a/b.mp4", new Uint8Array(100_000));
  }

  /** Returns the ETag or kind of what is at a path. */
  async stat(path: string, mustCheck = false): Promise<string | undefined> {
    const entry = await this.files.stat(path, { signal, mustCheck });
    return entry?.kind === "file" ? entry.file.etag : entry?.kind;
  }
}

/** Lets work that nobody waits for end. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("RemoteFiles.stat() finds files, directories and nothing", async () => {
  const setup = new Setup();
  assertEquals(await setup.stat("a/b.mp4"), '"1"');
  assertEquals(await setup.stat("a"), "directory");
  assertEquals(await setup.stat(""), "directory");
  assertEquals(await setup.stat("a/c"), undefined);
  assertEquals(setup.versions, ['a/b.mp4 "1" 65536']);
});

Deno.test("RemoteFiles.stat() asks once for callers at one moment, and not while the file is fresh", async () => {
  const setup = new Setup();
  const found = await Promise.all(Array.from({ length: 24 }, () => setup.stat("a/b.mp4")));
  assertEquals(new Set(found), new Set(['"1"']));
  setup.time = 4999;
  await setup.stat("a/b.mp4");
  assertEquals(setup.origin.requests, [{ kind: "open", path: "a/b.mp4" }]);
});

Deno.test("RemoteFiles.stat() asks alongside for a minute, and lets callers wait afterwards", async () => {
  const setup = new Setup();
  await setup.stat("a/b.mp4");
  setup.origin.write("a/b.mp4", new Uint8Array(10));
  setup.time = 5000;
  const both = await Promise.all([setup.stat("a/b.mp4"), setup.stat("a/b.mp4")]);
  assertEquals(both, ['"1"', '"1"']);
  await settle();
  assertEquals([await setup.stat("a/b.mp4"), setup.origin.count()], ['"2"', 2]);
  assertEquals(setup.versions, ['a/b.mp4 "1" 65536', 'a/b.mp4 "2" 10']);
  setup.origin.write("a/b.mp4", new Uint8Array(11));
  setup.time = 65_000;
  assertEquals([await setup.stat("a/b.mp4"), setup.origin.count()], ['"3"', 3]);
});

Deno.test("RemoteFiles.stat() keeps what is known while the origin fails, for a minute", async () => {
  const setup = new Setup();
  await setup.stat("a/b.mp4");
  setup.origin.failure = new Error("down");
  for (const time of [5000, 9999, 10_000, 59_999]) {
    setup.time = time;
    assertEquals(await setup.stat("a/b.mp4"), '"1"');
    await settle();
  }
  assertEquals(setup.origin.count("validate"), 3); // at most once in five seconds
  setup.time = 60_000;
  await assertRejects(() => setup.stat("a/b.mp4"), Error, "down");
});

Deno.test("RemoteFiles.stat() asks at once if it must, but once a second", async () => {
  const setup = new Setup();
  await setup.stat("a/b.mp4");
  setup.origin.write("a/b.mp4", new Uint8Array(10));
  setup.time = 999;
  assertEquals(await setup.stat("a/b.mp4", true), '"1"');
  setup.time = 1000;
  assertEquals(await setup.stat("a/b.mp4", true), '"2"');
  assertEquals(setup.origin.count(), 2);
});

Deno.test("RemoteFiles forgets what was checked least recently, by the length of paths", async () => {
  const setup = new Setup();
  for (const i of [...Array(16).keys(), 15, 0]) await setup.stat(`${i}`.padEnd(2 ** 20 + 1));
  assertEquals(setup.origin.count("open"), 17);
});

Deno.test("RemoteFiles.stat() asks again after a second whether a missing file is there", async () => {
  const setup = new Setup();
  await setup.stat("c");
  setup.origin.write("c", new Uint8Array(10));
  setup.time = 999;
  assertEquals(await setup.stat("c"), undefined);
  setup.time = 1000;
  assertEquals(await setup.stat("c"), '"2"');
});

Deno.test("RemoteFiles.confirm() counts a read as a look", async () => {
  const setup = new Setup();
  const { files } = setup;
  const entry = await files.stat("a/b.mp4", { signal });
  if (entry?.kind !== "file") throw new Error("no file");
  setup.time = 5000;
  files.confirm(entry.file, 4000);
  files.confirm({ ...entry.file, etag: '"other"' }, 1e9);
  files.confirm(entry.file, 3000);
  setup.time = 8999;
  await setup.stat("a/b.mp4");
  assertEquals(setup.origin.count(), 1);
  setup.time = 9000;
  await setup.stat("a/b.mp4");
  assertEquals(setup.origin.count("validate"), 1);
});

Deno.test("RemoteFiles.stat() looks at a file that is in use as soon as it is no longer fresh", async () => {
  const setup = new Setup();
  const { files, timers, origin } = setup;
  const entry = await files.stat("a/b.mp4", { signal });
  assertEquals(timers, []); // it may never be used again
  setup.time = 1000;
  for (let i = 0; i < 3; i++) await setup.stat("a/b.mp4");
  assertEquals(timers.map(({ at }) => at), [5000]);
  origin.write("a/b.mp4", new Uint8Array(10));
  setup.time = 5000;
  timers.shift()!.callback();
  await settle();
  assertEquals([await setup.stat("a/b.mp4"), origin.count()], ['"2"', 2]);
  assertEquals(timers.map(({ at }) => at), [10_000]);
  setup.time = 9000;
  const next = await files.stat("a/b.mp4", { signal });
  if (entry?.kind !== "file" || next?.kind !== "file") throw new Error("no file");
  files.confirm(next.file, 9000);
  setup.time = 10_000;
  timers.shift()!.callback();
  await setup.stat("a/b.mp4");
  assertEquals([origin.count(), timers.map(({ at }) => at)], [2, [14_000]]);
});

Deno.test("RemoteFiles.drop() lets the next caller wait for a look", async () => {
  const setup = new Setup();
  const entry = await setup.files.stat("a/b.mp4", { signal });
  if (entry?.kind !== "file") throw new Error("no file");
  setup.origin.write("a/b.mp4", new Uint8Array(10));
  setup.files.drop({ ...entry.file, size: 1 }); // of another version
  assertEquals(await setup.stat("a/b.mp4"), '"1"');
  setup.files.drop(entry.file);
  assertEquals(await setup.stat("a/b.mp4"), '"2"');
  setup.origin.write("a/b.mp4", new Uint8Array(11), '"2"'); // the origin told a wrong size before
  setup.files.drop({ ...entry.file, size: 10, etag: '"2"', modifiedAtMs: 2000 });
  const again = await setup.files.stat("a/b.mp4", { signal });
  assertEquals(again?.kind === "file" && again.file.size, 11);
});

Deno.test("RemoteFiles.stat() asks for what was known before a restart", async () => {
  const setup = new Setup();
  const before = { path: "a/b.mp4", size: 100_000, etag: '"1"', modifiedAtMs: 0 };
  setup.restored.set("a/b.mp4", before);
  assertEquals(await setup.stat("a/b.mp4"), '"1"');
  assertEquals([setup.origin.requests, setup.origin.sentBytes, setup.versions], [
    [{ kind: "validate", path: "a/b.mp4" }],
    0,
    [],
  ]);
});

Deno.test("RemoteFiles.stat() finds no directory at an origin without listings", async () => {
  const setup = new Setup();
  setup.origin.list = () => Promise.reject(new RequestError("NOT_FOUND", "Cannot list"));
  assertEquals(await setup.stat("a"), undefined);
  await assertRejects(() => setup.files.list("a", { signal }), RequestError, "Cannot list");
  setup.time = 1000;
  setup.origin.list = () => Promise.reject(new Error("down"));
  await assertRejects(() => setup.stat("a"), Error, "down");
});

Deno.test("RemoteFiles.list() spares looks at files with strong ETags", async () => {
  const setup = new Setup();
  setup.origin.write("a/weak.mp4", new Uint8Array(5), 'W/"1"');
  await setup.stat("a/b.mp4");
  setup.origin.write("a/b.mp4", new Uint8Array(6));
  setup.origin.write("a/c.mp4", new Uint8Array(7));
  setup.time = 4000;
  assertEquals(await setup.files.list("a", { signal }), [
    { name: "b.mp4", kind: "file" },
    { name: "weak.mp4", kind: "file" },
    { name: "c.mp4", kind: "file" },
  ]);
  setup.origin.requests.length = 0;
  setup.time = 8999;
  const found = [await setup.stat("a/b.mp4"), await setup.stat("a/c.mp4")];
  assertEquals([found, setup.origin.count()], [['"2"', '"3"'], 0]);
  await setup.stat("a/weak.mp4");
  assertEquals(setup.origin.count(), 1);
});

Deno.test("RemoteFiles.stat() is aborted when all callers have gone", async () => {
  const setup = new Setup();
  setup.origin.hold = Promise.withResolvers<void>().promise;
  const caller = new AbortController();
  const found = assertRejects(
    () => setup.files.stat("a/b.mp4", { signal: caller.signal }),
    Error,
    "gone",
  );
  await settle();
  caller.abort(new Error("gone"));
  await found;
  assertEquals(setup.origin.aborted, 1);
});

/** Versions of a file, and whether they are the same as size 9, ETag "1", date 5. */
const VERSIONS: [size: number, etag: string | undefined, modifiedAtMs: number, same: boolean][] = [
  [9, '"1"', 5, true],
  [9, '"1"', 6, true], // uploaded again
  [8, '"1"', 5, false],
  [9, '"2"', 5, false],
  [9, 'W/"1"', 5, false],
  [9, undefined, 5, false],
];

for (const [size, etag, modifiedAtMs, same] of VERSIONS) {
  Deno.test(`isSameVersion() compares size ${size}, ETag ${etag} and date ${modifiedAtMs}`, () => {
    const known = { path: "a", size: 9, etag: '"1"', modifiedAtMs: 5 };
    const other = { path: "a", size, etag, modifiedAtMs };
    assertEquals(isSameVersion(known, other), same);
    assertEquals(formatVersion(other) === formatVersion({ ...other, path: "b" }), false);
    const redated = { ...other, modifiedAtMs: 7 };
    assertEquals(isSameVersion(other, redated), isStrong(etag));
  });
}

Deno.test("RemoteFiles lists a directory once while it is fresh, and notices what has changed in it", async () => {
  const setup = new Setup();
  const { origin, files } = setup;
  const getDigest = async (path: string, mustCheck = false) => {
    const entry = await files.stat(path, { signal, mustCheck });
    return entry?.kind === "directory" ? entry.digest : entry;
  };
  const first = await getDigest("a");
  assert(first !== undefined);
  await files.list("a", { signal });
  assertEquals([origin.count("open"), origin.count("list")], [1, 1]);
  setup.time = 4999;
  assertEquals(await getDigest("a"), first);
  setup.time = 5000;
  assertEquals(await getDigest("a"), first);
  assertEquals([origin.count("open"), origin.count("list")], [1, 2]);
  origin.write("a/c.mp4", new Uint8Array(5));
  setup.time = 6000;
  const second = await getDigest("a", true);
  assertEquals((await files.list("a", { signal }))?.length, 2);
  assertEquals([second !== first, origin.count("list")], [true, 3]);
  origin.write("a/c.mp4", new Uint8Array(5));
  setup.time = 11_000;
  assert(await getDigest("a") !== second);
  origin.remove("a/b.mp4");
  origin.remove("a/c.mp4");
  setup.time = 16_000;
  assertEquals(await getDigest("a"), undefined);
});

Deno.test("RemoteFiles asks for the root only where it was listed before", async () => {
  const setup = new Setup();
  const { origin, files } = setup;
  assertEquals(await files.stat("", { signal }), { kind: "directory", digest: undefined });
  assertEquals(origin.count(), 0);
  await files.list("", { signal });
  const first = await files.stat("", { signal });
  assertEquals(origin.count(), 1);
  origin.write("new.mp4", new Uint8Array(5));
  setup.time = 5000;
  assertNotEquals(await files.stat("", { signal }), first);
  assertEquals(origin.count(), 2);
});
