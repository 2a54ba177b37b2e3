import { assertEquals, assertRejects } from "@std/assert";
import { LatencyMonitor } from "../../../lib/storage/local/latency.ts";
import { readWithMonitor, SYSTEM_DISK } from "../../../lib/storage/remote/disk_files.ts";
import { LocalFiles } from "../../test_files.ts";

const BYTES = Uint8Array.of(1, 2, 3);

async function getCode(work: () => Promise<unknown>): Promise<unknown> {
  return (await assertRejects(work) as { code?: string }).code;
}

Deno.test("SYSTEM_DISK writes, lists, renames, dates, reads and removes files", async () => {
  using files = new LocalFiles();
  const directory = `${files.root}/a/b`;
  const [first, second] = [`${directory}/first`, `${directory}/second`];
  assertEquals(await SYSTEM_DISK.list(directory), []);
  assertEquals(await getCode(() => SYSTEM_DISK.write(first, BYTES)), "ENOENT");
  await SYSTEM_DISK.makeDirectory(directory);
  await SYSTEM_DISK.makeDirectory(directory);
  await SYSTEM_DISK.write(first, BYTES);
  assertEquals(await getCode(() => SYSTEM_DISK.write(first, BYTES)), "EEXIST");
  await SYSTEM_DISK.rename(first, second);
  assertEquals(await SYSTEM_DISK.list(directory), ["second"]);
  await SYSTEM_DISK.setModifiedAt(second, 1_000_000);
  assertEquals(await SYSTEM_DISK.getModifiedAt(second), 1_000_000);
  assertEquals(await SYSTEM_DISK.read(second), { bytes: BYTES, modifiedAt: 1_000_000 });
  await SYSTEM_DISK.remove(second);
  for (const work of [SYSTEM_DISK.read, SYSTEM_DISK.getModifiedAt, SYSTEM_DISK.remove]) {
    assertEquals(await getCode(() => work(second)), "ENOENT");
  }
});

Deno.test("readWithMonitor() reads the same from disks that are fast and slow, and notices both", async () => {
  using files = new LocalFiles();
  const path = `${files.root}/file`;
  await SYSTEM_DISK.write(path, BYTES);
  await SYSTEM_DISK.setModifiedAt(path, 1_000_000);
  const monitor = new LatencyMonitor();
  let time = 0;
  let elapsedMs = 300;
  const read = () => readWithMonitor(path, monitor, () => time += elapsedMs);
  const expected = { bytes: BYTES, modifiedAt: 1_000_000 };
  assertEquals([await read(), monitor.slow], [expected, true]);
  elapsedMs = 1;
  for (let i = 0; i < 16; i++) assertEquals(await read(), expected);
  assertEquals(monitor.slow, false);
  await assertRejects(() => readWithMonitor(`${path}-none`, monitor), Deno.errors.NotFound);
});
