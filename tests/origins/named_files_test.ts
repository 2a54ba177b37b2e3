import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { NamedFiles } from "../../lib/origins/named_files.ts";
import { parseRemoteDirectory } from "../../lib/origins/remote_path.ts";
import { parseAllowedSource } from "../../lib/storage/remote/mount_source.ts";
import { getOriginUrl } from "../../lib/storage/remote/object_url.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { readBytes } from "../../lib/storage/source.ts";
import { withDirectory } from "../packager/films.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

const readVariable = () => undefined;

/** Returns the files of a package, and the URLs and paths that it opens. */
function createFiles(directory: string, ...allowed: string[]) {
  const opened: string[] = [];
  const connect = (origin: RemoteOrigin) => {
    const reader = new MemoryOrigin();
    const open: MemoryOrigin["open"] = (path) => {
      opened.push(`${getOriginUrl(origin)} ${path}`);
      const file = { path, size: 3, etag: '"1"', modifiedAtMs: undefined };
      return Promise.resolve({ file, head: new Uint8Array([1, 2, 3]) });
    };
    return { reader: Object.assign(reader, { open }), [Symbol.dispose]: () => {} };
  };
  const files = new NamedFiles({
    directory: parseRemoteDirectory(directory, readVariable) ?? directory,
    allowed: allowed.map((source) => parseAllowedSource(source, readVariable)),
    origins: new OriginConnections(new AbortController().signal, connect),
  });
  return { files, opened };
}

const BUCKET = "https://media.s3.us-east-1.amazonaws.com/";

const found: [directory: string, file: string, opened: string][] = [
  ["s3://media/a/b", "c+ %.mp4", `${BUCKET}a/b/ c+ %.mp4`],
  ["s3://media/a/b", "./d/../e/c.mp4", `${BUCKET}a/b/ e/c.mp4`],
  ["s3://media/a/b", "../../c.mp4", `${BUCKET} c.mp4`],
  ["s3://media/a/b", "s3://media/a/b/c.mp4", `${BUCKET}a/b/ c.mp4`],
  ["http://h/a/b%20c", "d e.mp4", "http://h/a/b%20c/ d e.mp4"],
  ["http://h/a/b%20c", "../d.mp4", "http://h/a/ d.mp4"],
  ["http://h/a", "../d.mp4", "http://h/ d.mp4"],
  ["http://h/a", "http://h/a/b%20c?key=1", "http://h/a/ b%20c?key=1"],
];

for (const [directory, file, expected] of found) {
  Deno.test(`NamedFiles finds ${file} of a package in ${directory}`, async () => {
    const { files, opened } = createFiles(directory);
    const source = await files.open(file, "name");
    assertEquals([opened, source.name, source.size], [[expected], "name", 3]);
    assertEquals(await readBytes(source, 0, 3), new Uint8Array([1, 2, 3]));
    assertEquals(files.isRemote(file), true);
  });
}

for (
  const [directory, file] of [
    ["s3://media/a", "../../c.mp4"],
    ["s3://media", "../c.mp4"],
    ["http://h", "../c.mp4"],
    ["http://h/a", "../../c.mp4"],
    ["s3://media/a", "/c.mp4"],
    ["s3://media/a", "c\\d.mp4"],
  ] as const
) {
  Deno.test(`NamedFiles refuses ${file} of a package in ${directory}`, () => {
    const { files, opened } = createFiles(directory);
    const error = assertThrows(() => files.open(file, "name"), MediaError);
    const why = "Cannot access this file: it is outside of the bucket or the web server";
    assertEquals([error.message, opened], [`name: ${why}`, []]);
  });
}

Deno.test("NamedFiles opens files of a directory, and URLs below what is allowed", () =>
  withDirectory(async (directory) => {
    await Deno.writeFile(join(directory, "a.vtt"), new Uint8Array(2));
    const { files, opened } = createFiles(directory, "https://a.example/films");
    const local = await files.open("a.vtt", "a.vtt");
    assertEquals([local.size, files.isRemote("a.vtt")], [2, false]);
    local.close();
    const url = "https://a.example/films/b.mp4?key=1";
    assertEquals(files.resolveUrl(url), url);
    assertEquals(files.resolveUrl("https://a.example/other/b.mp4"), undefined);
    assertEquals((await files.open(url, "b.mp4")).size, 3);
    assertEquals(opened, ["https://a.example/films/ b.mp4?key=1"]);
    assertEquals(files.isRemote(url), true);
    await assertRejects(async () => await files.open("none", "none"), MediaError, "none: Cannot");
  }));
