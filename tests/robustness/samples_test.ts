/** Movies whose sample tables could make a reader iterate, read or allocate far more than they contain. */

import { visualEntry } from "../mp4/movie_file.ts";
import {
  AUDIO,
  type Case,
  IMAGES,
  MANY,
  many,
  ONE_BYTE_SAMPLES,
  singleTrackMovie,
  testCases,
  VIDEO,
} from "./cases.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

const SAMPLES: Case[] = [
  ["a sample description that changes at every sample", () =>
    singleTrackMovie({
      like: VIDEO,
      entries: 2,
      sizes: ONE_BYTE_SAMPLES,
      chunks: many((i) => [i + 1, 1, 1 + i % 2]),
      offsets: many((i) => i),
      syncs: [1],
    }, MANY)],
  [
    "more segments than a playlist lists",
    () =>
      singleTrackMovie({
        like: AUDIO,
        timescale: 1,
        durations: [[2 ** 18 + 1, 6]],
        sizes: { each: 1, count: 2 ** 18 + 1 },
      }, 2 ** 18 + 1),
    /^film\.mp4: Cannot serve more than 262144 segments; choose a longer segment duration$/,
  ],
  [
    "more segments in all tracks than fit into memory",
    () =>
      syntheticMovie(
        many(() => ({
          like: AUDIO,
          timescale: 1,
          durations: [[2 ** 15, 6]],
          sizes: { each: 1, count: 2 ** 15 },
        }), 65),
        2 ** 20,
      ),
    /^film\.mp4: Cannot serve 2129920 segments of all tracks, expected at most 2097152; choose a longer seg/,
  ],
  ["many sample descriptions", () => singleTrackMovie({ like: AUDIO, entries: 5000 })],
  [
    "an unused sample entry that is invalid",
    () => singleTrackMovie({ like: VIDEO, moreEntries: [visualEntry("avc1")] }),
    /^film\.mp4: moov\/trak\/mdia\/minf\/stbl\/stsd\/avc1: Cannot describe avc1 without avcC$/,
  ],
  [
    "an unused sample entry of another codec",
    () => singleTrackMovie({ like: VIDEO, moreEntries: [visualEntry("zzzz")] }),
  ],
  [
    "empty samples only",
    () => singleTrackMovie({ like: VIDEO, sizes: many(() => 0) }),
    /^film\.mp4: Cannot find a track to play: track 1 is left out: it contains no sample$/,
  ],
  [
    "empty samples between others",
    () => singleTrackMovie({ like: VIDEO, sizes: many((i) => i % 100 ? 0 : 1) }, MANY),
  ],
  ["no sync sample", () => singleTrackMovie({ like: VIDEO, syncs: [] })],
  ["images of one byte", () => {
    const audio = { like: AUDIO, sizes: { each: 1, count: 3 } };
    return syntheticMovie([{ like: IMAGES, sizes: ONE_BYTE_SAMPLES }, audio], MANY);
  }],
  [
    "empty images at one time",
    () => singleTrackMovie({ like: IMAGES, sizes: many(() => 0), durations: [[MANY, 0]] }),
    /Cannot find a track to play: track 1 is left out/,
  ],
  ["samples at alternating offsets", () => {
    const offsets = many((i) => i % 32 * 62000, 4000);
    const chunks = [[1, 1, 1]];
    return singleTrackMovie({
      like: VIDEO,
      sizes: { each: 1, count: 4000 },
      chunks,
      offsets,
      syncs: [1],
    }, 2e6);
  }],
  [
    "samples that share their bytes",
    () =>
      singleTrackMovie({
        like: VIDEO,
        sizes: many(() => 1000),
        chunks: [[1, 1, 1]],
        offsets: many(() => 0),
      }),
    /Cannot find 20000000 bytes of samples in a file of \d+ bytes$/,
  ],
  [
    "tracks that share their bytes",
    () =>
      syntheticMovie(many(() => ({ like: AUDIO, sizes: { each: 1, count: 100000 } }), 200), 100000),
    /Cannot find 800000 bytes of samples in a file of \d+ bytes$/,
  ],
  ["many tracks", () => syntheticMovie(many(() => ({ like: AUDIO, sizes: [5] }), 900))],
  [
    "four billion samples",
    () => singleTrackMovie({ like: VIDEO, sizes: { each: 1, count: 2 ** 32 - 1 } }),
    /moov\/trak\/mdia\/minf\/stbl\/stsz: Cannot find 4294967295 samples of 1 bytes/,
  ],
  [
    "four billion samples per chunk",
    () => singleTrackMovie({ like: VIDEO, chunks: [[1, 2 ** 32 - 1, 1]], syncs: [4] }),
    /stss: Cannot read sample_number 4, expected 1 to 3$/,
  ],
  [
    "fewer chunks than samples",
    () => singleTrackMovie({ like: VIDEO, chunks: [[1, 2, 1]] }),
    /stsc: Cannot find 3 samples in chunks with 2 samples$/,
  ],
];

for (const table of ["stts", "ctts", "stss", "stsz", "stsc", "stco", "elst", "stsd"]) {
  SAMPLES.push([
    `a count of 2^32 - 1 in ${table}`,
    () => createWithCount(table),
    new RegExp(
      `${table}: Cannot read 4294967295 entries where \\d+ bytes are left$`,
    ),
  ]);
}

/** Movie with a table that declares 2^32 - 1 entries. */
function createWithCount(table: string): Uint8Array {
  const movie = singleTrackMovie({
    like: VIDEO,
    compositionOffsets: [[3, 0]],
    syncs: [1],
    sizes: [1, 1, 1],
    edits: [[0, 0]],
  });
  const text = new TextDecoder("latin1").decode(movie);
  const at = text.indexOf(table) + (table === "stsz" ? 12 : 8);
  new DataView(movie.buffer).setUint32(at, 2 ** 32 - 1);
  return movie;
}

testCases(SAMPLES);
