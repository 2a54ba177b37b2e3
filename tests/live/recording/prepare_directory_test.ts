import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  checkWriting,
  findDirectory,
  prepareDirectory,
} from "../../../lib/live/recording/prepare_directory.ts";

function makeRoot() {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  return { root, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

Deno.test("prepareDirectory() makes what is missing", () => {
  using test = makeRoot();
  assertEquals(findDirectory(test.root, "tv/live"), undefined);
  const path = prepareDirectory(test.root, "tv/live");
  assertEquals(path, join(test.root, "tv", "live"));
  assertEquals(Deno.statSync(path).isDirectory, true);
  assertEquals(prepareDirectory(test.root, "tv/live"), path);
  assertEquals(findDirectory(test.root, "tv/live"), path);
});

Deno.test("prepareDirectory() makes nothing behind a link, wherever it leads", {
  ignore: Deno.build.os === "windows",
}, () => {
  using test = makeRoot();
  using outside = makeRoot();
  Deno.mkdirSync(join(test.root, "inside"));
  Deno.symlinkSync(outside.root, join(test.root, "out"));
  Deno.symlinkSync(join(test.root, "inside"), join(test.root, "in"));
  Deno.symlinkSync(join(test.root, "none"), join(test.root, "dangling"));
  for (const link of ["out", "in", "dangling"]) {
    for (const path of [link, `${link}/live`]) {
      const message = `'${link}' is a link, expected a directory`;
      assertThrows(() => prepareDirectory(test.root, path), Error, message);
      assertThrows(() => findDirectory(test.root, path), Error, message);
    }
  }
  assertEquals([...Deno.readDirSync(outside.root)], []);
});

Deno.test("prepareDirectory() rejects a file", () => {
  using test = makeRoot();
  Deno.writeTextFileSync(join(test.root, "live"), "");
  const message = "'live' is a file, expected a directory";
  assertThrows(() => prepareDirectory(test.root, "live"), Error, message);
});

Deno.test("checkWriting() leaves no file, and fails without a directory", () => {
  using test = makeRoot();
  checkWriting(test.root);
  assertEquals([...Deno.readDirSync(test.root)], []);
  assertThrows(() => checkWriting(join(test.root, "none")), Deno.errors.NotFound);
});
