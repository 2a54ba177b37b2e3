import { assertEquals } from "@std/assert";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

/** Creates a directory with a file on a separate device for each name. */
async function onDisks(
  names: readonly string[],
  test: (
    system: SlowFileSystem,
    devices: Devices,
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
    await test(system, new Devices(system), (name) => `${directory}/${name}/a.txt`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Makes the device of a path slow. */
async function makeSlow(
  system: SlowFileSystem,
  devices: Devices,
  path: string,
  requestedPath = path,
) {
  system.latency = 20;
  for (let i = 0; i < 3; i++) devices.statSync(path, requestedPath);
  system.latency = 0;
  await Promise.resolve();
}

Deno.test("Devices.isSlow() is false until a device is slow", () =>
  onDisks(["disk"], async (system, devices, path) => {
    assertEquals(devices.isSlow(path("disk")), false);
    devices.realPathSync(path("disk"));
    devices.statSync(path("disk"), path("disk"));
    assertEquals(devices.isSlow(path("disk")), false);
    await makeSlow(system, devices, path("disk"));
    assertEquals(devices.isSlow(path("disk")), true);
  }));

Deno.test("Devices.isSlow() distinguishes devices, and is true for unknown directories", () =>
  onDisks(["disk", "network", "other"], async (system, devices, path) => {
    devices.statSync(path("disk"), path("disk"));
    await makeSlow(system, devices, path("network"));
    assertEquals(["disk", "network", "other"].map((name) => devices.isSlow(path(name))), [
      false,
      true,
      true,
    ]);
    await devices.stat(path("other"), path("other"));
    assertEquals(devices.isSlow(path("other")), false);
  }));

Deno.test("Devices.isSlow() is true for a directory with a link to a slow device", () =>
  onDisks(["links", "network"], async (system, devices, path) => {
    await makeSlow(system, devices, path("network"), path("links"));
    assertEquals(devices.isSlow(path("links")), true);
    devices.statSync(path("links"), path("links")); // another file in it
    assertEquals(devices.isSlow(path("links")), true);
  }));

Deno.test("Devices.isSlow() is false once the device is fast again", () =>
  onDisks(["network"], async (system, devices, path) => {
    await makeSlow(system, devices, path("network"));
    for (let i = 0; i < 8; i++) {
      await devices.realPath(path("network"));
      await devices.stat(path("network"), path("network"));
    }
    assertEquals(devices.isSlow(path("network")), false);
  }));
