import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import {
  isUnchanged,
  takeDirectoryFingerprint,
  takeFingerprint,
} from "../../lib/library/fingerprint.ts";
import { testApp } from "../server/fixture.ts";

/** Changes to `a.mp4` that must change its fingerprint. */
const changes: [description: string, change: (path: string) => void][] = [
  ["edited", (path) => Deno.writeTextFileSync(path, "longer")],
  ["removed", (path) => Deno.removeSync(path)],
  ["replaced", (path) => {
    Deno.writeTextFileSync(`${path}.new`, "x");
    Deno.renameSync(`${path}.new`, path);
  }],
];

for (const [description, change] of changes) {
  Deno.test(`isUnchanged() returns false after a file was ${description}`, async () => {
    using server = testApp();
    const path = join(server.root, "a.mp4");
    Deno.writeTextFileSync(path, "x");
    const root = new DocumentRoot(server.app.root.storage);
    const [a, other] = [
      await takeFingerprint(() => root.resolve("a.mp4")),
      await takeFingerprint(() => root.resolve("video.mp4")),
    ];
    assertNotEquals(a.value, other.value);
    assertEquals(isUnchanged([other, a]), true);
    change(path);
    assertEquals([isUnchanged([other, a]), isUnchanged([other])], [false, true]);
  });
}

Deno.test("takeDirectoryFingerprint() never validates a directory that has just changed", async () => {
  using server = testApp();
  const directory = join(server.root, "f");
  Deno.mkdirSync(directory);
  const root = new DocumentRoot(server.app.root.storage);
  for (const [age, unchanged] of [[0, false], [1, false], [60, true], [-60, false]] as const) {
    const time = Date.now() / 1000 - age;
    Deno.utimeSync(directory, time, time);
    assertEquals([age, isUnchanged([await takeDirectoryFingerprint(root, "f")])], [age, unchanged]);
  }
});
