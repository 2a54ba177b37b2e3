/** Slice segment headers of HEVC with their parameter sets. */

import { se, ue } from "../entry.ts";
import { header, type PpsOptions, type SpsOptions } from "./hevc_parameter_sets.ts";

export const TRAIL = header(1);
export const IDR = header(19);
const CRA = header(21);
const [B, P] = [0, 1].map((type) => ue(type));
export const I = ue(2);

/** The first slice segment, with PPS 0. */
export const FIRST = "1" + ue(0);
export const LSB = "0110";
export const QP = se(5);
export const MERGE = ue(2);
export const NO_OVERRIDE = "0";

/** Explicit set of one used picture before the current one. */
const ONE_BEFORE = "0" + ue(1, 0) + ue(0) + "1";
/** Two pictures before, of which the current one uses the second, and one used after. */
const OWN_THREE = "0" + ue(2, 1) + (ue(0) + "0") + (ue(1) + "1") + (ue(0) + "1");

/** Set 0: two used pictures before; set 1, predicted: the first of them and the current picture. */
const SETS = ue(2) + (ue(2, 0) + ue(0) + "1" + ue(0) + "1") +
  ("1" + "1" + ue(0) + "1" + "00" + "1");

const CANDIDATES = "1" + ue(2) + ("0011" + "1") + ("0101" + "0");

export const simpleP = TRAIL + FIRST + P + LSB + ONE_BEFORE;

export const HEVC_SLICE_HEADERS: [
  what: string,
  sps: SpsOptions,
  pps: PpsOptions,
  header: string,
][] = [
  ["an IDR picture", {}, {}, IDR + "1" + "0" + ue(0) + I + QP],
  ["a CRA picture", {}, {}, CRA + "1" + "0" + ue(0) + I + LSB + "0" + ue(0, 0) + QP],
  ["a P slice", {}, {}, simpleP + NO_OVERRIDE + MERGE + QP],
  ["a B slice", {}, {}, TRAIL + FIRST + B + LSB + OWN_THREE + NO_OVERRIDE + "0" + MERGE + QP],
  [
    "a later slice segment",
    {},
    {},
    TRAIL + "0" + ue(0) + "1110" + P + LSB + ONE_BEFORE + NO_OVERRIDE + MERGE + QP,
  ],
  ["a dependent slice segment", {}, { start: "10000" }, TRAIL + "0" + ue(0) + "1" + "0101"],
  [
    "an independent slice segment where dependent ones may be",
    {},
    { start: "10000" },
    TRAIL + "0" + ue(0) + "0" + "0101" + I + LSB + ONE_BEFORE + QP,
  ],
  [
    "an output flag and reserved bits",
    {},
    { start: "01010" },
    TRAIL + FIRST + "11" + I + "1" + LSB + ONE_BEFORE + QP,
  ],
  [
    "separate planes",
    { format: ue(3) + "1", offset: "1" },
    {},
    TRAIL + FIRST + I + "10" + LSB + ONE_BEFORE + "1" + QP,
  ],
  ["sample adaptive offset", { offset: "1" }, {}, TRAIL + FIRST + I + LSB + ONE_BEFORE + "01" + QP],
  [
    "a set of the SPS",
    { sets: SETS },
    {},
    TRAIL + FIRST + P + LSB + "1" + "1" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "a set predicted from the SPS",
    { sets: SETS },
    { modification: "1" },
    TRAIL + FIRST + P + LSB + "0" + ("1" + ue(1) + "0" + ue(0) + "1" + "01" + "00") + NO_OVERRIDE +
    MERGE + QP,
  ],
  [
    "a modified list of 2 of 2 pictures",
    { sets: SETS },
    { modification: "1", references: ue(1, 0) },
    TRAIL + FIRST + P + LSB + "1" + "0" + NO_OVERRIDE + "1" + "10" + MERGE + QP,
  ],
  [
    "no list modification with one picture",
    {},
    { modification: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "long-term pictures of the SPS and of the slice",
    { longTerm: CANDIDATES },
    { modification: "1", references: ue(2, 0) },
    TRAIL + FIRST + P + LSB + ONE_BEFORE + ue(1, 1) + ("0" + "0") + ("0111" + "1" + "1" + ue(3)) +
    NO_OVERRIDE + "1" + "000110" + MERGE + QP,
  ],
  [
    "long-term pictures without candidates",
    { longTerm: "1" + ue(0) },
    {},
    TRAIL + FIRST + P + LSB + ONE_BEFORE + ue(1) + "0111" + "0" + "0" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "temporal vectors with one reference, of which none is chosen",
    { vectors: "1" },
    {},
    simpleP + "1" + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "temporal vectors of a P slice, inferred to be from list 0",
    { vectors: "1" },
    { references: ue(1, 0) },
    simpleP + "1" + NO_OVERRIDE + ue(1) + MERGE + QP,
  ],
  [
    "temporal vectors from list 1 of a B slice",
    { vectors: "1" },
    { references: ue(1, 0) },
    TRAIL + FIRST + B + LSB + OWN_THREE + "1" + "1" + ue(0, 1) + "0" + "0" + ue(1) + MERGE + QP,
  ],
  ["no temporal vectors", { vectors: "1" }, {}, simpleP + "0" + NO_OVERRIDE + MERGE + QP],
  ["CABAC initialization", {}, { cabacInit: "1" }, simpleP + NO_OVERRIDE + "1" + MERGE + QP],
  [
    "weights, luma before chroma",
    {},
    { weights: "10" },
    simpleP + "1" + ue(2) + ue(6) + se(-1) + "101" + "010" + se(1, 2) + se(1, 2, 3, 4) + se(5, 6) +
    MERGE + QP,
  ],
  [
    "monochrome weights of both lists",
    { format: ue(0) },
    { weights: "01" },
    TRAIL + FIRST + B + LSB + OWN_THREE + NO_OVERRIDE + "0" + ue(6) + ("1" + se(1, 2)) + "0" +
    MERGE +
    QP,
  ],
  [
    "chroma offsets of slices",
    {},
    { quantizer: "1" + ue(1) + se(1, 1) + "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + se(2, -2),
  ],
  [
    "chroma offset lists of the range extension",
    {},
    { transformSkip: "1", extension: "01" + "1000" + "0000" + ue(0) + "0" + "1" + ue(0, 0) },
    simpleP + NO_OVERRIDE + MERGE + QP + "1",
  ],
  [
    "overridden deblocking",
    {},
    { deblocking: "1" + "1" + "0" + se(1, 1), acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ("1" + "0" + se(3, -3)) + "1",
  ],
  [
    "deblocking disabled in the slice",
    {},
    { deblocking: "1" + "1" + "0" + se(1, 1), acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ("1" + "1"),
  ],
  [
    "deblocking disabled in the PPS, and an offset filter",
    { offset: "1" },
    { deblocking: "1" + "0" + "1", acrossSlices: "1" },
    TRAIL + FIRST + I + LSB + ONE_BEFORE + "01" + QP + "1",
  ],
  [
    "deblocking disabled in the PPS",
    {},
    { deblocking: "1" + "0" + "1", acrossSlices: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
  [
    "entry points of wavefronts",
    {},
    { tiles: "01" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(3, 8) + "000000001".repeat(3),
  ],
  [
    "no entry points of tiles that are not uniform",
    {},
    { tiles: "10" + ue(1, 1) + "0" + ue(2, 1) + "1" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(0),
  ],
  [
    "a header extension",
    {},
    { extension: "10" },
    simpleP + NO_OVERRIDE + MERGE + QP + ue(2) + "1".repeat(16),
  ],
  [
    "scaling lists in the PPS",
    {},
    { scaling: "1" + ("0" + ue(0)).repeat(20), modification: "1" },
    simpleP + NO_OVERRIDE + MERGE + QP,
  ],
];

/** byte_alignment(), then slice data. */
export const align = (bits: string) =>
  (bits + "1").padEnd(8 * (Math.floor(bits.length / 8) + 1), "0");
export const DATA = "1".repeat(64);
