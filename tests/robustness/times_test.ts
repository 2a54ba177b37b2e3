/** Movies whose times exceed their tables, or the range of numbers. */

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
      `${like}: samples decoded at one time and presented in turn`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          durations: [[MANY, 0]],
          compositionOffsets: many((i) => [1, 3000 * i]),
        }, MANY),
    ],
    [
      `${like}: samples presented in reverse order`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          compositionOffsets: many((i) => [1, 2000 * (MANY - i)]),
        }, MANY),
    ],
    [
      `${like}: samples presented in shuffled order`,
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
      `${like}: samples at one time`,
      () => singleTrackMovie({ like, sizes: ONE_BYTE_SAMPLES, durations: [[MANY, 0]] }, MANY),
      /Cannot find a sample that is presented$/,
    ],
    [
      `${like}: missing durations`,
      () => singleTrackMovie({ like, sizes: ONE_BYTE_SAMPLES, durations: [[1, 0], [0, 5]] }, MANY),
    ],
    [
      `${like}: empty runs`,
      () =>
        singleTrackMovie({
          like,
          sizes: ONE_BYTE_SAMPLES,
          durations: [...many(() => [0, 9]), [MANY, 40], [0, 1]],
        }, MANY),
    ],
    [
      `${like}: the minimum composition offset`,
      () => singleTrackMovie({ like, compositionOffsets: [[1, 0], [1, 2 ** 31], [1, 0]] }),
      /Cannot present track 1: it starts 2147484 s after its decode times$/,
    ],
    [
      `${like}: the maximum duration`,
      () =>
        singleTrackMovie({
          like,
          timescale: 1,
          durations: [[MANY, 2 ** 31 - 1]],
          sizes: ONE_BYTE_SAMPLES,
        }, MANY),
      /Cannot present track 1 up to tick 42949672940000$/,
    ],
    [
      `${like}: a timescale of 2^32 - 1`,
      () => singleTrackMovie({ like, timescale: 2 ** 32 - 1, durations: [[3, 2 ** 32 - 1]] }),
    ],
  ]),
  [
    "all video samples presented before the edit",
    () =>
      singleTrackMovie({
        like: VIDEO,
        sizes: ONE_BYTE_SAMPLES,
        compositionOffsets: [[MANY - 1, 0], [1, 2 ** 32 - 1000 * MANY]],
        edits: [[0, 5000]],
      }, MANY),
  ],
  [
    "video samples before an edit whose durations overflow a finer timescale",
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
    "an endless empty edit",
    () =>
      singleTrackMovie({ like: VIDEO, timescale: 2 ** 32 - 1, edits: [[2 ** 53 - 1, -1], [0, 0]] }),
    /Cannot present track 1 after [\d.e+]+ ticks, expected at most 2\^53$/,
  ],
  [
    "an edit after the end",
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
