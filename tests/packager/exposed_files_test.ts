import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { parseRemotePath } from "../../lib/origins/remote_path.ts";
import { warnExposedFiles } from "../../lib/packager/exposed_files.ts";

/** Files, and links with their targets, of a directory that contains `films/heat.json`. */
const FILES: Record<string, string | undefined> = {
  "films/240.mp4": undefined,
  "films/.heat/240.mp4": undefined,
  "films/.heat/deep/240.mp4": undefined,
  "films/.240.mp4": undefined,
  "films/..240.mp4": undefined,
  "store/240.mp4": undefined,
  ".store/240.mp4": undefined,
  "films/to-hidden.mp4": ".heat/240.mp4",
  "films/.to-visible.mp4": "240.mp4",
  "films/public": ".heat",
  "films/.private": "../store",
};

const cases: [file: string, isExposed: boolean][] = [
  ["films/240.mp4", true],
  ["films/.heat/240.mp4", false],
  ["films/.heat/deep/240.mp4", false],
  ["films/.240.mp4", false],
  ["films/..240.mp4", false],
  ["store/240.mp4", true],
  [".store/240.mp4", false],
  ["films/to-hidden.mp4", false],
  ["films/.to-visible.mp4", true],
  ["films/public/240.mp4", false],
  ["films/.private/240.mp4", true],
];

for (const [file, isExposed] of cases) {
  Deno.test(`warnExposedFiles() ${isExposed ? "warns" : "does not warn"} about ${file}`, async () => {
    await inDirectory(async (directory) => {
      const output = join(directory, "films/heat.json");
      const warnings = await warnExposedFiles([createInput(directory, file)], output);
      assertEquals(warnings.length, isExposed ? 1 : 0);
      assert(
        !isExposed ||
          warnings[0]!.startsWith(`${file}: clients can download this file in the clear, so `),
      );
    });
  });
}

Deno.test("warnExposedFiles() returns one warning for several files", async () => {
  await inDirectory(async (directory) => {
    const files = ["films/240.mp4", "films/.heat/240.mp4", "store/240.mp4"];
    const inputs = files.map((file) => createInput(directory, file));
    const warnings = await warnExposedFiles(inputs, join(directory, "films/heat.json"));
    assertEquals(warnings.length, 1);
    assertStringIncludes(
      warnings[0]!,
      "films/240.mp4: clients can download this file and 1 more in",
    );
  });
});

Deno.test("warnExposedFiles() looks at names of objects next to a package in a bucket", async () => {
  const url = "s3://media/films/v.json";
  const remote = parseRemotePath(url, () => undefined)!;
  const inputs = ["a.mp4", ".b/c.mp4", "d/e.mp4"].map((name) => ({
    ...{ name, remote },
    ...{ path: `s3://media/films/${name}`, file: `s3://media/films/${name}` },
  }));
  const [warning] = await warnExposedFiles(inputs, url);
  const expected = "s3://media/films/a.mp4: clients can download this file and 1 more in the clear";
  assertStringIncludes(warning!, expected);
  assertEquals(await warnExposedFiles([inputs[1]!], url), []);
});

const createInput = (directory: string, file: string) => ({
  ...{ path: join(directory, file), file },
  name: `../${file}`,
});

/** The directory itself is below one whose name starts with a dot. */
async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const temporary = await Deno.realPath(await Deno.makeTempDir());
  const directory = join(temporary, ".srv");
  try {
    for (const [file, target] of Object.entries(FILES)) {
      const path = join(directory, file);
      await Deno.mkdir(dirname(path), { recursive: true });
      if (target) await Deno.symlink(target, path);
      else await Deno.writeTextFile(path, "");
    }
    await test(directory);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}
