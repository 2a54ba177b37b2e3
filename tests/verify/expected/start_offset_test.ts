import { assertEquals } from "@std/assert";
import { avc } from "../../../lib/codecs/avc.ts";
import type { Movie } from "../../../lib/mp4/movie.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { Source } from "../../../lib/storage/source.ts";
import { computeStartOffset } from "../../../lib/verify/expected/start_offset.ts";
import { buildTrack, MOVIE_TIMESCALE, SOURCE } from "../../presentation/synthetic_track.ts";

/** A file of one track: decode time of its first sample, in ticks of 90 kHz, and an empty edit in ms. */
type File = [start: number, emptyEdit?: number];

/** In seconds: more than 2^31 ticks. */
const HOURS = 24_000;

const cases: [what: string, files: File[], ticks: number][] = [
  ["files that start at 0", [[0], [0]], 0],
  ["a start that is not late", [[90_000]], 0],
  ["a late start", [[90_001]], 90_001],
  ["a start that does not fit into a trun", [[2 ** 31]], 2 ** 31],
  ["an empty edit", [[0, 1000 * HOURS + 999]], 90_000 * HOURS + 89_910],
  ["the earliest of several files", [[0, 1000 * HOURS], [90_000 * (HOURS + 7)]], 90_000 * HOURS],
  ["a late file and one that starts at 0", [[90_000 * HOURS], [0]], 0],
];

for (const [what, files, ticks] of cases) {
  Deno.test(`computeStartOffset() of ${what} is ${ticks} ticks`, () => {
    const movies = new Map<Source, Movie>();
    const renditions = files.map(([start, emptyEdit]) => {
      const edits = emptyEdit === undefined ? [] : [
        { duration: emptyEdit, mediaTime: -1, rate: 1 },
        { duration: 0, mediaTime: 0, rate: 1 },
      ];
      const track = buildTrack({ durations: 3600, count: 2, start }, 90_000, edits);
      const source = { ...SOURCE };
      movies.set(source, { timescale: MOVIE_TIMESCALE, tracks: [track] } as unknown as Movie);
      return { source, track, codec: avc } as unknown as MediaRendition;
    });
    assertEquals(computeStartOffset(renditions, movies).ticks, ticks);
  });
}

Deno.test("computeStartOffset() of several edits is in ticks of the rendition", () => {
  const edits = [
    { duration: 1_001, mediaTime: -1, rate: 1 }, // 1101.1 ticks of the track
    { duration: 500, mediaTime: 0, rate: 1 },
    { duration: 500, mediaTime: 2000, rate: 1 },
  ];
  const track = buildTrack({ durations: 44, count: 100 }, 1100, edits);
  const source = { ...SOURCE };
  const movie = { timescale: MOVIE_TIMESCALE, tracks: [track] } as unknown as Movie;
  const rendition = { source, track, type: "video", codec: avc, timing: { timescale: 11_000 } };
  const renditions = [rendition as unknown as MediaRendition];
  const start = computeStartOffset(renditions, new Map([[source, movie]]));
  assertEquals(start, { ticks: 11_011, timescale: 11_000 });
});
