import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { openFile } from "../../lib/source/file.ts";
import { readBytes } from "../../lib/source/source.ts";

async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openFile() reads at an offset, at once", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "0123456789");
    const source = openFile(`${folder}/a.txt`, "a.txt");
    assertEquals([source.name, source.size, source.immediate], ["a.txt", 10, true]);
    const into = new Uint8Array(4);
    assertEquals(source.read(3, into), undefined);
    assertEquals(new TextDecoder().decode(into), "3456");
    source.close();
  }));

Deno.test("openFile() reads past 4 GB", () =>
  inFolder(async (folder) => {
    const path = `${folder}/large.bin`;
    Deno.writeFileSync(path, new Uint8Array());
    Deno.truncateSync(path, 2 ** 32 + 100); // sparse: holds no blocks
    Deno.writeTextFileSync(path, "end", { append: true });
    const source = openFile(path, "large.bin");
    const bytes = await readBytes(source, 2 ** 32 + 99, 4);
    assertEquals(new TextDecoder().decode(bytes), "\0end");
    source.close();
  }));

Deno.test("Source.read() refuses to pass the end of the file", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "0123456789");
    const source = openFile(`${folder}/a.txt`, "a.txt");
    const read = () => readBytes(source, 8, 4);
    const error = await assertRejects(
      read,
      MediaError,
      "a.txt: Cannot read byte 10: the file ends",
    );
    assertEquals(error.code, "MEDIA_READ");
    source.close();
  }));

Deno.test("Source.read() notices that the file was cut off while it is open", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "0123456789");
    const source = openFile(`${folder}/a.txt`, "a.txt");
    Deno.truncateSync(`${folder}/a.txt`, 5);
    assertThrows(() => source.read(0, new Uint8Array(10)), MediaError, "Cannot read byte 5: the");
    source.close();
  }));

Deno.test("Source.read() refuses a file that was closed, and close() may be called twice", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "0123456789");
    const source = openFile(`${folder}/a.txt`, "a.txt");
    source.close();
    source.close();
    assertThrows(() => source.read(0, new Uint8Array(1)), MediaError, "a file that was closed");
  }));

Deno.test("openFile() refuses what is missing, a folder and a loop of links", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/a.txt`, "");
    Deno.symlinkSync(`${folder}/loop`, `${folder}/loop`);
    const cases = [
      [`${folder}/missing.mp4`, "MEDIA_MISSING", "x: Cannot find this file"],
      [`${folder}/a.txt/b.mp4`, "MEDIA_MISSING", "x: Cannot find this file"],
      [folder, "MEDIA_READ", "x: Cannot read what is not a regular file"],
      [`${folder}/loop`, "MEDIA_READ", "x: Cannot open this file (ELOOP)"],
    ] as const;
    for (const [path, code, message] of cases) {
      const error = assertThrows(() => openFile(path, "x"), MediaError);
      assertEquals([error.code, error.message], [code, message]);
    }
  }));

Deno.test({
  name: "openFile() refuses a device, and does not wait for it",
  ignore: Deno.build.os === "windows",
  fn() {
    const message = "x: Cannot read what is not a regular file";
    assertThrows(() => openFile("/dev/null", "x"), MediaError, message);
  },
});
