import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MonitoredReads, SYSTEM_DISK } from "../../../lib/storage/remote/disk_files.ts";
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
  assertEquals(await SYSTEM_DISK.read(second, 3), { bytes: BYTES, modifiedAt: 1_000_000 });
  await SYSTEM_DISK.remove(second);
  const read = (path: string) => SYSTEM_DISK.read(path, 3);
  for (const work of [read, SYSTEM_DISK.getModifiedAt, SYSTEM_DISK.remove]) {
    assertEquals(await getCode(() => work(second)), "ENOENT");
  }
});

Deno.test("SYSTEM_DISK reads no larger files", async () => {
  using files = new LocalFiles();
  const path = `${files.root}/file`;
  await Deno.writeFile(path, BYTES);
  await assertRejects(() => SYSTEM_DISK.read(path, 2), Error, "more than 2 bytes");
});

Deno.test({
  name: "SYSTEM_DISK waits for no pipe, follows no link, and lists regular files",
  ignore: Deno.build.os === "windows",
  async fn() {
    using files = new LocalFiles();
    const { root } = files;
    files.write("real/file", BYTES);
    files.makeDirectory("real/directory");
    files.link("file", "real/link");
    files.link("real", "linked");
    const { success } = await new Deno.Command("mkfifo", { args: [`${root}/real/pipe`] }).output();
    assert(success);
    for (const name of ["pipe", "link", "directory"]) {
      const path = `${root}/real/${name}`;
      assertThrows(() => SYSTEM_DISK.openNow(path), Error, "expected a regular file");
      await assertRejects(() => SYSTEM_DISK.read(path, 3), Error, "expected a regular file");
    }
    assertEquals(await SYSTEM_DISK.list(`${root}/real`), ["file"]);
    for (const name of ["linked", "real/file"]) {
      assertEquals(await getCode(() => SYSTEM_DISK.list(`${root}/${name}`)), "ENOTDIR");
    }
  },
});

/** Reads a file of three bytes into five. */
function readNow(reads: MonitoredReads, path: string): unknown {
  using file = reads.openNow(path);
  const into = new Uint8Array(5);
  return file && [file.size, file.modifiedAt, file.read(into), file.read(into), into];
}

Deno.test("MonitoredReads.openNow() reads until the disk is slow, and again after 16 fast reads", async () => {
  using files = new LocalFiles();
  const path = `${files.root}/file`;
  await SYSTEM_DISK.write(path, BYTES);
  await SYSTEM_DISK.setModifiedAt(path, 1_000_000);
  let [time, elapsedMs] = [0, 300];
  const reads = new MonitoredReads(() => time += elapsedMs);
  const expected = [3, 1_000_000, 3, 0, Uint8Array.of(1, 2, 3, 0, 0)];
  assertEquals([readNow(reads, path), readNow(reads, path)], [expected, undefined]);
  elapsedMs = 1;
  for (let i = 0; i < 16; i++) {
    assertEquals(readNow(reads, path), undefined);
    assertEquals(await reads.read(path, 3), { bytes: BYTES, modifiedAt: 1_000_000 });
  }
  assertEquals(readNow(reads, path), expected);
  assertThrows(() => reads.openNow(`${path}-none`), Deno.errors.NotFound);
});

Deno.test("SYSTEM_DISK.openNow() fills shared memory", async () => {
  using files = new LocalFiles();
  await SYSTEM_DISK.write(`${files.root}/file`, BYTES);
  using file = SYSTEM_DISK.openNow(`${files.root}/file`);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  assertEquals([file?.read(shared.subarray(1)), ...shared], [3, 0, 1, 2, 3]);
});
