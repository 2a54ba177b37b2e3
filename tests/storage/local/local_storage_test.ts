import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { isPending } from "../../../lib/maybe_async.ts";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../../lib/storage/local/local_storage.ts";
import type { Storage } from "../../../lib/storage/storage.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Runs a test on a root with `a.txt`. */
async function onRoot(
  test: (storage: Storage, root: string, system: SlowFileSystem) => unknown,
): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  const root = `${directory}/root`;
  Deno.mkdirSync(root);
  Deno.writeTextFileSync(`${root}/a.txt`, "0123");
  const system = new SlowFileSystem();
  try {
    await test(new LocalStorage(root, new Devices(system)), root, system);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("LocalStorage.resolve() accepts an absolute path inside the root", () =>
  onRoot((storage, root) => {
    assertEquals(storage.resolve("sub", `${root}/a.txt`), "a.txt");
  }));

Deno.test("LocalStorage.stat() and open() block until a device is slow", () =>
  onRoot(async (storage, _root, system) => {
    const pending = () => [isPending(storage.stat("a.txt", "a")), isPending(storage.stat("", "/"))];
    assertEquals(pending(), [false, false]);
    system.latency = 20;
    for (let i = 0; i < 3; i++) await storage.stat("a.txt", "a");
    await Promise.resolve();
    assertEquals(pending(), [true, true]);
    const source = storage.open("a.txt", "a");
    assertEquals(isPending(source), true);
    (await source).close();
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

Deno.test("LocalStorage.open() rejects another file than the resolved one", () =>
  onRoot(async (storage, root) => {
    const resolved = await storage.stat("a.txt", "a.txt");
    (await storage.open("a.txt", "a.txt", { resolved: resolved! })).close();
    Deno.writeTextFileSync(`${root}/b.txt`, "012345");
    Deno.renameSync(`${root}/b.txt`, `${root}/a.txt`);
    assertThrows(
      () => storage.open("a.txt", "a.txt", { resolved: resolved! }),
      MediaError,
      "a.txt: Cannot open this file: it was changed a moment ago",
    );
  }));
