import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError, RequestError } from "../../../lib/errors.ts";
import { createContent, RemoteSetup } from "./remote_setup.ts";

function setUp(): RemoteSetup {
  const setup = new RemoteSetup();
  setup.origin.write("a/b.mp4", createContent(10));
  setup.origin.write("c.mp4", createContent(20));
  return setup;
}

Deno.test("RemoteStorage.resolve() resolves names inside the mount only", () => {
  using setup = setUp();
  const { storage } = setup;
  assertEquals(storage.resolve("a", "../c.mp4"), "c.mp4");
  for (const name of ["../../x", "/etc/passwd", "..", "a\\b", "a\0"]) {
    assertEquals(assertThrows(() => storage.resolve("", name), RequestError).code, "FORBIDDEN");
  }
});

/** Paths, and what the storage finds there. */
const PATHS: [path: string, found: string | undefined][] = [
  ["", "directory  0"],
  ["a", "directory a 0"],
  ["a/b.mp4", "file a/b.mp4 10"],
  ["b.mp4", undefined],
  ["a/b.mp4/c", undefined],
];

for (const [path, expected] of PATHS) {
  Deno.test(`RemoteStorage.stat() finds ${expected ?? "nothing"} at '${path}'`, async () => {
    using setup = setUp();
    const found = await setup.storage.stat(path);
    assertEquals(found && `${found.kind} ${found.path} ${found.size}`, expected);
  });
}

Deno.test("RemoteStorage.stat() has the fingerprint of the version, in any thread", async () => {
  using setup = setUp();
  using other = new RemoteSetup({ origin: setup.origin });
  const first = await setup.storage.stat("c.mp4");
  assertEquals((await other.storage.stat("c.mp4"))?.fingerprint, first?.fingerprint);
  assertEquals([first?.modifiedAtMs, first?.identity], [2000, first?.fingerprint]);
  setup.origin.write("c.mp4", createContent(20, 1));
  setup.time = 100_000;
  assertNotEquals((await setup.storage.stat("c.mp4"))?.fingerprint, first?.fingerprint);
});

Deno.test("RemoteStorage.stat() asks the origin at once if it must", async () => {
  using setup = setUp();
  await setup.storage.stat("c.mp4");
  setup.origin.write("c.mp4", createContent(30));
  setup.time = 1000;
  assertEquals((await setup.storage.stat("c.mp4"))?.size, 20);
  assertEquals((await setup.storage.stat("c.mp4", "c", { mustCheck: true }))?.size, 30);
});

Deno.test("RemoteStorage.list() lists directories", async () => {
  using setup = setUp();
  assertEquals(await setup.storage.list(""), [
    { name: "a", kind: "directory" },
    { name: "c.mp4", kind: "file" },
  ]);
  assertEquals(await setup.storage.list("b"), undefined);
});

Deno.test("RemoteStorage.open() opens files, and those that stat() found as they were", async () => {
  using setup = setUp();
  const { storage, origin } = setup;
  const resolved = await storage.stat("c.mp4");
  assert(resolved);
  origin.write("c.mp4", createContent(30));
  setup.time = 100_000;
  assertEquals((await storage.open("c.mp4", "c", { resolved })).size, 20);
  assertEquals(origin.count(), 1);
  assertEquals((await storage.open("c.mp4", "c")).size, 30);
  const elsewhere = { ...resolved, path: "c.mp4", size: 20 };
  await assertRejects(
    () => storage.open("c.mp4", "c", { resolved: elsewhere }),
    MediaError,
    "c: Cannot open this file: it was changed",
  );
  for (const [path, code] of [["b.mp4", "MEDIA_MISSING"], ["a", "MEDIA_READ"]] as const) {
    const error = await assertRejects(() => storage.open(path, "x"), MediaError, "x: Cannot ");
    assertEquals(error.code, code);
  }
});

Deno.test("RemoteStorage.isGone() returns false: what is cached can be read while the origin fails", async () => {
  using setup = setUp();
  setup.origin.failure = new Error("down");
  assertEquals(await setup.storage.isGone(), false);
});
