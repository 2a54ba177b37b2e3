import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { InputFiles } from "../../lib/packager/input_files.ts";
import type { ResolvedInput } from "../../lib/packager/resolve_paths.ts";
import { readBytes } from "../../lib/storage/source.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { withDirectory } from "./films.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
const ORIGIN = { kind: "http", url: "https://a.example/" } as const;

function open(directory: string) {
  const origin = new MemoryOrigin();
  origin.write("b.mp4", BYTES);
  const connect = () => ({ reader: origin, [Symbol.dispose]() {} });
  const inputs = [
    { file: "a.mp4", name: "a.mp4", path: join(directory, "a.mp4") },
    { file: "b.mp4", name: "B", path: "", remote: { origin: ORIGIN, name: "b.mp4" } },
  ] as ResolvedInput[];
  const origins = new OriginConnections(new AbortController().signal, connect);
  return { origin, files: new InputFiles({ inputs, origins }) };
}

Deno.test("InputFiles open remote files once, and read them again synchronously", () =>
  withDirectory(async (directory) => {
    await Deno.writeFile(join(directory, "a.mp4"), BYTES.subarray(1));
    const { origin, files: opened } = open(directory);
    using files = opened;
    const local = await files.open("a.mp4");
    assertEquals([local.synchronous, local.size], [true, BYTES.length - 1]);
    local.close();
    const first = await files.open("B");
    assertEquals([first.synchronous, first.etag], [false, '"1"']);
    assertEquals(await readBytes(first, 200_000, 10), BYTES.subarray(200_000, 200_010));
    first.close();
    const read = await files.withRemembered(async () => {
      const again = await files.open("B");
      assertEquals(again.synchronous, true);
      return [await readBytes(again, 200_005, 5), await readBytes(again, 100_000, 5)];
    });
    assertEquals(read, [BYTES.subarray(200_005, 200_010), BYTES.subarray(100_000, 100_005)]);
    assertEquals([origin.count("open"), origin.count("read")], [1, 2]);
  }));

Deno.test("InputFiles.digest() reads a remote file once", () =>
  withDirectory(async (directory) => {
    await Deno.writeFile(join(directory, "a.mp4"), BYTES);
    const { origin, files: opened } = open(directory);
    using files = opened;
    const digest = await files.digest("B", await files.open("B"));
    assertEquals(await files.digest("a.mp4", await files.open("a.mp4")), digest);
    const { sentBytes } = origin;
    assertEquals(await files.digest("B", await files.open("B")), digest);
    assertEquals(origin.sentBytes, sentBytes);
  }));

Deno.test("InputFiles.open() fails for a file that is not there", () =>
  withDirectory(async (directory) => {
    const { origin, files: opened } = open(directory);
    using files = opened;
    origin.remove("b.mp4");
    for (const name of ["a.mp4", "B"]) {
      await assertRejects(() => files.open(name), MediaError, "Cannot find this file");
    }
  }));
