import { assertEquals } from "@std/assert";
import type { Movie } from "../../../lib/mp4/movie.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { computeStartOffset } from "../../../lib/verify/expected/start_offset.ts";
import { buildTrack, MOVIE_TIMESCALE, SOURCE } from "../../presentation/synthetic_track.ts";

/** A file of one track: decode time of its first sample, in ticks of 90 kHz, and an empty edit in ms. */
type File = [start: number, emptyEdit?: number];

/** In seconds: more than 2^31 ticks. */
const HOURS = 24_000;

const cases: [what: string, files: File[], seconds: number][] = [
  ["files that start at 0", [[0], [0]], 0],
  ["the largest offset that fits into a trun", [[2 ** 31 - 1]], 0],
  ["the smallest that does not", [[2 ** 31]], 23860], // 2^31 / 90000 = 23860.93
  ["an empty edit", [[0, 1000 * HOURS + 999]], HOURS],
  ["the earliest of several files", [[0, 1000 * HOURS], [90_000 * (HOURS + 7)]], HOURS],
  ["one file that starts late", [[90_000 * HOURS], [90_000]], 1],
  ["a late file and one that starts at 0", [[90_000 * HOURS], [0]], 0],
];

for (const [what, files, seconds] of cases) {
  Deno.test(`computeStartOffset() of ${what} is ${seconds} s`, () => {
    const movies = new Map<Source, Movie>();
    const renditions = files.map(([start, emptyEdit]) => {
      const edits = emptyEdit === undefined ? [] : [
        { duration: emptyEdit, mediaTime: -1, rate: 1 },
        { duration: 0, mediaTime: 0, rate: 1 },
      ];
      const track = buildTrack({ durations: 3600, count: 2, start }, 90_000, edits);
      const source = { ...SOURCE };
      movies.set(source, { timescale: MOVIE_TIMESCALE, tracks: [track] } as unknown as Movie);
      return { source, track } as unknown as MediaRendition;
    });
    assertEquals(computeStartOffset(renditions, movies), seconds);
  });
}
