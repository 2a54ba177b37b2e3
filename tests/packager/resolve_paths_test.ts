import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { resolvePaths } from "../../lib/packager/resolve_paths.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";

/**
 * Runs `test` in a temporary directory:
 *
 *     movies/a.mp4  movies/b.mp4  movies/link.mp4 → a.mp4  packages/  shortcut → packages/deep/
 */
async function inTree(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/movies`);
    await Deno.mkdir(`${root}/packages/deep`, { recursive: true });
    await Deno.writeTextFile(`${root}/movies/a.mp4`, "");
    await Deno.writeTextFile(`${root}/movies/b.mp4`, "");
    await Deno.symlink("a.mp4", `${root}/movies/link.mp4`);
    await Deno.symlink("packages/deep", `${root}/shortcut`);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const names: [output: string, input: string, name: string][] = [
  ["movies/v.json", "movies/a.mp4", "a.mp4"],
  ["v.json", "movies/a.mp4", "movies/a.mp4"],
  ["packages/v.json", "movies/a.mp4", "../movies/a.mp4"],
  ["packages/v.json", "packages/../movies/./a.mp4", "../movies/a.mp4"],
  ["shortcut/v.json", "movies/a.mp4", "../../movies/a.mp4"],
  ["movies/v.json", "shortcut/../movies/a.mp4", "a.mp4"],
  ["packages/v.json", "movies/link.mp4", "../movies/link.mp4"],
  ["v.json", "movies/none.mp4", "movies/none.mp4"],
];

for (const [output, file, name] of names) {
  Deno.test(`resolvePaths() names ${file} ${name} in ${output}`, () =>
    inTree(async (root) => {
      const inputs = [{ file: `${root}/${file}`, language: "fra" }];
      const resolved = await resolvePaths({
        output: `${root}/${output}`,

        inputs,
      });
      assertEquals(resolved.inputs.map(({ name, language }) => [name, language]), [[name, "fra"]]);
    }));
}

type Known = typeof UsageError | typeof OutputError;

const refused: [what: string, output: string, inputs: string[], type: Known, why: string][] = [
  ["a file twice", "v.json", ["movies/a.mp4", "movies/../movies/a.mp4"], UsageError, "twice"],
  ["a file and a link to it", "v.json", ["movies/a.mp4", "movies/link.mp4"], UsageError, "twice"],
  ["a directory", "v.json", ["movies"], UsageError, "it is a directory, of which --each packages"],
  ["an input as output", "movies/a.mp4", ["movies/a.mp4"], UsageError, "it is also an input"],
  [
    "a link to an input as output",
    "movies/link.mp4",
    ["movies/a.mp4"],
    UsageError,
    "it is also an input",
  ],
  [
    "a missing directory",
    "none/v.json",
    ["movies/a.mp4"],
    OutputError,
    "its directory does not exist",
  ],
  [
    "an output below a file",
    "movies/a.mp4/v.json",
    ["movies/b.mp4"],
    OutputError,
    "directory is a file",
  ],
];

for (const [what, output, files, type, why] of refused) {
  Deno.test(`resolvePaths() refuses ${what}`, () =>
    inTree(async (root) => {
      const inputs = files.map((file) => ({ file: `${root}/${file}` }));
      const options = { output: `${root}/${output}`, inputs };
      await assertRejects(() => resolvePaths(options), type, why);
    }));
}

Deno.test("resolvePaths() refuses to overwrite a file that is no package", () =>
  inTree(async (root) => {
    await Deno.writeTextFile(`${root}/other.json`, '{"name": "site"}');
    const resolving = resolvePaths({ output: `${root}/other.json`, inputs: [] });
    await assertRejects(() => resolving, UsageError, "exists and is no package");
  }));

Deno.test({
  name: "resolvePaths() refuses a name that cannot be stored in a package",
  ignore: Deno.build.os === "windows", // where it is a separator
  fn: () =>
    inTree(async (root) => {
      const inputs = [{ file: `${root}/a\\b.mp4` }];
      const options = { output: `${root}/v.json`, inputs };
      await assertRejects(
        () => resolvePaths(options),
        MediaError,
        "a\\b.mp4: Cannot package a file",
      );
    }),
});
