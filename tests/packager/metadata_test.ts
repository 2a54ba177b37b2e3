import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { MediaError } from "../../lib/errors.ts";
import { readMetadata } from "../../lib/packager/metadata.ts";
import { LocalFiles } from "../test_files.ts";

const JPEG = Uint8Array.fromHex("ffd8ffe000104a46494600");

const VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nOne\n";

function createFiles(): LocalFiles {
  const files = new LocalFiles();
  files.write("films/art/a.jpg", JPEG);
  files.write("films/page.jpg", "<html>");
  files.write("other/b.jpg", JPEG);
  files.write("other/c.vtt", VTT);
  files.write("other/broken.vtt", "x");
  return files;
}

Deno.test("readMetadata() returns texts, and paths relative to the package", async () => {
  using files = createFiles();
  const directory = join(files.root, "films");
  const metadata = {
    title: "Film",
    description: "Of it",
    poster: join(directory, "art/a.jpg"),
    chapters: join(files.root, "other/c.vtt"),
  };
  assertEquals(await readMetadata(metadata, directory), {
    metadata: { ...metadata, poster: "art/a.jpg", chapters: "../other/c.vtt" },
    files: [metadata.poster, metadata.chapters],
  });
  assertEquals(await readMetadata({}, directory), { metadata: {}, files: [] });
});

const refused: [
  what: string,
  options: { poster?: string; chapters?: string },
  error: typeof UsageError | typeof MediaError,
  message: string,
][] = [
  [
    "a poster elsewhere",
    { poster: "other/b.jpg" },
    UsageError,
    "expected an image in the directory of the package or below it",
  ],
  ["a poster that is a page", { poster: "films/page.jpg" }, MediaError, "expected JPEG or PNG"],
  ["a missing poster", { poster: "films/none.jpg" }, MediaError, "Cannot find this file"],
  ["broken chapters", { chapters: "other/broken.vtt" }, MediaError, "Cannot find the signature"],
];

for (const [what, options, error, message] of refused) {
  Deno.test(`readMetadata() refuses ${what}`, async () => {
    using files = createFiles();
    const typed = Object.fromEntries(
      Object.entries(options).map(([name, file]) => [name, join(files.root, file)]),
    );
    await assertRejects(() => readMetadata(typed, join(files.root, "films")), error, message);
  });
}
