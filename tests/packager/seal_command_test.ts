import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { sealCommand } from "../../lib/packager/seal_command.ts";
import { SEAL_HELP } from "../../lib/packager/seal_options.ts";
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
  let closed = 0;
  const connect = () => ({ reader: origin, [Symbol.dispose]: () => void closed++ });
  await sealCommand(args, out, { version: "1.2.3", connect });
  return { lines, closed };
}

Deno.test("amspackager seal writes the entity tags to the package", () =>
  withDirectory(async (directory) => {
    const path = join(directory, "video.json");
    Deno.writeTextFileSync(path, TEXT);
    const args = ["--from", "http://a.example/", path];
    const tried = await run(["--dry-run", ...args], '"5"');
    assertEquals(tried, { lines: [`Would seal ${path}: 1 file`], closed: 1 });
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

Deno.test("amspackager seal prints help and version", async () => {
  assertEquals((await run(["--help"], '"5"')).lines, [SEAL_HELP]);
  assertEquals((await run(["--version"], '"5"')).lines, ["amspackager 1.2.3"]);
});
