/** How much the indexes of films add to a package. */

import { assertLess } from "@std/assert";
import { formatPackage } from "../lib/package/package.ts";
import { formatAndClose } from "../lib/packager/build_package.ts";
import { openInputs } from "../lib/presentation/open.ts";
import { buildFilm, type FilmOptions } from "./film_movie.ts";

/** In bytes of JSON, for an hour of a track in segments of 6 seconds. */
const MAX_BYTES_PER_HOUR = 4096;

/** In bytes of JSON, for a track however short it is: its moov, and what the version hashes. */
const MAX_CONSTANT_BYTES = 5 * 1024;

/** Returns the bytes that the index of each track adds to the package, and its parts. */
async function measure(options: FilmOptions): Promise<number[]> {
  const source = buildFilm(options);
  const inputs = [{ file: "film.mp4" }];
  const opened = await openInputs(inputs, { segmentDuration: 6, open: () => source });
  const sources = new Map([["film.mp4", source]]);
  const { pack } = await formatAndClose({ ...opened, sources }, { exact: false });
  const size = formatPackage(pack).length;
  return pack.tracks.map((track) => {
    const { index: _, ...without } = track;
    const tracks = pack.tracks.map((other) => other === track ? without : other);
    return size - formatPackage({ ...pack, tracks }).length;
  });
}

const NTSC = { timescale: 30_000, frameDuration: 1001 };

const FILMS: Record<string, Omit<FilmOptions, "seconds">> = {
  "video of 25 fps": { tracks: ["video"] },
  "video of 29.97 fps, of 20 Mbit/s": { tracks: ["video"], bitrate: 20e6, ...NTSC },
  "audio": { tracks: ["audio"] },
  "video of 25 fps with audio": { tracks: ["video", "audio"] },
  "video of 29.97 fps with two audio tracks": { tracks: ["video", "audio", "audio"], ...NTSC },
};

for (const [what, film] of Object.entries(FILMS)) {
  Deno.test(`an index adds at most 4 KB for an hour of a track: ${what}`, async () => {
    const [one, three] = [
      await measure({ ...film, seconds: 3600 }),
      await measure({ ...film, seconds: 10_800 }),
    ];
    for (const [i, bytes] of one.entries()) {
      const perHour = (three[i]! - bytes) / 2;
      assertLess(perHour, MAX_BYTES_PER_HOUR);
      assertLess(bytes - perHour, MAX_CONSTANT_BYTES);
    }
  });
}
