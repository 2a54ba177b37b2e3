/** Packages with digests of their files, and versions by hand. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { type Package, parsePackage } from "../lib/package/package.ts";
import { amspackager } from "../lib/packager/command.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { openPackage } from "./open_presentation.ts";
import { readTestdata } from "./test_files.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-vtt-fra.vtt"];

/** Runs a test in a directory with copies of the files. */
async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const file of FILES) Deno.writeFileSync(join(directory, file), readTestdata(file));
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function read(path: string): Package {
  return parsePackage(Deno.readTextFileSync(path));
}

async function getVersion(path: string): Promise<string> {
  const open = (name: string) => openFile(join(dirname(path), name), name);
  const presentation = await openPackage(read(path), open);
  presentation.close();
  return presentation.version;
}

Deno.test("amspackager --exact writes a digest of each file, so that any change gives another version", () =>
  inDirectory(async (directory) => {
    const [video, text] = FILES.map((name) => join(directory, name)) as [string, string];
    const inputs = ["-i", video, "-i", text, "-d", "2"];
    const pack = async (...args: string[]) => {
      const path = join(directory, "video.json");
      const out = { line: () => {}, warn: () => {} };
      assertEquals(
        await amspackager(["-o", path, ...inputs, ...args], out, { version: "1.2.3" }),
        0,
      );
      return { ...read(path), version: await getVersion(path) };
    };
    const [plain, exact] = [await pack(), await pack("--exact")];
    assertEquals(plain.sources?.map(({ content }) => content), [undefined, undefined]);
    assertEquals(exact.sources?.map(({ file }) => file), FILES);
    const digest = async (path: string) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", Deno.readFileSync(path))).toHex();
    assertEquals(exact.sources?.[0]?.content, `sha256:${await digest(video)}`);
    assertEquals(exact.sources?.[1]?.content, `sha256:${await digest(text)}`);
    assert(plain.version !== exact.version);
    const bytes = Deno.readFileSync(video);
    const sample = new TextDecoder("latin1").decode(bytes).indexOf("mdat") + 4;
    bytes[sample + 100]! ^= 1; // the version hashes 64 bytes
    Deno.writeFileSync(video, bytes);
    assertEquals((await pack()).version, plain.version);
    assert((await pack("--exact")).version !== exact.version);
  }));

Deno.test("a revision gives another version, until it is removed", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "video.json");
    const track = { file: FILES[0], track: 1, type: "video", language: "und", name: "video" };
    const pack = { ams: 1, segmentDuration: 2, tracks: [track] };
    const versions: string[] = [];
    for (const revision of [undefined, 0, 1, undefined]) {
      Deno.writeTextFileSync(path, JSON.stringify({ ...pack, revision }));
      versions.push(await getVersion(path));
    }
    assertEquals(new Set(versions).size, 3);
    assertEquals(versions[3], versions[0]);
  }));
