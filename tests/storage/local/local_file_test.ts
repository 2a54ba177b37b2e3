import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { openFile, openFileOn } from "../../../lib/storage/local/file.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { onSlowStorage, openSlow, PATH_CHECKS, sortPathChecks, withTempDir } from "./slow_file.ts";

Deno.test("openFile() reads at an offset synchronously", () =>
  withTempDir((directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "0123456789");
    const source = openFile(`${directory}/a.txt`, "a.txt");
    assertEquals([source.name, source.size, source.synchronous], ["a.txt", 10, true]);
    const into = new Uint8Array(4);
    assertEquals(source.read(3, into), undefined);
    assertEquals(new TextDecoder().decode(into), "3456");
    source.close();
  }));

Deno.test("openFile() reads past 4 GB", () =>
  withTempDir(async (directory) => {
    const path = `${directory}/large.bin`;
    Deno.writeFileSync(path, new Uint8Array());
    Deno.truncateSync(path, 2 ** 32 + 100); // sparse
    Deno.writeTextFileSync(path, "end", { append: true });
    const source = openFile(path, "large.bin");
    const bytes = await readBytes(source, 2 ** 32 + 99, 4);
    assertEquals(new TextDecoder().decode(bytes), "\0end");
    source.close();
  }));

Deno.test("Source.read() rejects a read past the end of the file", () =>
  withTempDir(async (directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "0123456789");
    const source = openFile(`${directory}/a.txt`, "a.txt");
    const read = () => readBytes(source, 8, 4);
    const error = await assertRejects(
      read,
      MediaError,
      "a.txt: Cannot read byte 10: the file ends",
    );
    assertEquals(error.code, "MEDIA_READ");
    source.close();
  }));

Deno.test("Source.read() rejects a read of a file that was truncated while open", () =>
  withTempDir((directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "0123456789");
    const source = openFile(`${directory}/a.txt`, "a.txt");
    Deno.truncateSync(`${directory}/a.txt`, 5);
    assertThrows(() => source.read(0, new Uint8Array(10)), MediaError, "Cannot read byte 5: the");
    source.close();
  }));

Deno.test("Source.read() rejects a read after close(), which may be called twice", () =>
  withTempDir((directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "0123456789");
    const source = openFile(`${directory}/a.txt`, "a.txt");
    source.close();
    source.close();
    assertThrows(
      () => source.read(0, new Uint8Array(1)),
      MediaError,
      "Cannot read from a closed file",
    );
  }));

async function text(read: (into: Uint8Array) => unknown, size: number): Promise<string> {
  const into = new Uint8Array(size);
  await read(into);
  return new TextDecoder().decode(into);
}

Deno.test("Source.read() blocks until the storage is slow, and again once it is fast", () =>
  onSlowStorage(async (system, devices, path) => {
    const source = await openFileOn(devices, path, { name: "a.txt" });
    const read = (at: number) => text((into) => source.read(at, into), 2);
    assertEquals([await read(0), await read(1), await read(2)], ["01", "12", "23"]);
    assertEquals(source.synchronous, false);
    assertEquals(await read(3), "34");
    system.latency = 1;
    for (let i = 0; i < 16; i++) assertEquals(await read(4), "45");
    assertEquals(source.synchronous, true);
    assertEquals(await read(5), "56");
    assertEquals(
      sortPathChecks(system.calls),
      [
        "openSync",
        ...PATH_CHECKS.map((call) => `${call}Sync`),
        ...Array(2).fill(["readSync", "statSync"]).flat(),
        ...Array(18).fill(["read", "stat"]).flat(),
        ...["readSync", "statSync"],
      ],
    );
    source.close();
  }));

Deno.test("Source.read() returns no promise while a synchronous function runs", () =>
  onSlowStorage(async (_system, devices, path) => {
    const source = await openFileOn(devices, path, { name: "a.txt" });
    for (let i = 0; i < 10; i++) assertEquals(source.read(0, new Uint8Array(1)), undefined);
    source.close();
  }));

Deno.test("Source.read() of slow storage reads sequentially, even if some reads fail", () =>
  onSlowStorage(async (system, devices, path) => {
    const source = await openSlow(system, devices, path);
    const release = system.hold("a.txt");
    const read = (at: number, size: number) => text((into) => source.read(at, into), size);
    const all = [read(0, 4), read(4, 4), read(8, 4), read(2, 3)];
    await Promise.resolve();
    release();
    const [first, second, third, last] = await Promise.allSettled(all);
    assertEquals(
      [first, second, last],
      ["0123", "4567", "234"].map((value) => ({
        status: "fulfilled",
        value,
      })),
    );
    assertEquals(
      (third as PromiseRejectedResult).reason.message,
      "a.txt: Cannot read byte 10: the file ends before it",
    );
    source.close();
  }));

Deno.test("Source.close() leaves the file open for a pending read", () =>
  onSlowStorage(async (system, devices, path) => {
    const source = await openSlow(system, devices, path);
    const release = system.hold("a.txt");
    const reading = text((into) => source.read(6, into), 4);
    await Promise.resolve();
    source.close();
    assertThrows(
      () => source.read(0, new Uint8Array(1)),
      MediaError,
      "Cannot read from a closed file",
    );
    assertEquals(system.calls.includes("close"), false);
    release();
    assertEquals(await reading, "6789");
    await Promise.resolve();
    assertEquals(system.calls, ["read", "stat", "close"]);
  }));
