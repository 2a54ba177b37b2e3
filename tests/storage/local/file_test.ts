import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { openFile, openFileOn } from "../../../lib/storage/local/file.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { onSlowStorage, openSlow, PATH_CHECKS, sortPathChecks, withTempDir } from "./slow_file.ts";

Deno.test("openFile() rejects missing files, directories and link loops", () =>
  withTempDir((directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "");
    Deno.symlinkSync(`${directory}/loop`, `${directory}/loop`);
    const cases = [
      [`${directory}/missing.mp4`, "MEDIA_MISSING", "x: Cannot find this file"],
      [`${directory}/a.txt/b.mp4`, "MEDIA_MISSING", "x: Cannot find this file"],
      [directory, "MEDIA_READ", "x: Cannot open this file: it is not a regular file"],
      [`${directory}/loop`, "MEDIA_READ", "x: Cannot open this file (ELOOP)"],
    ] as const;
    for (const [path, code, message] of cases) {
      const error = assertThrows(() => openFile(path, "x"), MediaError);
      assertEquals([error.code, error.message], [code, message]);
    }
  }));

Deno.test({
  name: "openFile() rejects a device without blocking",
  ignore: Deno.build.os === "windows",
  fn() {
    const message = "x: Cannot open this file: it is not a regular file";
    assertThrows(() => openFile("/dev/null", "x"), MediaError, message);
  },
});

Deno.test("openFileOn() opens a file on slow storage asynchronously", () =>
  onSlowStorage(async (system, devices, path) => {
    const first = await openSlow(system, devices, path);
    const opening = openFileOn(devices, path, { name: "a.txt" });
    assertEquals(opening instanceof Promise, true);
    const source = await opening;
    assertEquals(new TextDecoder().decode(await readBytes(source, 1, 3)), "123");
    assertEquals(sortPathChecks(system.calls), ["open", ...PATH_CHECKS, "read", "stat"]);
    const directory = path.slice(0, path.lastIndexOf("/"));
    const cases = [
      [`${directory}/missing.mp4`, "MEDIA_MISSING", "x: Cannot find this file"],
      [directory, "MEDIA_READ", "x: Cannot open this file: it is not a regular file"],
    ] as const;
    for (const [path, code, message] of cases) {
      const error = await assertRejects(
        async () => await openFileOn(devices, path, { name: "x" }),
        MediaError,
      );
      assertEquals([error.code, error.message], [code, message]);
    }
    source.close();
    first.close();
  }));
