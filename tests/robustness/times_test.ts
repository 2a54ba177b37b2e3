/** Films whose times say more than their tables hold, or what can't be reckoned with. */

import {
  AUDIO,
  type Case,
  MANY,
  many,
  ONE_BYTE_SAMPLES,
  singleTrackMovie,
  testCases,
  VIDEO,
} from "./cases.ts";

const TIMES: Case[] = [
  ...[VIDEO, AUDIO].flatMap((like): Case[] => [
    [
      `${like}: decoded at one time, presented one after the other`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          durations: [[MANY, 0]],
          compositionOffsets: many((i) => [1, 3000 * i]),
        }, MANY),
    ],
    [
      `${like}: presented in the opposite order`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          compositionOffsets: many((i) => [1, 2000 * (MANY - i)]),
        }, MANY),
    ],
    [
      `${like}: presented in no order`,
      () =>
        singleTrackMovie(
          {
            like,
            sizes: ONE_BYTE_SAMPLES,
            compositionOffsets: many((i) => [1, i * 7919 % MANY * 2000]),
          },
          MANY,
        ),
    ],
    [
      `${like}: at one time`,
      () => singleTrackMovie({ like, sizes: ONE_BYTE_SAMPLES, durations: [[MANY, 0]] }, MANY),
      /Cannot find a sample that is presented$/,
    ],
    [
      `${like}: of durations that are missing`,
      () => singleTrackMovie({ like, sizes: ONE_BYTE_SAMPLES, durations: [[1, 0], [0, 5]] }, MANY),
    ],
    [
      `${like}: with runs of no samples`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          durations: [...many(() => [0, 9]), [MANY, 40], [0, 1]],
        }, MANY),
    ],
    [
      `${like}: of the least composition offset`,
      () => singleTrackMovie({ like, compositionOffsets: [[1, 0], [1, 2 ** 31], [1, 0]] }),
      /Cannot present track 1: it starts 2147484 s after its decode times$/,
    ],
    [
      `${like}: as long as can be counted`,
      () =>
        singleTrackMovie({
          like,
          timescale: 1,
          durations: [[MANY, 2 ** 32 - 1]],
          sizes: ONE_BYTE_SAMPLES,
        }, MANY),
      /Cannot present track 1 up to tick 85899345900000$/,
    ],
    [
      `${like}: a timescale of 2^32 - 1`,
      () => singleTrackMovie({ like, timescale: 2 ** 32 - 1, durations: [[3, 2 ** 32 - 1]] }),
    ],
  ]),
  [
    "a last picture that is presented before the edit: all before it are so, too",
    () =>
      singleTrackMovie({
        like: VIDEO,
        sizes: ONE_BYTE_SAMPLES,
        compositionOffsets: [[MANY - 1, 0], [1, 2 ** 32 - 1000 * MANY]],
        edits: [[0, 5000]],
      }, MANY),
  ],
  [
    "pictures before an edit, of durations that a finer timescale can't hold",
    () =>
      singleTrackMovie({
        like: VIDEO,
        timescale: 1,
        durations: [[2, 1], [1, 2 ** 22]],
        syncs: [1],
        edits: [[0, 1]],
      }),
    /Cannot write 8392802304 into a trun, expected 32 bits$/,
  ],
  [
    "an empty edit that lasts for ever",
    () =>
      singleTrackMovie({ like: VIDEO, timescale: 2 ** 32 - 1, edits: [[2 ** 53 - 1, -1], [0, 0]] }),
    /Cannot present track 1 after [\d.e+]+ ticks: over 2\^53$/,
  ],
  [
    "an edit behind the end",
    () => singleTrackMovie({ like: VIDEO, edits: [[1000, 2 ** 50]] }),
    /Cannot find a sample that is presented$/,
  ],
  [
    "an edit of 2^53 - 1",
    () => singleTrackMovie({ like: VIDEO, timescale: 2 ** 32 - 1, edits: [[2 ** 53 - 1, 0]] }),
  ],
  ["many edits", () => singleTrackMovie({ like: VIDEO, edits: many((i) => [1000, 1000 * i]) })],
  [
    "a timescale of 0",
    () => singleTrackMovie({ like: VIDEO, timescale: 0 }),
    /moov\/trak\/mdia\/mdhd: Cannot read a timescale of 0$/,
  ],
];

testCases(TIMES);
