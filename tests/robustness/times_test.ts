/** Films whose times say more than their tables hold, or what can't be reckoned with. */

import { AUDIO, BYTES, type Case, MANY, many, one, testCases, VIDEO } from "./cases.ts";

const TIMES: Case[] = [
  ...[VIDEO, AUDIO].flatMap((like): Case[] => [
    [
      `${like}: decoded at one time, presented one after the other`,
      () =>
        one({
          like,
          sizes: BYTES,
          durations: [[MANY, 0]],
          compositionOffsets: many((i) => [1, 3000 * i]),
        }, MANY),
    ],
    [
      `${like}: presented in the opposite order`,
      () =>
        one({ like, sizes: BYTES, compositionOffsets: many((i) => [1, 2000 * (MANY - i)]) }, MANY),
    ],
    [
      `${like}: presented in no order`,
      () =>
        one(
          { like, sizes: BYTES, compositionOffsets: many((i) => [1, i * 7919 % MANY * 2000]) },
          MANY,
        ),
    ],
    [
      `${like}: at one time`,
      () => one({ like, sizes: BYTES, durations: [[MANY, 0]] }, MANY),
      /Cannot find a sample that is presented$/,
    ],
    [
      `${like}: of durations that are missing`,
      () => one({ like, sizes: BYTES, durations: [[1, 0], [0, 5]] }, MANY),
    ],
    [
      `${like}: with runs of no samples`,
      () =>
        one({ like, sizes: BYTES, durations: [...many(() => [0, 9]), [MANY, 40], [0, 1]] }, MANY),
    ],
    [
      `${like}: of the least composition offset`,
      () => one({ like, compositionOffsets: [[1, 0], [1, 2 ** 31], [1, 0]] }),
      /Cannot present track 1: it starts 2147484 s after its decode times$/,
    ],
    [
      `${like}: as long as can be counted`,
      () => one({ like, timescale: 1, durations: [[MANY, 2 ** 32 - 1]], sizes: BYTES }, MANY),
      /Cannot present track 1 up to tick 85899345900000$/,
    ],
    [
      `${like}: a timescale of 2^32 - 1`,
      () => one({ like, timescale: 2 ** 32 - 1, durations: [[3, 2 ** 32 - 1]] }),
    ],
  ]),
  [
    "a last picture that is presented before the edit: all before it are so, too",
    () =>
      one({
        like: VIDEO,
        sizes: BYTES,
        compositionOffsets: [[MANY - 1, 0], [1, 2 ** 32 - 1000 * MANY]],
        edits: [[0, 5000]],
      }, MANY),
  ],
  [
    "pictures before an edit, of durations that a finer timescale can't hold",
    () =>
      one({
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
    () => one({ like: VIDEO, timescale: 2 ** 32 - 1, edits: [[2 ** 53 - 1, -1], [0, 0]] }),
    /Cannot present track 1 after [\d.e+]+ ticks: over 2\^53$/,
  ],
  [
    "an edit behind the end",
    () => one({ like: VIDEO, edits: [[1000, 2 ** 50]] }),
    /Cannot find a sample that is presented$/,
  ],
  [
    "an edit of 2^53 - 1",
    () => one({ like: VIDEO, timescale: 2 ** 32 - 1, edits: [[2 ** 53 - 1, 0]] }),
  ],
  ["many edits", () => one({ like: VIDEO, edits: many((i) => [1000, 1000 * i]) })],
  [
    "a timescale of 0",
    () => one({ like: VIDEO, timescale: 0 }),
    /moov\/trak\/mdia\/mdhd: Cannot read times in a timescale of 0$/,
  ],
];

testCases(TIMES);
