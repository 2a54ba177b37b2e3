/** Faults in the blocks of an archive, and what finds them. */

import type { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { editBlock, editIndex, EPOCH, NAMES } from "./recorded_archive.ts";

const [VIDEO] = NAMES;

export type Fault = readonly [
  name: string,
  plant: (files: MemoryFileSystem) => void,
  expected: string,
];

/** A fault in a `block.json`. */
const inBlock =
  (block: number, change: Parameters<typeof editBlock>[2]) => (files: MemoryFileSystem) =>
    editBlock(files, block, change);

export const BLOCK_FAULTS: readonly Fault[] = [
  ["a block.json of others", inBlock(2, (it) => it.period.id = 0), "2: block: "],
  ["a block without block.json", (it) => it.remove("00000002/block.json"), "2: block: block.json"],
  [
    "a missing block",
    (files) => {
      for (const file of files.list("00000002")) files.remove(`00000002/${file}`);
      files.remove("00000002");
    },
    "3: block: it follows block 1",
  ],
  ["another epoch", inBlock(2, (it) => it.broadcast.epoch++), "2: broadcast: its epoch is"],
  [
    "a broadcast too many",
    inBlock(3, (it) => it.broadcast.number++),
    "3: broadcast: got 3, expected 1 or 2",
  ],
  [
    "an epoch that is no start",
    inBlock(3, (it) => it.broadcast.epoch--),
    "3: broadcast: its epoch is",
  ],
  [
    "a broadcast that goes on after its end",
    inBlock(3, (it) => Object.assign(it.broadcast, { number: 1, epoch: EPOCH })),
    "3: broadcast: broadcast 1 was over",
  ],
  [
    "a period before its broadcast",
    inBlock(2, (it) => it.period.start = EPOCH - 1),
    "2: period: it starts at",
  ],
  ["a period too many", inBlock(2, (it) => it.period.id++), "2: period: got id 3, expected 2"],
  [
    "a peak so far that is less",
    inBlock(2, (it) => it.tracks[0].rates.peak -= 1000),
    "2 video: bandwidth: peak so far is",
  ],
  [
    "bytes so far that are more",
    inBlock(2, (it) => it.tracks[1].rates.bytes += 1000),
    "2 audio: bandwidth: bytes so far is",
  ],
  [
    "no duration so far",
    inBlock(2, (it) => it.tracks[1].rates.duration = 0),
    "2 audio: bandwidth: duration so far is 0",
  ],
  [
    "a new period with a number",
    inBlock(2, (it) => it.period.number = 7),
    "2: period: it has number 7",
  ],
  ["a new period that goes on", inBlock(2, (it) => it.tracks[0].first = 1), "2: ordinal: first of"],
  [
    "a new period with ordinals",
    inBlock(2, (it) => it.tracks[1].ordinal = 5),
    "2: ordinal: audio_und=9151 has 5",
  ],
  [
    "periods that are not counted",
    inBlock(2, (it) => it.counts.periods = 0),
    "2: counts: 0 periods, expected 1",
  ],
  [
    "segments that are not counted",
    inBlock(2, (it) => it.counts.segments[VIDEO]--),
    `2: counts: 3 segments of ${VIDEO}, expected 4`,
  ],
  [
    "segments of others",
    inBlock(2, (it) => it.counts.segments.x = 1),
    "2: counts: 1 segments of x, expected 0",
  ],
  [
    "a target of no record",
    (files) =>
      editIndex(files, 1, (r) => r.splice(r.findIndex(({ kind }) => kind === "target"), 1)),
    "2: target duration: it is 2, expected none",
  ],
  [
    "another target",
    inBlock(2, (it) => it.broadcast.target = 4),
    "2: target duration: it is 4, expected 2",
  ],
  ["another timescale", inBlock(1, (it) => it.tracks[0].timescale++), "1 video: timescale: "],
  ["another media time", inBlock(1, (it) => it.tracks[0].mediaTime++), "1 video: edit: "],
  [
    "another type",
    inBlock(1, (it) => it.tracks[0].type = "audio"),
    "1 video: init: got handler vide",
  ],
];
