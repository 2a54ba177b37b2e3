/** Slice headers of AVC with their parameter sets. */

import { bitsOf, nalOf, se, ue } from "../entry.ts";

export interface SpsOptions {
  readonly profile?: string;
  /** From frame_num to the number of reference frames. */
  readonly order?: string;
  readonly frames?: string;
}

/** 20 × 12 macroblocks; 4 bits of frame_num and of pic_order_cnt_lsb. */
export function buildSps(
  { profile = "", order = ue(0, 0, 0), frames = ue(19, 11) + "11" }: SpsOptions,
) {
  const start = profile || "01000010" + "00000000" + "00011110" + ue(0);
  return nalOf("01100111" + start + order + ue(4) + "0" + frames + "00");
}

const HIGH = "01100100" + "00000000" + "00011110" + ue(0);
const SEPARATE_PLANES = HIGH + ue(3) + "1" + ue(0, 0) + "0" + "0";
const MONOCHROME = HIGH + ue(0) + ue(0, 0) + "0" + "0";
const FIELDS = ue(19, 5) + "0" + "1" + "1";

export interface PpsOptions {
  readonly entropy?: string;
  readonly bottom?: string;
  readonly groups?: string;
  readonly references?: string;
  readonly weights?: string;
  readonly deblocking?: string;
  readonly redundant?: string;
}

export function buildPps(options: PpsOptions) {
  const { entropy = "0", bottom = "0", groups = ue(0), references = ue(0, 0) } = options;
  const { weights = "000", deblocking = "0", redundant = "0" } = options;
  const end = weights + se(0, 0, 0) + deblocking + "0" + redundant;
  return nalOf("01101000" + ue(0, 0) + entropy + bottom + groups + references + end);
}

/** nal_ref_idc and nal_unit_type. */
export const IDR = "01100101";
export const REFERENCE = "01100001";
export const OTHER = "00000001";

export const P = 5;
export const I = 7;
const [B, SP, SI] = [6, 8, 9];

/** first_mb_in_slice 0, PPS 0, frame_num 1. */
export const start = (nal: string, type: number, before = "") =>
  nal + ue(0, type, 0) + before + "0001";
export const LSB = "0010";
const NO_OVERRIDE = "0";
const NO_MODIFICATION = "0";
export const QP = se(-3);
const SIMPLE_P = NO_OVERRIDE + NO_MODIFICATION;

export const AVC_SLICE_HEADERS: [what: string, sps: SpsOptions, pps: PpsOptions, header: string][] =
  [
    ["an IDR slice", {}, {}, start(IDR, I) + ue(0) + LSB + "00" + QP],
    ["a P slice of a reference", {}, {}, start(REFERENCE, P) + LSB + SIMPLE_P + "0" + QP],
    ["a P slice of no reference", {}, {}, start(OTHER, P) + LSB + SIMPLE_P + QP],
    [
      "a B slice with CABAC",
      {},
      { entropy: "1" },
      start(OTHER, B) + LSB + "1" + NO_OVERRIDE + "00" + ue(2) + QP,
    ],
    ["an I slice with CABAC", {}, { entropy: "1" }, start(OTHER, I) + LSB + QP],
    [
      "modifications of both lists",
      {},
      {},
      start(OTHER, B) + LSB + "1" + "1" + ue(3, 1) + ("1" + ue(0, 5, 2, 1, 3)) +
      ("1" + ue(1, 7, 3)) +
      QP,
    ],
    [
      "reference marking",
      {},
      {},
      start(REFERENCE, P) + LSB + SIMPLE_P + "1" + ue(1, 4) + ue(2, 1) + ue(3, 2, 1) + ue(4, 1) +
      ue(5) +
      ue(6, 0) + ue(0) + QP,
    ],
    [
      "weights of the overridden number of references",
      {},
      { weights: "100" },
      start(OTHER, P) + LSB + "1" + ue(2) + "0" + ue(5, 5) + ("1" + se(20, -3) + "0") + "00" +
      ("0" + "1" + se(1, 2, 3, 4)) + QP,
    ],
    [
      "weights of an SP slice, by default of 3 references",
      {},
      { weights: "100", references: ue(2, 0) },
      start(OTHER, SP) + LSB + SIMPLE_P + ue(5, 5) + "00".repeat(3) + QP + "1" + se(2),
    ],
    [
      "explicit weights of both lists",
      {},
      { weights: "001" },
      start(OTHER, B) + LSB + "1" + NO_OVERRIDE + "00" + ue(1, 1) + "00" + ("1" + se(1, 1) + "0") +
      QP,
    ],
    [
      "implicit weights",
      {},
      { weights: "010" },
      start(OTHER, B) + LSB + "1" + NO_OVERRIDE + "00" + QP,
    ],
    [
      "monochrome weights",
      { profile: MONOCHROME },
      { weights: "100" },
      start(OTHER, P) + LSB + SIMPLE_P + ue(5) + ("1" + se(20, -3)) + QP,
    ],
    [
      "separate planes",
      { profile: SEPARATE_PLANES },
      { weights: "100" },
      start(OTHER, P, "10") + LSB + SIMPLE_P + ue(5) + "0" + QP,
    ],
    ["an SI slice", {}, {}, start(OTHER, SI) + LSB + QP + se(4)],
    [
      "a frame of an interlaced stream, with the order of its bottom field",
      { frames: FIELDS },
      { bottom: "1" },
      start(OTHER, I) + "0" + LSB + se(-1) + QP,
    ],
    [
      "a field",
      { frames: FIELDS },
      { bottom: "1" },
      start(OTHER, P) + "11" + LSB + SIMPLE_P + QP,
    ],
    [
      "picture order count type 1 with two differences",
      { order: ue(0, 1) + "0" + se(0, 0) + ue(0) },
      { bottom: "1" },
      start(OTHER, I) + se(3, -2) + QP,
    ],
    [
      "picture order count type 1 without differences",
      { order: ue(0, 1) + "1" + se(0, 0) + ue(0) },
      { bottom: "1" },
      start(OTHER, I) + QP,
    ],
    ["picture order count type 2", { order: ue(0, 2) }, { bottom: "1" }, start(OTHER, I) + QP],
    [
      "longer picture numbers",
      { order: ue(12, 0, 12) },
      {},
      start(OTHER, I) + "0".repeat(10) + "10" + "0".repeat(15) + "1" + QP,
    ],
    ["a redundant slice", {}, { redundant: "1" }, start(OTHER, I) + LSB + ue(3) + QP],
    ["deblocking", {}, { deblocking: "1" }, start(OTHER, I) + LSB + QP + ue(0) + se(6, -6)],
    ["disabled deblocking", {}, { deblocking: "1" }, start(OTHER, I) + LSB + QP + ue(1)],
    [
      "slice groups that change by 7 of 240 macroblocks",
      {},
      { groups: ue(1, 3) + "0" + ue(6) },
      start(OTHER, I) + LSB + QP + "100001",
    ],
    [
      "interleaved slice groups",
      {},
      { groups: ue(1, 0) + ue(3, 4) },
      start(OTHER, I) + LSB + QP,
    ],
    ["rectangular slice groups", {}, { groups: ue(1, 2) + ue(3, 4) }, start(OTHER, I) + LSB + QP],
    [
      "explicit slice groups",
      {},
      { groups: ue(2, 6) + ue(3) + "00011011" },
      start(OTHER, I) + LSB + QP,
    ],
  ];

/** Slice data without emulation prevention bytes, of which no bit belongs to the header. */
export const DATA = "1".repeat(64);

/** The header alone, padded with ones. */
export function countEmulationPrevention(header: string): number {
  const bytes = Math.ceil(header.length / 8);
  const padded = header.padEnd(8 * bytes, "1");
  return bitsOf(nalOf(padded)).length / 8 - bytes - 1;
}
