/** Local files with a latency. */

import { assertEquals } from "@std/assert";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { openFileOn } from "../../../lib/storage/local/file.ts";
import { SlowFileSystem } from "./slow_file_system.ts";

export async function withTempDir(
  test: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The calls that check the path of an open file, which come in a random order, sorted. */
export const PATH_CHECKS = (Deno.build.os === "windows" ? ["realPath"] : ["lstat", "realPath"])
  .flatMap((call) => Array<string>(16).fill(call));

/** Sorts the checks of the path, which follow the first of these calls. */
export function sortPathChecks([open, ...calls]: readonly string[]): string[] {
  const checks = calls.splice(0, PATH_CHECKS.length);
  return [open!, ...checks.sort(), ...calls];
}

const DIGITS = "0123456789";

/** Runs a test on a file with a latency of 20 ms and a clock that stops otherwise. */
export async function onSlowStorage(
  test: (system: SlowFileSystem, devices: Devices, path: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, DIGITS);
    const system = new SlowFileSystem();
    const devices = new Devices(system);
    const info = devices.statSync(`${directory}/a.txt`, `${directory}/a.txt`);
    devices.getDevice(info.dev);
    system.latency = 20;
    system.calls.length = 0;
    await test(system, devices, `${directory}/a.txt`);
  });
}

/** Opens a file and makes its storage slow. */
export async function openSlow(system: SlowFileSystem, devices: Devices, path: string) {
  const source = await openFileOn(devices, path, { name: "a.txt" });
  for (let i = 0; i < 3; i++) await source.read(0, new Uint8Array(1));
  assertEquals(source.synchronous, false);
  system.calls.length = 0;
  return source;
}
