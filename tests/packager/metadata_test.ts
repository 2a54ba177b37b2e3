import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { MediaError } from "../../lib/errors.ts";
import { readMetadata } from "../../lib/packager/metadata.ts";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { parseRemotePath } from "../../lib/origins/remote_path.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { LocalFiles } from "../test_files.ts";

const memory = new MemoryOrigin();

const origins = new OriginConnections(
  new AbortController().signal,
  () => ({ reader: memory, [Symbol.dispose]: () => {} }),
);

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
  assertEquals(await readMetadata(metadata, { directory, origins }), {
    metadata: { ...metadata, poster: "art/a.jpg", chapters: "../other/c.vtt" },
    files: [metadata.poster, metadata.chapters],
  });
  assertEquals(await readMetadata({}, { directory, origins }), { metadata: {}, files: [] });
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
    await assertRejects(
      () => readMetadata(typed, { directory: join(files.root, "films"), origins }),
      error,
      message,
    );
  });
}

memory.write("a.jpg", JPEG);
memory.write("c.vtt", new TextEncoder().encode(VTT));
memory.write("page.jpg", new TextEncoder().encode("<html>"));

const BUCKET = { directory: "", origins, remote: parseRemotePath("s3://media/films/v.json")! };

const uploaded: [options: object, metadata: object][] = [
  [{ poster: "s3://media/films/a.jpg?ca=x" }, { poster: "a.jpg" }],
  [{ poster: "s3://media/films/art/a.jpg" }, { poster: "art/a.jpg" }],
  [{ chapters: "s3://media/films/c.vtt" }, { chapters: "c.vtt" }],
  [{ chapters: "s3://media/c.vtt?ca=x" }, { chapters: "s3://media/c.vtt" }],
  [{ chapters: "http://a.example/c.vtt" }, { chapters: "http://a.example/c.vtt" }],
];

for (const [options, metadata] of uploaded) {
  Deno.test(`readMetadata() of a package in a bucket reads ${JSON.stringify(options)}`, async () => {
    assertEquals((await readMetadata(options, BUCKET)).metadata, metadata);
  });
}

const refusedRemote: [
  options: object,
  error: typeof UsageError | typeof MediaError,
  why: string,
][] = [
  [{ poster: "a.jpg" }, UsageError, 'Cannot use --poster "a.jpg": expected http(s):// or s3://'],
  [{ chapters: "c.vtt" }, UsageError, 'Cannot use --chapters "c.vtt": expected http(s):// or'],
  [
    { poster: "s3://media/a.jpg?region=x" },
    UsageError,
    'Cannot use --poster "s3://media/a.jpg": expected an image in the directory of the package',
  ],
  [{ poster: "s3://media/films/page.jpg" }, MediaError, "s3://media/films/page.jpg: Cannot use"],
  [{ chapters: "s3://media/none.vtt?region=x" }, MediaError, "s3://media/none.vtt: Cannot find"],
];

for (const [options, error, why] of refusedRemote) {
  Deno.test(`readMetadata() of a package in a bucket refuses ${JSON.stringify(options)}`, async () => {
    await assertRejects(() => readMetadata(options, BUCKET), error, why);
  });
}

Deno.test("readMetadata() of a local package reads chapters of an origin, but no poster", async () => {
  const place = { directory: Deno.cwd(), origins };
  const chapters = "s3://media/c.vtt";
  assertEquals((await readMetadata({ chapters }, place)).metadata, { chapters });
  const poster = "s3://media/a.jpg";
  await assertRejects(() => readMetadata({ poster }, place), UsageError, "expected an image in");
});
