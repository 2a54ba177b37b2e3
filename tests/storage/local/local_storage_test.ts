import { assertEquals } from "@std/assert";
import { LocalStorage } from "../../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Creates a directory with a file on a separate device for each name. */
async function onDisks(
  names: readonly string[],
  test: (
    system: SlowFileSystem,
    storage: LocalStorage,
    path: (name: string) => string,
  ) => Promise<void>,
): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const system = new SlowFileSystem();
  names.forEach((name, i) => {
    Deno.mkdirSync(`${directory}/${name}`);
    Deno.writeTextFileSync(`${directory}/${name}/a.txt`, "");
    system.devices.push([`/${name}/`, i + 2]);
  });
  try {
    await test(system, new LocalStorage(system), (name) => `${directory}/${name}/a.txt`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Makes the device of a path slow. */
async function makeSlow(
  system: SlowFileSystem,
  storage: LocalStorage,
  path: string,
  requestedPath = path,
) {
  system.latency = 20;
  for (let i = 0; i < 3; i++) storage.statSync(path, requestedPath);
  system.latency = 0;
  await Promise.resolve();
}

Deno.test("LocalStorage.isSlow() is false until a device is slow", () =>
  onDisks(["disk"], async (system, storage, path) => {
    assertEquals(storage.isSlow(path("disk")), false);
    storage.realPathSync(path("disk"));
    storage.statSync(path("disk"), path("disk"));
    assertEquals(storage.isSlow(path("disk")), false);
    await makeSlow(system, storage, path("disk"));
    assertEquals(storage.isSlow(path("disk")), true);
  }));

Deno.test("LocalStorage.isSlow() distinguishes devices, and is true for unknown directories", () =>
  onDisks(["disk", "network", "other"], async (system, storage, path) => {
    storage.statSync(path("disk"), path("disk"));
    await makeSlow(system, storage, path("network"));
    assertEquals(["disk", "network", "other"].map((name) => storage.isSlow(path(name))), [
      false,
      true,
      true,
    ]);
    await storage.stat(path("other"), path("other"));
    assertEquals(storage.isSlow(path("other")), false);
  }));

Deno.test("LocalStorage.isSlow() is true for a directory with a link to a slow device", () =>
  onDisks(["links", "network"], async (system, storage, path) => {
    await makeSlow(system, storage, path("network"), path("links"));
    assertEquals(storage.isSlow(path("links")), true);
    storage.statSync(path("links"), path("links")); // another file in it
    assertEquals(storage.isSlow(path("links")), true);
  }));

Deno.test("LocalStorage.isSlow() is false once the device is fast again", () =>
  onDisks(["network"], async (system, storage, path) => {
    await makeSlow(system, storage, path("network"));
    for (let i = 0; i < 8; i++) {
      await storage.realPath(path("network"));
      await storage.stat(path("network"), path("network"));
    }
    assertEquals(storage.isSlow(path("network")), false);
  }));
