import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { findLinkStatus } from "../lib/link_status.ts";

Deno.test({
  name: "findLinkStatus() follows no link, and finds nothing where nothing is",
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(directory, "file"), "");
      await Deno.symlink("none", join(directory, "link"));
      const describe = (name: string) => {
        const status = findLinkStatus(join(directory, name));
        return status && [status.isFile, status.isSymlink];
      };
      assertEquals(["file", "link", "none"].map(describe), [
        [true, false],
        [false, true],
        undefined,
      ]);
      assertThrows(() => findLinkStatus(join(directory, "file", "none")));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
