/** Fragments that declare more samples than they contain. */

import { box, concat, fullBox, type Part, u32, u64 } from "../mp4/movie_file.ts";
import { type Case, many, testCases, VIDEO } from "./cases.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

const flags = (type: string, value: number, ...parts: Part[]) => fullBox(type, 0, value, ...parts);
const trex = flags("trex", 0, u32(1, 1, 2 ** 32 - 1, 0, 0));
const moof = (...parts: Part[]) =>
  box("moof", box("traf", flags("tfhd", 0x20000, u32(1)), ...parts));
const noSamples = { like: VIDEO, sizes: [], durations: [] };
const fragmented = (...parts: Part[]) =>
  concat(syntheticMovie([noSamples], 1000, box("mvex", trex)), ...parts);
const tfdt = (time: number) => fullBox("tfdt", 1, 0, u64(time));
/** trun with a sample of a given size, `back` bytes before its moof. */
const sized = (size: number, back: number) => flags("trun", 0x201, u32(1, 2 ** 32 - back, size));

const FRAGMENTS: Case[] = [
  [
    "a fragment of samples without fields",
    () => fragmented(moof(flags("trun", 0, u32(2 ** 24)))),
    /moof\/traf\/trun: Cannot read 16777216 samples without size, expected at most/,
  ],
  [
    "fragments that share their bytes",
    () => {
      const start = fragmented();
      return concat(start, many((i) => moof(sized(990, start.length + 56 * i - 8)), 2000));
    },
    /moof\/traf\/trun: Cannot find \d+ bytes of samples in a file of \d+ bytes, in the fragment/,
  ],
  [
    "empty fragments",
    () => fragmented(many(() => box("moof"))),
    /Cannot find a track to play/,
  ],
  [
    "a first decode time close to 2^53",
    () =>
      fragmented(
        moof(tfdt(2 ** 53 - 2 ** 33), flags("trun", 0x200, u32(1, 10))),
        new Uint8Array(99),
      ),
  ],
  [
    "a decode time over 2^53",
    () => fragmented(moof(tfdt(2 ** 60), flags("trun", 0x200, u32(1, 10))), new Uint8Array(99)),
    /moof\/traf\/tfdt: Cannot represent \d+: over 2\^53/,
  ],
  [
    "fragments long after the samples of moov",
    () => {
      const start = syntheticMovie([{ like: VIDEO, sizes: [5] }], 1000, box("mvex", trex));
      return concat(
        start,
        moof(tfdt(2 ** 40), flags("trun", 0x200, u32(1, 10))),
        new Uint8Array(99),
      );
    },
    /Cannot read decode time 1099511627776, expected less than 4294967296$/,
  ],
];

testCases(FRAGMENTS);
