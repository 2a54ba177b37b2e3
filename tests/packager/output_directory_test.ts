import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { replaceDirectory } from "../../lib/packager/output_directory.ts";

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function write(directory: string, files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const path = join(directory, file);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

async function list(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
}

const CAPTURE = { "video.json": "{}", "a.mp4": "" };
const PERIODS = { "1/video.json": "{}", "1/a.mp4": "", "2/video.json": "{}" };

for (const old of [undefined, {}, CAPTURE, PERIODS]) {
  const name = old ? Object.keys(old).join(" ") || "an empty directory" : "nothing";
  Deno.test(`replaceDirectory() replaces ${name}`, async () => {
    await inDirectory(async (directory) => {
      const output = join(directory, "show");
      if (old) await Deno.mkdir(output);
      if (old) await write(output, old);
      await replaceDirectory(output, (temporary) => write(temporary, { "video.json": "new" }));
      assertEquals(await list(directory), ["show"]);
      assertEquals(await list(output), ["video.json"]);
      assertEquals(await Deno.readTextFile(join(output, "video.json")), "new");
    });
  });
}

const OTHERS: [files: Record<string, string>, message: string][] = [
  [{ "a.mp4": "" }, "it has no video.json"],
  [{ ...CAPTURE, "notes.txt": "" }, 'it contains "notes.txt"'],
  [{ ...CAPTURE, "other/video.json": "" }, 'it contains "other"'],
  [{ ...PERIODS, "2/notes.txt": "" }, 'it contains "notes.txt"'],
];

for (const [files, message] of OTHERS) {
  Deno.test(`replaceDirectory() leaves a directory of others: ${message}`, async () => {
    await inDirectory(async (directory) => {
      const output = join(directory, "show");
      await write(output, files);
      const before = await list(output);
      const fill = () => Promise.reject(new Error("was called"));
      await assertRejects(() => replaceDirectory(output, fill), OutputError, message);
      assertEquals([await list(output), await list(directory)], [before, ["show"]]);
    });
  });
}

Deno.test("replaceDirectory() leaves the old directory if the new one cannot be filled", async () => {
  await inDirectory(async (directory) => {
    const output = join(directory, "show");
    await write(output, CAPTURE);
    const fill = async (temporary: string) => {
      await write(temporary, { "video.json": "new" });
      throw new RangeError("broken");
    };
    await assertRejects(() => replaceDirectory(output, fill), RangeError, "broken");
    assertEquals([await list(directory), await list(output)], [["show"], ["a.mp4", "video.json"]]);
  });
});

Deno.test("replaceDirectory() refuses a file, and a parent that does not exist", async () => {
  await inDirectory(async (directory) => {
    const fill = () => Promise.resolve();
    await Deno.writeTextFile(join(directory, "file"), "");
    const replace = (name: string) => replaceDirectory(join(directory, name), fill);
    await assertRejects(() => replace("file"), OutputError, "it is not a directory");
    await assertRejects(() => replace("none/show"), OutputError, "its directory does not exist");
  });
});
