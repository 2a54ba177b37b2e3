import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, MAX_PACKAGE_SIZE, type Package } from "../../lib/package/package.ts";
import { readPackage } from "../../lib/package/read_package.ts";
import { memorySource } from "../mp4/movie_file.ts";

const PACK: Package = {
  segmentDuration: 8,
  tracks: [{ file: "a.vtt", type: "text", language: "eng", name: "caption_eng" }],
};

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("readPackage() reads a package", async () => {
  assertEquals(await readPackage(memorySource(encode(formatPackage(PACK)), "v.json").source), PACK);
});

const invalid: [what: string, bytes: Uint8Array, message: string][] = [
  ["an unknown key", encode('{"ams":1,"x":1}'), "v.json: x: Cannot use this key"],
  ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xFF), "v.json: Cannot read text that is not"],
  ["a large file", new Uint8Array(MAX_PACKAGE_SIZE + 1), "v.json: Cannot read a package of more"],
];

for (const [what, bytes, message] of invalid) {
  Deno.test(`readPackage() refuses ${what} with the file's name`, async () => {
    const { source } = memorySource(bytes, "v.json");
    const error = await assertRejects(() => readPackage(source), MediaError, message);
    assertEquals(error.code, "PACKAGE_INVALID");
  });
}
