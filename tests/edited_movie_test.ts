/** A packaged movie that is edited in place on slow storage: its index is of the file as it was. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { formatPackage, type Package } from "../lib/package/package.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { buildLongFile } from "./long_movie.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { ascii, box, fullBox, memorySource, u16 } from "./mp4/movie_file.ts";
import { openInputs } from "./open_presentation.ts";
import { serveFiles } from "./serve_files.ts";

const UDTA = box("udta", fullBox("titl", 0, 0, u16(0x55c4), ascii("Title\0")));
const MOVIE = readAll(buildLongFile({ seconds: 7200, more: UDTA }).source);
const PACKAGE = await buildPackage(MOVIE);

function readAll(source: ReturnType<typeof buildLongFile>["source"]): Uint8Array {
  const bytes = new Uint8Array(source.size);
  source.read(0, bytes);
  return bytes;
}

async function buildPackage(movie: Uint8Array): Promise<Package> {
  const open = () => memorySource(movie, "movie.mp4").source;
  const inputs = [{ file: "movie.mp4" }];
  return toPackage(await openInputs(inputs, { segmentDuration: 4, open, maxProbes: 0 }));
}

interface Served {
  readonly version: string;
  /** Warnings about the index. */
  readonly stale: number;
  readonly bodies: readonly Uint8Array[];
}

/** Serves the movie from slow storage, and returns what depends on its moov. */
async function serveMovie(movie: Uint8Array, pack: Package): Promise<Served | number> {
  const storage = new MemoryStorage();
  storage.write("movie.mp4", movie);
  storage.write("movie.json", formatPackage(pack));
  using server = serveFiles(storage);
  const get = async (url: string) => (await server.get(`/movie.json/${url}`))[1];
  const [status, info] = await server.get("/movie.json/about.json");
  if (status !== 200) return status;
  const { version, warnings, renditions } = JSON.parse(new TextDecoder().decode(info));
  const urls = renditions.map(({ init }: { init: string }) => init);
  return {
    version,
    stale: warnings.filter((text: string) => text.includes("the index of")).length,
    bodies: await Promise.all([".mpd", "master.m3u8", ...urls].map(get)),
  };
}

function findNth(bytes: Uint8Array, type: string, n: number): number {
  const text = ascii(type);
  let at = -1;
  for (let i = 0; i < n; i++) {
    do at = bytes.indexOf(text[0]!, at + 1); while (
      text.some((byte, k) => bytes[at + k] !== byte)
    );
  }
  return at;
}

/** Name of the edit, box type, number of the box, and the offset of the byte behind its type. */
const EDITS: readonly [what: string, type: string, n: number, offset: number][] = [
  ["the time of modification in mvhd", "mvhd", 1, 11],
  ["the time of modification in the first tkhd", "tkhd", 1, 11],
  ["the language in the first mdhd", "mdhd", 1, 20],
  ["the language in the second mdhd", "mdhd", 2, 20],
  ["the handler name of the second track", "hdlr", 2, 26],
  ["the sample entry of the first track", "avcC", 1, 7],
  ["the sample entry of the second track", "esds", 1, 25],
  ["the title in udta", "titl", 1, 7],
  ["a sync sample in the middle", "stss", 1, 8 + 4 * 1800 + 3],
  ["a chunk offset in the middle of the first track", "stco", 1, 8 + 4 * 7200 + 3],
  ["a chunk offset in the middle of the second track", "stco", 2, 8 + 4 * 7200 + 3],
  ["the first composition offset", "ctts", 1, 15],
  ["the last composition offset", "ctts", 1, 8 + 8 * (7200 * 25 - 1) + 7],
  ["a size at the end of the second track", "stsz", 2, 12 + 4 * (337_500 - 1) + 3],
];

const ORIGINAL = await serveMovie(MOVIE, PACKAGE) as Served;

Deno.test("a package's index of an unchanged movie is used", () => {
  assertEquals(ORIGINAL.stale, 0);
});

for (const [what, type, n, offset] of EDITS) {
  Deno.test(`a package's index is not used after an edit of ${what}`, async () => {
    const edited = MOVIE.slice();
    const at = findNth(edited, type, n) + 4 + offset;
    edited[at]! ^= 1;
    const tracks = PACKAGE.tracks.map(({ index: _, ...track }) => track);
    const expected = await serveMovie(edited, { ...PACKAGE, tracks });
    const served = await serveMovie(edited, PACKAGE);
    if (typeof expected === "number" || typeof served === "number") {
      return assertEquals(served, expected);
    }
    assertEquals(served.version, expected.version);
    assertEquals(served.bodies, expected.bodies);
    assertEquals(served.stale, 2);
  });
}

for (const offset of [20_000_000, MOVIE.length - 100_000]) {
  Deno.test(`a package's index is not used after an edit of all media from ${offset}`, async () => {
    const edited = MOVIE.slice();
    for (let i = offset; i < edited.length; i++) edited[i]! ^= 1;
    const served = await serveMovie(edited, PACKAGE) as Served;
    assertNotEquals(served.version, ORIGINAL.version);
    assert(served.bodies.length > 0);
  });
}
