/** amspackager with invalid and damaged files. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { ascii, concat, memorySource, u32 } from "../mp4/movie_file.ts";
import { parsePackage } from "../../lib/package/package.ts";
import { openPackage } from "../open_presentation.ts";
import { findBoxes } from "./boxes.ts";
import { AUDIO, type Case, MANY, many, singleTrackMovie, VIDEO } from "./cases.ts";
import { damageFile } from "./damage.ts";
import { Prng } from "./prng.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

const FILM = await Deno.readFile(new URL("../../testdata/pair-avc-aac.mp4", import.meta.url));

const INVALID: Required<Case>[] = [
  ["random bytes", () => Uint8Array.from(many(() => prng.below(256))), /Cannot find a moov box/],
  ["a truncated moov", () => FILM.slice(0, -100), /moov: Cannot read \d+ bytes where/],
  [
    "a timescale of 0",
    () => singleTrackMovie({ like: VIDEO, timescale: 0 }),
    /moov\/trak\/mdia\/mdhd: Cannot /,
  ],
  [
    "a huge count",
    () => singleTrackMovie({ like: VIDEO, sizes: { each: 9, count: 2 ** 32 - 1 } }),
    /stsz: Cannot/,
  ],
  ["no track", () => syntheticMovie([]), /Cannot find a track to play$/],
  [
    "no sample that is presented",
    () => singleTrackMovie({ like: AUDIO, durations: [[3, 0]] }),
    /Cannot find a sample that/,
  ],
  [
    "more tracks than a file may have",
    () => syntheticMovie(many(() => ({ like: AUDIO, sizes: [5] }), 1001)),
    /moov\/trak: Cannot read more than 1000 tracks/,
  ],
  [
    "samples that share their bytes",
    () =>
      singleTrackMovie({
        like: VIDEO,
        sizes: many(() => 900),
        chunks: [[1, 1, 1]],
        offsets: many(() => 0),
      }),
    new RegExp(`Cannot find ${900 * MANY} bytes of samples in a file of`),
  ],
  [
    "a box of 1 TB",
    () => concat(u32(1), ascii("moov"), u32(256, 0)),
    /moov: Cannot read \d+ bytes/,
  ],
];

const prng = new Prng("random bytes");

for (const [trait, build, expected] of INVALID) {
  Deno.test(`amspackager() rejects ${trait} with one line, and preserves the old package`, () =>
    withDirectory(async (directory) => {
      const { code, errors } = await packageMovie(directory, build());
      assertEquals([code, errors.length], [1, 1], errors.join("\n"));
      assertMatch(errors[0]!, expected);
      checkOldPackage(directory, errors);
    }));
}

Deno.test("amspackager() packages damaged movies, or rejects them with one line that names the movie", () =>
  withDirectory(async (directory) => {
    const codes = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { bytes, how } = damageFile(FILM, FILM, new Prng(`amspackager ${seed}`));
      const { code, errors } = await packageMovie(directory, bytes);
      codes.add(code);
      if (code === 0) JSON.parse(await Deno.readTextFile(join(directory, "video.json")));
      else {
        assertEquals([code, errors.length], [1, 1], `seed ${seed}: ${how}: ${errors.join("\n")}`);
        checkOldPackage(directory, errors);
      }
    }
    assertEquals([...codes].sort(), [0, 1]);
  }));

Deno.test("amspackager() packages a track whose track_ID is 0, as ams plays it", () =>
  withDirectory(async (directory) => {
    const movie = singleTrackMovie({ like: AUDIO });
    const { offset } = findBoxes(movie).find(({ type }) => type === "tkhd")!;
    movie.set(u32(0), offset + 20);
    assertEquals(await packageMovie(directory, movie), { code: 0, errors: [] });
    const pack = parsePackage(await Deno.readTextFile(join(directory, "video.json")));
    assertEquals(pack.tracks.map(({ track }) => track), [0]);
    const { renditions } = await openPackage(pack, () => memorySource(movie).source);
    assertEquals(renditions.size, 1);
  }));

interface Packaged {
  code: number;
  errors: string[];
}

/** Packages a movie in a directory that contains an old package. */
async function packageMovie(directory: string, bytes: Uint8Array): Promise<Packaged> {
  await Deno.writeFile(join(directory, "film.mp4"), bytes);
  await Deno.writeTextFile(join(directory, "video.json"), "old");
  const errors: string[] = [];
  const out = { line: () => {}, warn: (text: string) => errors.push(text) };
  const args = ["-o", join(directory, "video.json"), "-i", join(directory, "film.mp4")];
  const code = await amspackager(args, out, { version: "1.2.3" });
  return { code, errors: errors.filter((line) => !line.startsWith("-- Warning: ")) };
}

function checkOldPackage(directory: string, [line]: readonly string[]): void {
  assertMatch(line!, /^amspackager: \P{Cc}*Cannot \P{Cc}*$/u);
  assert(line!.length < 1000 && !/internal error|\.ts:\d/i.test(line!), line);
  assertEquals(Deno.readTextFileSync(join(directory, "video.json")), "old");
  const files = Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
  assertEquals(files, ["film.mp4", "video.json"]);
}

async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
