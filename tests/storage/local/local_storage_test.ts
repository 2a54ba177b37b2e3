import { assertEquals } from "@std/assert";
import { LocalStorage } from "../../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** A folder on a disk of its own for each name, with a file in it. */
async function onDisks(
  names: readonly string[],
  test: (
    system: SlowFileSystem,
    storage: LocalStorage,
    path: (name: string) => string,
  ) => Promise<void>,
): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  const system = new SlowFileSystem();
  names.forEach((name, i) => {
    Deno.mkdirSync(`${folder}/${name}`);
    Deno.writeTextFileSync(`${folder}/${name}/a.txt`, "");
    system.devices.push([`/${name}/`, i + 2]);
  });
  try {
    await test(system, new LocalStorage(system), (name) => `${folder}/${name}/a.txt`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Looks, as slowly as it takes to be noticed. */
async function prove(system: SlowFileSystem, storage: LocalStorage, path: string, asked = path) {
  system.latency = 20;
  for (let i = 0; i < 3; i++) storage.statSync(path, asked);
  system.latency = 0;
  await Promise.resolve();
}

Deno.test("Storage.isSlow() is false of everything until something proves slow", () =>
  onDisks(["disk"], async (system, storage, path) => {
    assertEquals(storage.isSlow(path("disk")), false);
    storage.realPathSync(path("disk"));
    storage.statSync(path("disk"), path("disk"));
    assertEquals(storage.isSlow(path("disk")), false);
    await prove(system, storage, path("disk"));
    assertEquals(storage.isSlow(path("disk")), true);
  }));

Deno.test("Storage.isSlow() tells devices apart, and is careful where it doesn't know", () =>
  onDisks(["disk", "network", "other"], async (system, storage, path) => {
    storage.statSync(path("disk"), path("disk"));
    await prove(system, storage, path("network"));
    assertEquals(["disk", "network", "other"].map((name) => storage.isSlow(path(name))), [
      false,
      true,
      true,
    ]);
    await storage.stat(path("other"), path("other"));
    assertEquals(storage.isSlow(path("other")), false);
  }));

Deno.test("Storage.isSlow() knows a folder by where its links lead", () =>
  onDisks(["links", "network"], async (system, storage, path) => {
    await prove(system, storage, path("network"), path("links"));
    assertEquals(storage.isSlow(path("links")), true);
    storage.statSync(path("links"), path("links")); // another file in it
    assertEquals(storage.isSlow(path("links")), true);
  }));

Deno.test("Storage.isSlow() is false again of a device that answers quickly", () =>
  onDisks(["network"], async (system, storage, path) => {
    await prove(system, storage, path("network"));
    for (let i = 0; i < 8; i++) {
      await storage.realPath(path("network"));
      await storage.stat(path("network"), path("network"));
    }
    assertEquals(storage.isSlow(path("network")), false);
  }));
