/** What every storage does, and that only `lib/storage/local/` knows the file system. */

import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { readBytes } from "../../lib/storage/source.ts";
import type { OpenOptions, Storage } from "../../lib/storage/storage.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { type Files, getImports, readFiles, resolveImport, stripComments } from "../source_tree.ts";
import { LocalFiles, type TestFiles } from "../test_files.ts";

/** A root with `a.txt`, `sub/` and links. */
function setUp(name: string): { storage: Storage; files: TestFiles; [Symbol.dispose](): void } {
  const files = name === "LocalStorage" ? new LocalFiles() : new MemoryStorage();
  files.write("a.txt", "0123");
  files.write("../outside/b.txt", "");
  files.makeDirectory("sub");
  files.link("../a.txt", "sub/link.txt");
  files.link("..", "out");
  files.link("loop", "loop");
  const storage = files instanceof LocalFiles ? new LocalStorage(files.root) : files;
  return { storage, files, [Symbol.dispose]: () => files[Symbol.dispose]() };
}

/** Paths, and what the storage finds there. */
const PATHS: [path: string, found: string | undefined][] = [
  ["", "directory "],
  ["sub", "directory sub"],
  ["a.txt", "file a.txt"],
  ["sub/link.txt", "file a.txt"],
  ["out/root/sub/link.txt", "file a.txt"],
  ["b.txt", undefined],
  ["a.txt/b", undefined],
  ["loop", undefined],
  ["a\0", undefined],
  ["out/none.txt", undefined],
];

/** Changes of `a.txt` while it is open, and what is read then. */
const CHANGES: [
  description: string,
  change: (files: TestFiles) => void,
  options: OpenOptions,
  expected: string | undefined,
][] = [
  ["left alone", () => {}, {}, "0123"],
  ["written to", (files) => files.write("a.txt", "4567"), {}, undefined],
  ["written to with the same bytes", (files) => files.write("a.txt", "0123"), {}, undefined],
  ["appended to", (files) => files.write("a.txt", "01234"), {}, undefined],
  [
    "appended to while it grows",
    (files) => files.write("a.txt", "01234"),
    { growing: true },
    "0123",
  ],
  [
    "replaced",
    (files) => {
      files.write("b.txt", "4567");
      files.rename("b.txt", "a.txt");
    },
    {},
    "0123",
  ],
  ["renamed", (files) => files.rename("a.txt", "b.txt"), {}, "0123"],
  ["removed", (files) => files.remove("a.txt"), {}, "0123"],
];

for (const name of ["LocalStorage", "MemoryStorage"]) {
  Deno.test(`${name}.resolve() resolves names inside the root only`, async () => {
    using setup = setUp(name);
    const { storage } = setup;
    assertEquals(storage.resolve("", "a.txt"), "a.txt");
    assertEquals(storage.resolve("sub", "../b/c.txt"), "b/c.txt");
    assertEquals(storage.resolve("sub", ".."), "");
    for (const name of ["../..", "../../../a.txt", "/etc/passwd", "../../root-too/a.txt"]) {
      const resolve = async () => await storage.resolve("sub", name);
      const error = await assertRejects(resolve, RequestError, `Cannot serve '${name}'`);
      assertEquals(error.code, "FORBIDDEN");
    }
  });

  for (const [path, expected] of PATHS) {
    Deno.test(`${name}.stat() finds ${expected ?? "nothing"} at ${JSON.stringify(path)}`, async () => {
      using setup = setUp(name);
      const found = await setup.storage.stat(path, path);
      assertEquals(found && `${found.kind} ${found.path}`, expected);
    });
  }

  Deno.test(`${name}.stat() rejects links that lead outside`, async () => {
    using setup = setUp(name);
    const stat = async () => await setup.storage.stat("out/outside/b.txt", "x");
    assertEquals((await assertRejects(stat, RequestError, "'x'")).code, "FORBIDDEN");
  });

  Deno.test(`${name}.stat() detects changes`, async () => {
    using setup = setUp(name);
    const { storage, files } = setup;
    const stat = async (path: string) => {
      const found = await storage.stat(path, path);
      assert(found);
      return found;
    };
    const { size, fingerprint } = await stat("sub/link.txt");
    assertEquals([size, fingerprint], [4, (await stat("a.txt")).fingerprint]);
    const changes = [
      () => files.setModifiedAt("a.txt", 1000),
      () => files.write("a.txt", "01234"),
      () => {
        files.write("new.txt", "01234");
        files.rename("new.txt", "a.txt");
      },
    ];
    for (let before = fingerprint; changes.length > 0;) {
      changes.shift()!();
      const { fingerprint } = await stat("a.txt");
      assertNotEquals(fingerprint, before);
      before = fingerprint;
    }
    files.setModifiedAt("a.txt", 2000);
    assertEquals((await stat("a.txt")).modifiedAtMs, 2_000_000);
  });

  Deno.test(`${name}.list() returns the names and kinds of entries`, async () => {
    using setup = setUp(name);
    const { storage, files } = setup;
    const list = async (path: string) =>
      (await storage.list(path, path))?.map(({ name, kind }) => `${name} ${kind}`).sort();
    assertEquals(await list(""), ["a.txt file", "loop link", "out link", "sub directory"]);
    assertEquals(await list("sub"), ["link.txt link"]);
    assertEquals([await list("b"), await list("a.txt")], [undefined, undefined]);
    files.remove("sub");
    assertEquals(await list(""), ["a.txt file", "loop link", "out link"]);
  });

  Deno.test(`${name}.open() opens regular files, which are readable after their removal`, async () => {
    using setup = setUp(name);
    const { storage, files } = setup;
    const source = await storage.open("a.txt", "a");
    files.remove("a.txt");
    assertEquals([source.name, source.size], ["a", 4]);
    assertEquals(await readBytes(source, 1, 2), new TextEncoder().encode("12"));
    const read = (offset: number) => readBytes(source, offset, 2);
    await assertRejects(() => read(3), MediaError, "a: Cannot read byte 4: the file ends");
    source.close();
    await assertRejects(() => read(0), MediaError, "a: Cannot read from a closed file");
    for (const [path, code] of [["a.txt", "MEDIA_MISSING"], ["sub", "MEDIA_READ"]] as const) {
      const open = async () => await storage.open(path, "x");
      assertEquals((await assertRejects(open, MediaError, "x: Cannot ")).code, code);
    }
  });

  for (const [description, change, options, expected] of CHANGES) {
    Deno.test(`${name}.open() reads ${expected ?? "nothing"} of a file that was ${description}`, async () => {
      using setup = setUp(name);
      const { storage, files } = setup;
      files.setModifiedAt("a.txt", 1000); // timestamps are coarse
      const source = await storage.open("a.txt", "a", options);
      change(files);
      const read = async () => new TextDecoder().decode(await readBytes(source, 0, 4));
      if (expected !== undefined) return assertEquals(await read(), expected);
      const error = await assertRejects(
        read,
        MediaError,
        "a: Cannot read byte 0: the file was changed",
      );
      assertEquals(error.code, "MEDIA_READ");
      source.close();
    });
  }
}

Deno.test("MemoryStorage counts requests, and those at the same time once in its clock", async () => {
  const storage = new MemoryStorage();
  storage.write("a.txt", "0123");
  const source = await storage.open("a.txt", "a.txt");
  await Promise.all([0, 1, 2].map((offset) => readBytes(source, offset, 1)));
  await storage.list("");
  assertEquals(storage.requests.map(({ kind }) => kind), ["open", "read", "read", "read", "list"]);
  assertEquals([storage.bytesRead, storage.timeMs], [3, 60]);
});

const LOCAL = /^lib\/storage\/local\//;

function findLocalAccess(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    const imports = getImports(text).filter((specifier) =>
      specifier?.startsWith(".") && LOCAL.test(resolveImport(path, specifier))
    );
    return [...imports, ...stripComments(text).match(/\bDeno\.\w+|\bnode:fs\b/g) ?? []]
      .map((found) => `${path}: ${found}`);
  });
}

Deno.test("library and server know only the interface of the storage", async () => {
  const files = await readFiles(/^lib\/(library|server|presentation|input)\/.*\.ts$/);
  assertEquals(files.size > 20, true);
  assertEquals(findLocalAccess(files), []);
  const breach = `import { x } from "../storage/local/file.ts"; // Deno.stat\nDeno.statSync("/");`;
  assertEquals(findLocalAccess(new Map([["lib/server/a.ts", breach]])), [
    "lib/server/a.ts: ../storage/local/file.ts",
    "lib/server/a.ts: Deno.statSync",
  ]);
});

Deno.test("only maybe_async.ts distinguishes promises from values", async () => {
  const found = [...await readFiles(/^lib\/.*\.ts$/)]
    .filter(([, text]) => /instanceof Promise\b/.test(stripComments(text)))
    .map(([path]) => path);
  assertEquals(found, ["lib/maybe_async.ts"]);
});
