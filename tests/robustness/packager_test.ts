/** amspackager on files that lie: tests/packager_test.ts has those that are none. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { ascii, concat, u32 } from "../mp4/movie_file.ts";
import { AUDIO, type Case, MANY, many, singleTrackMovie, VIDEO } from "./cases.ts";
import { damageFile } from "./damage.ts";
import { Prng } from "./prng.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

const FILM = await Deno.readFile(new URL("../../testdata/pair-avc-aac.mp4", import.meta.url));

const INVALID: Required<Case>[] = [
  ["random bytes", () => Uint8Array.from(many(() => prng.below(256))), /Cannot find a moov box/],
  ["a moov that is cut off", () => FILM.slice(0, -100), /moov: Cannot read \d+ bytes where/],
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
    "nothing that is shown",
    () => singleTrackMovie({ like: AUDIO, durations: [[3, 0]] }),
    /Cannot find a sample that/,
  ],
  [
    "more tracks than a package may name",
    () => syntheticMovie(many(() => ({ like: AUDIO, sizes: [5] }), 1001)),
    /tracks: Cannot use an array: at most 1000 tracks are wanted/,
  ],
  [
    "samples that are all the same bytes",
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

for (const [what, make, refusal] of INVALID) {
  Deno.test(`amspackager refuses ${what} in one line, and leaves the old package`, () =>
    withDirectory(async (folder) => {
      const { code, errors } = await packageMovie(folder, make());
      assertEquals([code, errors.length], [1, 1], errors.join("\n"));
      assertMatch(errors[0]!, refusal);
      checkOldPackage(folder, errors);
    }));
}

Deno.test("amspackager packages damaged films, or refuses them in one line that names the film", () =>
  withDirectory(async (folder) => {
    const codes = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { bytes, how } = damageFile(FILM, FILM, new Prng(`amspackager ${seed}`));
      const { code, errors } = await packageMovie(folder, bytes);
      codes.add(code);
      if (code === 0) JSON.parse(await Deno.readTextFile(join(folder, "video.json")));
      else {
        assertEquals([code, errors.length], [1, 1], `seed ${seed}: ${how}: ${errors.join("\n")}`);
        checkOldPackage(folder, errors);
      }
    }
    assertEquals([...codes].sort(), [0, 1]);
  }));

interface Packaged {
  code: number;
  errors: string[];
}

/** Where an old package must not be lost. */
async function packageMovie(folder: string, bytes: Uint8Array): Promise<Packaged> {
  await Deno.writeFile(join(folder, "film.mp4"), bytes);
  await Deno.writeTextFile(join(folder, "video.json"), "old");
  const errors: string[] = [];
  const out = { line: () => {}, warn: (text: string) => errors.push(text) };
  const args = ["-o", join(folder, "video.json"), "-i", join(folder, "film.mp4")];
  const code = await amspackager(args, out, "1.2.3");
  return { code, errors: errors.filter((line) => !line.startsWith("-- Warning: ")) };
}

function checkOldPackage(folder: string, [line]: readonly string[]): void {
  assertMatch(line!, /^amspackager: \P{Cc}*Cannot \P{Cc}*$/u);
  assert(line!.length < 1000 && !/defect in AMS|\.ts:\d/.test(line!), line);
  assertEquals(Deno.readTextFileSync(join(folder, "video.json")), "old");
  const files = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  assertEquals(files, ["film.mp4", "video.json"]);
}

async function withDirectory(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
