import { assertEquals, assertRejects } from "@std/assert";
import { OutputError, replaceFile } from "../../lib/packager/atomic_write.ts";

/** Runs `test` in a new folder, which must not outlive it. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("replaceFile() writes a new file, and leaves nothing beside it", () =>
  inFolder(async (folder) => {
    await replaceFile(`${folder}/v.json`, "v.json", "new");
    assertEquals(await Deno.readTextFile(`${folder}/v.json`), "new");
    assertEquals(names(folder), ["v.json"]);
  }));

Deno.test("replaceFile() gives the new file the old one's permissions, and another inode", () =>
  inFolder(async (folder) => {
    const path = `${folder}/v.json`;
    await Deno.writeTextFile(path, "old", { mode: 0o640 });
    const old = await Deno.stat(path);
    await replaceFile(path, "v.json", "new");
    const { mode, ino } = await Deno.stat(path);
    assertEquals(mode, old.mode);
    assertEquals(ino === null || ino !== old.ino, true); // null on Windows
  }));

Deno.test("replaceFile() lets go of the temporary file when it can't be renamed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/v.json`;
    // A text whose writing makes a folder of that name appear, after it was looked for.
    const text = {
      toString() {
        Deno.mkdirSync(path);
        return "new";
      },
    } as unknown as string;
    await assertRejects(
      () => replaceFile(path, "v.json", text),
      OutputError,
      "Cannot write 'v.json'",
    );
    assertEquals(names(folder), ["v.json"]);
  }));

const faults: [what: string, path: string, message: string][] = [
  ["a folder that is not there", "none/v.json", "Cannot write 'x': its folder is not there"],
  ["a folder that is a file", "file/v.json", "Cannot write 'x': its folder is a file"],
  ["a folder's name", "folder", "Cannot write 'x': what has this name is not a regular file"],
];

for (const [what, path, message] of faults) {
  Deno.test(`replaceFile() refuses ${what}`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      await Deno.mkdir(`${folder}/folder`);
      await assertRejects(() => replaceFile(`${folder}/${path}`, "x", ""), OutputError, message);
      assertEquals(names(folder), ["file", "folder"]);
    }));
}
