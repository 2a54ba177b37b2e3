/** Fragments that claim samples at no price. */

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
/** Samples of which a size is said, at the start of the file's media. */
const sized = (size: number, back: number) => flags("trun", 0x201, u32(1, 2 ** 32 - back, size));

const FRAGMENTS: Case[] = [
  [
    "a fragment of samples that nothing is said of",
    () => fragmented(moof(flags("trun", 0, u32(2 ** 24)))),
    /moof\/traf\/trun: Cannot read 16777216 samples without size, expected at most/,
  ],
  [
    "fragments that all have the same bytes",
    () => {
      const head = fragmented();
      return concat(head, many((i) => moof(sized(990, head.length + 56 * i - 8)), 2000));
    },
    /moof\/traf\/trun: Cannot find \d+ bytes of samples in a file of \d+ bytes, in the fragment/,
  ],
  [
    "fragments of nothing",
    () => fragmented(many(() => box("moof"))),
    /Cannot find a track to play/,
  ],
  [
    "a first decode time that nearly can't be counted",
    () =>
      fragmented(
        moof(tfdt(2 ** 53 - 2 ** 33), flags("trun", 0x200, u32(1, 10))),
        new Uint8Array(99),
      ),
  ],
  [
    "a decode time that can't be counted",
    () => fragmented(moof(tfdt(2 ** 60), flags("trun", 0x200, u32(1, 10))), new Uint8Array(99)),
    /moof\/traf\/tfdt: Cannot represent \d+: over 2\^53/,
  ],
  [
    "fragments far behind the samples of moov",
    () => {
      const head = syntheticMovie([{ like: VIDEO, sizes: [5] }], 1000, box("mvex", trex));
      return concat(
        head,
        moof(tfdt(2 ** 40), flags("trun", 0x200, u32(1, 10))),
        new Uint8Array(99),
      );
    },
    /Cannot read decode time 1099511627776, expected less than 4294967296$/,
  ],
];

testCases(FRAGMENTS);
