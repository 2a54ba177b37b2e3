import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { MediaError } from "../../lib/errors.ts";
import { refuseForeignFile, refuseForeignObject } from "../../lib/packager/foreign_file.ts";
import { memorySource } from "../mp4/movie_file.ts";

const files: [name: string, content: string, isRefused: boolean][] = [
  ["other.mp4", "\0\0\0\x20ftyp", true],
  ["notes", "text", true],
  ["old", ' {"ams": 1', false],
  ["empty", "", false],
  ["old.json", '{"ams": 1}', false],
  ["cut.json", '{"ams": 1, "tracks": [', false],
  ["empty.json", "", false],
  ["text.json", "text", false],
  ["package.json", '{"name": "site"}', true],
  ["list.json", "[]", true],
  ["channel.json", '{"ams": 1, "live": {}}', true],
  ["large.json", `["${"x".repeat(2 ** 20)}"]`, true],
];

for (const [name, content, isRefused] of files) {
  Deno.test(`refuseForeignFile() ${isRefused ? "refuses" : "accepts"} the existing file ${name}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const path = join(directory, name);
      await Deno.writeTextFile(path, content);
      const refusing = refuseForeignFile(path, name);
      const why = `Cannot use -o "${name}": this file exists and is no package`;
      if (isRefused) await assertRejects(() => refusing, UsageError, why);
      else await refusing;
      assertEquals(await Deno.readTextFile(path), content);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("refuseForeignFile() accepts what does not exist", async () => {
  await refuseForeignFile("/none/video.json", "video.json");
});

for (const [name, content, isRefused] of files) {
  Deno.test(`refuseForeignObject() ${isRefused ? "refuses" : "accepts"} the object ${name}`, async () => {
    const url = `s3://media/${name}`;
    const open = () => Promise.resolve(memorySource(new TextEncoder().encode(content)).source);
    const why = `Cannot use -o "${url}": this file exists and is no package`;
    if (isRefused) await assertRejects(() => refuseForeignObject(open, url), UsageError, why);
    else await refuseForeignObject(open, url);
  });
}

Deno.test("refuseForeignObject() accepts what does not exist, and passes other errors on", async () => {
  const fail = (code: "MEDIA_MISSING" | "MEDIA_READ") => () =>
    Promise.reject(new MediaError("Cannot read it", code));
  await refuseForeignObject(fail("MEDIA_MISSING"), "s3://media/v.json");
  await assertRejects(() => refuseForeignObject(fail("MEDIA_READ"), "s3://m/v.json"), MediaError);
});
