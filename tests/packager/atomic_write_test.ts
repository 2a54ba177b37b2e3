import { assertEquals, assertRejects } from "@std/assert";
import { OutputError, replaceFile } from "../../lib/packager/atomic_write.ts";

/** Runs `test` in a temporary directory. */
async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}

Deno.test("replaceFile() writes a new file and removes the temporary one", () =>
  inDirectory(async (directory) => {
    await replaceFile(`${directory}/v.json`, "v.json", "new");
    assertEquals(await Deno.readTextFile(`${directory}/v.json`), "new");
    assertEquals(names(directory), ["v.json"]);
  }));

Deno.test("replaceFile() preserves permissions, and creates a new inode", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/v.json`;
    await Deno.writeTextFile(path, "old", { mode: 0o640 });
    const old = await Deno.stat(path);
    await replaceFile(path, "v.json", "new");
    const { mode, ino } = await Deno.stat(path);
    assertEquals(mode, old.mode);
    assertEquals(ino === null || ino !== old.ino, true); // null on Windows
  }));

Deno.test("replaceFile() removes the temporary file if it cannot be renamed", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/v.json`;
    // Converting it to a string creates a directory of that name, after the check.
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
    assertEquals(names(directory), ["v.json"]);
  }));

Deno.test("replaceFile() syncs the file before it is renamed, then the directory", () =>
  inDirectory(async (directory) => {
    const calls: string[] = [];
    const { open, rename } = Deno;
    const { sync } = Deno.FsFile.prototype;
    const opened: string[] = [];
    try {
      Deno.open = (path, options) => (opened.push(String(path)), open(path, options));
      Deno.rename = (from, to) => (calls.push("rename"), rename(from, to));
      Deno.FsFile.prototype.sync = function () {
        calls.push(`sync ${opened.at(-1) === directory ? "directory" : "file"}`);
        return sync.call(this);
      };
      await replaceFile(`${directory}/v.json`, "v.json", "new");
    } finally {
      Object.assign(Deno, { open, rename });
      Deno.FsFile.prototype.sync = sync;
    }
    assertEquals(calls.slice(0, 2), ["sync file", "rename"]);
    if (Deno.build.os !== "windows") assertEquals(calls.slice(2), ["sync directory"]);
  }));

const refused: [what: string, path: string, message: string][] = [
  ["a missing directory", "none/v.json", "Cannot write 'x': its directory does not exist"],
  ["a file as directory", "file/v.json", "Cannot write 'x': its directory is a file"],
  ["a directory as file", "sub", "Cannot write 'x': it is not a regular file"],
];

for (const [what, path, message] of refused) {
  Deno.test(`replaceFile() refuses ${what}`, () =>
    inDirectory(async (directory) => {
      await Deno.writeTextFile(`${directory}/file`, "");
      await Deno.mkdir(`${directory}/sub`);
      await assertRejects(() => replaceFile(`${directory}/${path}`, "x", ""), OutputError, message);
      assertEquals(names(directory), ["file", "sub"]);
    }));
}
