import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { resolveRoot } from "../../lib/ams/root_directory.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { testApp } from "../server/fixture.ts";

Deno.test("resolveRoot() follows links", () => {
  using server = testApp();
  const link = join(server.outside, "link");
  Deno.symlinkSync(server.root, link);
  assertEquals(resolveRoot(link), server.root);
});

Deno.test("resolveRoot() rejects a file, and what does not exist", () => {
  using server = testApp();
  const file = join(server.root, "video.mp4");
  assertThrows(() => resolveRoot(file), SetupError, `Cannot serve '${file}': not a directory`);
  const none = join(server.root, "none");
  const message = `Cannot serve '${none}': no such file or directory`;
  assertThrows(() => resolveRoot(none), SetupError, message);
});

/** A superuser may read everything: tests/e2e/start_test.ts drops that. */
const ignore = Deno.build.os === "windows" || Deno.uid() === 0;

for (const mode of [0o000, 0o444, 0o111]) {
  Deno.test({
    name: `resolveRoot() rejects a directory of mode ${
      mode.toString(8)
    }, with the name of the user`,
    ignore,
    fn() {
      using server = testApp();
      const root = join(server.root, "closed");
      Deno.mkdirSync(root);
      Deno.chmodSync(root, mode);
      const message = `Cannot serve '${root}': permission denied to user `;
      assertThrows(() => resolveRoot(root), SetupError, message);
      Deno.chmodSync(root, 0o755);
    },
  });
}
