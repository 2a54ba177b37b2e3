import { assertEquals } from "@std/assert";
import { join, relative } from "@std/path";
import { listSiblings, walkDirectories } from "../../../lib/storage/local/directory_walk.ts";
import { withDirectory } from "../../packager/films.ts";

async function walk(directory: string) {
  const walked: [string, readonly string[]][] = [];
  const errors: string[] = [];
  const onError = (directory: string) => void errors.push(directory);
  for await (const found of walkDirectories(directory, onError)) {
    walked.push([relative(directory, found.directory), found.names]);
  }
  return { walked, errors };
}

Deno.test({
  name:
    "walkDirectories() returns files in natural order, without what is hidden, or links in a circle",
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      for (const name of ["b/c", "a/10", "a/9", ".hidden"]) {
        await Deno.mkdir(join(directory, name), { recursive: true });
      }
      for (const name of ["10.mp4", "2.mp4", ".dot.mp4", ".hidden/x.mp4", "b/c/d.mp4"]) {
        await Deno.writeTextFile(join(directory, name), "");
      }
      await Deno.symlink(join(directory, "2.mp4"), join(directory, "link.mp4"));
      await Deno.symlink(join(directory, "none"), join(directory, "nothing.mp4"));
      await Deno.symlink("self.mp4", join(directory, "self.mp4"));
      await Deno.symlink(directory, join(directory, "b", "circle"));
      assertEquals(await walk(directory), {
        walked: [
          ["", ["2.mp4", "10.mp4", "link.mp4"]],
          ["a", []],
          [join("a", "9"), []],
          [join("a", "10"), []],
          ["b", []],
          [join("b", "c"), ["d.mp4"]],
        ],
        errors: [],
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test("walkDirectories() reports a directory that cannot be read", async () => {
  assertEquals(await walk("none"), { walked: [["", []]], errors: ["none"] });
});

Deno.test("listSiblings() lists the files of the directory, and none of one that does not exist", () =>
  withDirectory(async (directory) => {
    for (const name of ["10.mp4", "2.mp4", ".hidden.mp4"]) {
      await Deno.writeTextFile(join(directory, name), "");
    }
    assertEquals(await listSiblings(join(directory, "2.mp4")), ["2.mp4", "10.mp4"]);
    assertEquals(await listSiblings(join(directory, "none", "2.mp4")), []);
  }));
