import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { sealCommand } from "../../lib/packager/seal_command.ts";
import { SEAL_HELP } from "../../lib/packager/seal_options.ts";
import type { ObjectUpload } from "../../lib/storage/remote/object_upload.ts";
import { buildSealedPackage } from "../sealed_package.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { readTestdata } from "../test_files.ts";
import { withDirectory } from "./films.ts";

const FILE = "ladder-avc-240p.mp4";
const { sources, ...REST } = await buildSealedPackage([FILE]);
const TEXT = formatPackage({ ...REST, sources: sources!.map(({ etag: _, ...rest }) => rest) });

async function run(args: readonly string[], etag: string) {
  const lines: string[] = [];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => lines.push(text),
  };
  const origin = new MemoryOrigin();
  origin.write(FILE, readTestdata(FILE), etag);
  origin.write("video.json", new TextEncoder().encode(TEXT));
  let closed = 0;
  const written: ObjectUpload[] = [];
  const connect = () => ({
    reader: origin,
    write: (object: ObjectUpload) => Promise.resolve(void written.push(object)),
    [Symbol.dispose]: () => void closed++,
  });
  await sealCommand(args, out, { version: "1.2.3", connect });
  return { lines, closed, written };
}

Deno.test("amspackager seal writes the entity tags to the package", () =>
  withDirectory(async (directory) => {
    const path = join(directory, "video.json");
    Deno.writeTextFileSync(path, TEXT);
    const args = ["--from", "http://a.example/", path];
    const tried = await run(["--dry-run", ...args], '"5"');
    assertEquals(tried, { lines: [`Would seal ${path}: 1 file`], closed: 1, written: [] });
    assertEquals(Deno.readTextFileSync(path), TEXT);
    assertEquals((await run(args, '"5"')).lines, [`Sealed ${path}: 1 file`]);
    const { sources: [sealed] = [] } = parsePackage(Deno.readTextFileSync(path));
    assertEquals(sealed?.etag, '"5"');
  }));

Deno.test("amspackager seal leaves a package as it is that cannot be sealed", () =>
  withDirectory(async (directory) => {
    const path = join(directory, "video.json");
    Deno.writeTextFileSync(path, TEXT);
    await assertRejects(() => run(["--from", "http://a.example/", path], 'W/"5"'), MediaError);
    assertEquals(Deno.readTextFileSync(path), TEXT);
  }));

Deno.test("amspackager seal replaces a package in a bucket, once all files are as they were", async () => {
  const file = "s3://media/video.json";
  const { lines, closed, written } = await run([`${file}?region=x`], '"5"');
  assertEquals([lines, closed], [[`Sealed ${file}: 1 file`], 1]);
  assertEquals(written.map(({ path, type }) => [path, type]), [["video.json", "application/json"]]);
  const { sources: [sealed] = [] } = parsePackage(new TextDecoder().decode(written[0]!.bytes));
  assertEquals(sealed?.etag, '"5"');
  const tried = await run(["--dry-run", file], '"5"');
  assertEquals([tried.lines, tried.written], [[`Would seal ${file}: 1 file`], []]);
  await assertRejects(() => run([file], 'W/"5"'), MediaError);
});

Deno.test("amspackager seal names a package in a bucket that is missing", async () => {
  const error = await assertRejects(() => run(["s3://media/other.json"], '"5"'), MediaError);
  assertEquals(error.file, "s3://media/other.json");
});

Deno.test("amspackager seal prints help and version", async () => {
  assertEquals((await run(["--help"], '"5"')).lines, [SEAL_HELP]);
  assertEquals((await run(["--version"], '"5"')).lines, ["amspackager 1.2.3"]);
});
