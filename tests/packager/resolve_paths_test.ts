import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { resolvePaths } from "../../lib/packager/resolve_paths.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";

/**
 * Runs `test` in a tree of its own:
 *
 *     films/a.mp4  films/b.mp4  films/link.mp4 → a.mp4  packages/  shortcut → packages/deep/
 */
async function inTree(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/films`);
    await Deno.mkdir(`${root}/packages/deep`, { recursive: true });
    await Deno.writeTextFile(`${root}/films/a.mp4`, "");
    await Deno.writeTextFile(`${root}/films/b.mp4`, "");
    await Deno.symlink("a.mp4", `${root}/films/link.mp4`);
    await Deno.symlink("packages/deep", `${root}/shortcut`);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const names: [output: string, input: string, name: string][] = [
  ["films/v.json", "films/a.mp4", "a.mp4"],
  ["v.json", "films/a.mp4", "films/a.mp4"],
  ["packages/v.json", "films/a.mp4", "../films/a.mp4"],
  ["packages/v.json", "packages/../films/./a.mp4", "../films/a.mp4"],
  ["shortcut/v.json", "films/a.mp4", "../../films/a.mp4"],
  ["films/v.json", "shortcut/../films/a.mp4", "a.mp4"],
  ["packages/v.json", "films/link.mp4", "../films/link.mp4"],
  ["v.json", "films/none.mp4", "films/none.mp4"],
];

for (const [output, file, name] of names) {
  Deno.test(`resolvePaths() has ${output} name ${file} as ${name}`, () =>
    inTree(async (root) => {
      const inputs = [{ file: `${root}/${file}`, language: "fra" }];
      const located = await resolvePaths({
        output: `${root}/${output}`,
        segmentDuration: 8,
        inputs,
      });
      assertEquals(located.inputs.map(({ name, language }) => [name, language]), [[name, "fra"]]);
    }));
}

type Known = typeof UsageError | typeof OutputError;

const faults: [what: string, output: string, inputs: string[], type: Known, why: string][] = [
  ["a file twice", "v.json", ["films/a.mp4", "films/../films/a.mp4"], UsageError, "twice"],
  ["a file and a link to it", "v.json", ["films/a.mp4", "films/link.mp4"], UsageError, "twice"],
  ["an input as output", "films/a.mp4", ["films/a.mp4"], UsageError, "Cannot write over"],
  [
    "a link to an input as output",
    "films/link.mp4",
    ["films/a.mp4"],
    UsageError,
    "Cannot write over",
  ],
  ["an output nowhere", "none/v.json", ["films/a.mp4"], OutputError, "its folder is not there"],
  [
    "an output below a file",
    "films/a.mp4/v.json",
    ["films/b.mp4"],
    OutputError,
    "folder is a file",
  ],
];

for (const [what, output, files, type, why] of faults) {
  Deno.test(`resolvePaths() refuses ${what}`, () =>
    inTree(async (root) => {
      const inputs = files.map((file) => ({ file: `${root}/${file}` }));
      const options = { output: `${root}/${output}`, segmentDuration: 8, inputs };
      await assertRejects(() => resolvePaths(options), type, why);
    }));
}

Deno.test({
  name: "locate() refuses a name that a package can't hold",
  ignore: Deno.build.os === "windows", // where it is a path
  fn: () =>
    inTree(async (root) => {
      const inputs = [{ file: `${root}/a\\b.mp4` }];
      const options = { output: `${root}/v.json`, segmentDuration: 8, inputs };
      await assertRejects(() => resolvePaths(options), MediaError, "a\\b.mp4: Cannot name a file");
    }),
});
