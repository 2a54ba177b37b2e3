import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { MediaError, RequestError } from "../../../lib/errors.ts";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../../lib/storage/local/local_storage.ts";
import type { Storage, StoredFile } from "../../../lib/storage/storage.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Runs a test on a root with `a.txt`, `sub/` and links. */
async function onRoot(
  test: (storage: Storage, root: string, system: SlowFileSystem) => unknown,
): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  const root = `${directory}/root`;
  Deno.mkdirSync(`${root}/sub`, { recursive: true });
  Deno.writeTextFileSync(`${root}/a.txt`, "0123");
  Deno.utimeSync(`${root}/a.txt`, 1, 2);
  Deno.symlinkSync("../a.txt", `${root}/sub/link.txt`);
  Deno.symlinkSync("..", `${root}/out`);
  const system = new SlowFileSystem();
  try {
    await test(new LocalStorage(root, new Devices(system)), root, system);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("LocalStorage.resolve() resolves names inside the root only", () =>
  onRoot((storage, root) => {
    assertEquals(storage.resolve("", "a.txt"), "a.txt");
    assertEquals(storage.resolve("sub", "../b/c.txt"), "b/c.txt");
    assertEquals(storage.resolve("sub", `${root}/a.txt`), "a.txt");
    for (const name of ["../..", "../../../a.txt", "/etc/passwd", "../../root-too/a.txt"]) {
      const error = assertThrows(() => storage.resolve("sub", name), RequestError, name);
      assertEquals(error.code, "FORBIDDEN");
    }
  }));

Deno.test("LocalStorage.stat() follows links, and detects changes", () =>
  onRoot(async (storage, root) => {
    const stat = async (path: string) => (await storage.stat(path, path)) as StoredFile;
    const { path, kind, size, modifiedAtMs, fingerprint } = await stat("sub/link.txt");
    assertEquals({ path, kind, size, modifiedAtMs }, {
      path: "a.txt",
      kind: "file",
      size: 4,
      modifiedAtMs: 2000,
    });
    assertEquals((await stat("a.txt")).fingerprint, fingerprint);
    Deno.writeTextFileSync(`${root}/a.txt`, "01234");
    assertNotEquals((await stat("a.txt")).fingerprint, fingerprint);
    assertEquals([(await stat("sub")).kind, (await stat("")).kind], ["directory", "directory"]);
    assertEquals([storage.stat("b", "b"), storage.stat("a\0", "a")], [undefined, undefined]);
    assertThrows(() => storage.stat("out", "x"), RequestError, "'x': it is outside");
  }));

Deno.test("LocalStorage.list() returns the kinds of entries", () =>
  onRoot(async (storage) => {
    const entries = await storage.list("", "/");
    assertEquals(entries!.map(({ name, kind }) => `${name} ${kind}`).sort(), [
      "a.txt file",
      "out link",
      "sub directory",
    ]);
    assertEquals(await storage.list("b", "b"), undefined);
  }));

Deno.test("LocalStorage.open() opens regular files", () =>
  onRoot(async (storage) => {
    const source = await storage.open("a.txt", "a");
    assertEquals([source.name, source.size], ["a", 4]);
    source.close();
    const error = assertThrows(() => storage.open("sub", "x"), MediaError, "x: Cannot open");
    assertEquals(error.code, "MEDIA_READ");
  }));

Deno.test("LocalStorage reports what the system reports", () =>
  onRoot(async (storage, _root, system) => {
    const errors: [error: Error, expected: RegExp][] = [
      [new Deno.errors.NotCapable(), /^Cannot serve 'x': it is outside/],
      [new Deno.errors.PermissionDenied(), /^Cannot read 'x': permission denied/],
      [Object.assign(new Error(), { code: "EIO" }), /^x: Cannot access this file \(EIO\)/],
      [new TypeError("a bug"), /^a bug/],
    ];
    for (const [error, expected] of errors) {
      system.statSync = () => {
        throw error;
      };
      system.readDir = () => Promise.reject(error);
      assertMatch(assertThrows(() => storage.stat("a.txt", "x"), Error).message, expected);
      const rejection = await assertRejects(async () => await storage.list("", "x"), Error);
      assertMatch(rejection.message, expected);
    }
    for (const code of ["ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL"]) {
      system.statSync = () => {
        throw Object.assign(new Error(), { code });
      };
      assertEquals(storage.stat("a.txt", "x"), undefined);
    }
  }));
