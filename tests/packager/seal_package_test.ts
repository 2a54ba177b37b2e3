import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, SourceError } from "../../lib/errors.ts";
import type { Package } from "../../lib/package/package.ts";
import { sealPackage } from "../../lib/packager/seal_package.ts";
import { buildSealedPackage } from "../sealed_package.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { readTestdata } from "../test_files.ts";

const FILES = ["pair-avc-aac.mp4", "frag-avc-cmaf.mp4", "ladder-vtt-fra.vtt"];
const { signal } = new AbortController();

const { sources, ...REST } = await buildSealedPackage(FILES);
const PACKAGE: Package = {
  ...REST,
  sources: sources!.map(({ etag: _, ...source }) => source),
};

function createOrigin(): MemoryOrigin {
  const origin = new MemoryOrigin();
  for (const file of FILES) origin.write(file, readTestdata(file), `"${file}"`);
  return origin;
}

Deno.test("sealPackage() adds the entity tag of each file, and keeps the rest", async () => {
  const removed = { file: "removed.mp4", size: 1, digest: sources![0]!.digest! };
  const pack = { ...PACKAGE, sources: [...PACKAGE.sources!, removed] };
  assertEquals(await sealPackage(pack, createOrigin(), signal), {
    ...REST,
    sources: [
      ...PACKAGE.sources!.map((source) => ({ ...source, etag: `"${source.file}"` })),
      removed,
    ],
  });
});

const [FIRST] = FILES as [string, string, string];

/** Changes the first sample, of which the digest has the start. */
function changeMedia(bytes: Uint8Array): Uint8Array {
  const at = new TextDecoder("latin1").decode(bytes).indexOf("mdat") + 4;
  return bytes.with(at, bytes[at]! ^ 1);
}

const refusals: [what: string, change: (origin: MemoryOrigin) => void, message: string][] = [
  [
    "a file that is missing",
    (origin) => origin.remove(FIRST),
    "Cannot find this file at the origin",
  ],
  [
    "a file of another size",
    (origin) => origin.write(FIRST, readTestdata("ladder-avc-240p.mp4")),
    "Cannot seal this file: the origin has 50999 bytes, and the package",
  ],
  [
    "other media of the same size",
    (origin) => origin.write(FIRST, changeMedia(readTestdata(FIRST))),
    "Cannot seal this file: the origin has another file of the same size",
  ],
  [
    "a weak entity tag",
    (origin) => origin.write(FIRST, readTestdata(FIRST), 'W/"1"'),
    "Cannot seal this file: the origin sends no strong ETag of it",
  ],
  [
    "an origin that does not respond",
    (origin) => origin.failure = new SourceError("SOURCE_UNAVAILABLE", "Cannot reach it"),
    "Cannot reach it",
  ],
];

for (const [what, change, message] of refusals) {
  Deno.test(`sealPackage() refuses ${what}`, async () => {
    const origin = createOrigin();
    change(origin);
    const error = await assertRejects(() => sealPackage(PACKAGE, origin, signal), MediaError);
    assertEquals(
      error.message.slice(0, FIRST.length + 2 + message.length).replace(/\d+ bytes/, "50999 bytes"),
      `${FIRST}: ${message}`,
    );
  });
}

Deno.test("sealPackage() leaves files that a package names by URLs", async () => {
  const origin = createOrigin();
  const move = <T extends { file: string }>(it: T) =>
    it.file === FIRST ? { ...it, file: `https://a.example/${FIRST}` } : it;
  const known = PACKAGE.sources!.map(move);
  const pack = { ...PACKAGE, tracks: PACKAGE.tracks.map(move), sources: known };
  const sealed = await sealPackage(pack, origin, signal);
  assertEquals(sealed.sources!.find(({ file }) => file === move({ file: FIRST }).file), known[0]);
  assertEquals(origin.requests.some(({ path }) => path.includes(FIRST)), false);
});

Deno.test("sealPackage() refuses a package without digests, and files elsewhere", async () => {
  const origin = createOrigin();
  const refuse = (pack: Package, message: string) =>
    assertRejects(() => sealPackage(pack, origin, signal), MediaError, message);
  await refuse(REST, `${FIRST}: Cannot seal this file: the package has no digest of it`);
  const move = <T extends { file: string }>(it: T) => ({ ...it, file: `../${it.file}` });
  await refuse(
    { ...PACKAGE, tracks: PACKAGE.tracks.map(move), sources: PACKAGE.sources!.map(move) },
    `../${FIRST}: Cannot seal this file: it is not in the directory of the package`,
  );
  assertEquals(origin.requests, []);
});
