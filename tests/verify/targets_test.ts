import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isDirectory, listTargets, parseTarget } from "../../lib/verify/targets.ts";
import { withDirectory } from "../packager/films.ts";

const FILES: Record<string, string> = {
  "10.json": '{"ams": 1}',
  "2.json": '\uFEFF{"ams": 1}',
  "news.json": '{"ams": 1, "live": {}}',
  "cut.json": '{"ams": 1, ',
  "info.json": '{"id": "film"}',
  "list.json": "[]",
  "broken.json": "{",
  "film.mp4": "",
  "notes.txt": '{"ams": 1}',
  ".hidden.json": '{"ams": 1}',
  ".directory/a.json": '{"ams": 1}',
  "a/b/c.json": '{"ams": 1}',
};

Deno.test("listTargets() finds packages and channels below a directory, in natural order", () =>
  withDirectory(async (directory) => {
    for (const [name, text] of Object.entries(FILES)) {
      await Deno.mkdir(join(directory, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(directory, name), text);
    }
    const names = ["2.json", "10.json", "cut.json", "news.json", "a/b/c.json"];
    const found = names.map((name) => ({ file: join(directory, name) }));
    assertEquals(await listTargets([{ file: "none.json" }, { file: directory }]), [{
      file: "none.json",
    }, ...found]);
  }));

Deno.test("listTargets() returns an error for a directory without a package", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(join(directory, "info.json"), "{}");
    const targets = await listTargets([{ file: directory }]);
    assertEquals(targets.map(({ file, error }) => [file, error?.message]), [
      [directory, `${directory}: Cannot find a package or a channel below it`],
    ]);
  }));

Deno.test("isDirectory() is false for what does not exist", async () => {
  assertEquals(
    await Promise.all([".", "none", "s3://a/b"].map((it) => isDirectory(parseTarget(it)))),
    [
      ...[true, false, false],
    ],
  );
});
