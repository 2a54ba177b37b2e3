/** Uncompressed headers of VP9. */

import { bytesOf } from "./entry.ts";

export const bits = (value: number, count: number) => value.toString(2).padStart(count, "0");

export const SYNC = bits(0x498342, 24);
/** 256 × 192 if not stated otherwise, displayed as coded. */
export const size = (width = 256, height = 192) => bits(width - 1, 16) + bits(height - 1, 16) + "0";
/** Unspecified colour, studio range. */
const COLOUR = "000" + "0";
/** refresh_frame_context, frame_parallel_decoding_mode; frame_context_idx. */
const CONTEXT = "11" + "00";
const FILTER = bits(9, 6) + "000" + "0";
const QUANTIZER = bits(60, 8) + "000";
export const PLAIN = CONTEXT + FILTER + QUANTIZER + "0";
export const ONE_TILE = "0";
/** header_size_in_bytes. */
export const COMPRESSED = bits(3, 16);

export const KEY = "10" + "00" + "0" + "0" + "1" + "0" + SYNC + COLOUR;
export const keyFrame = KEY + size() + PLAIN + ONE_TILE + COMPRESSED;

/** Non-key frame that is shown: refreshes slot 0 and refers to slots 0, 1 and 2. */
export const INTER = "10" + "00" + "0" + "1" + "1" + "0" + "00" + bits(1, 8) + "0000" + "0010" +
  "0100";
export const SAME_SIZE = "1" + "0";
export const MOTION = "1" + "1";

export const VP9_FRAME_HEADERS: [what: string, header: string][] = [
  ["a key frame", keyFrame],
  [
    "a key frame with another display size",
    KEY + size().slice(0, -1) + "1" + bits(0, 32) + PLAIN + ONE_TILE + COMPRESSED,
  ],
  [
    "a key frame of profile 1",
    "10" + "10" + "0" + "0" + "1" + "0" + SYNC + "000" + "0" + "000" + size() + PLAIN + ONE_TILE +
    COMPRESSED,
  ],
  [
    "a key frame of profile 1 in sRGB",
    "10" + "10" + "0" + "0" + "1" + "0" + SYNC + "111" + "0" + size() + PLAIN + ONE_TILE +
    COMPRESSED,
  ],
  [
    "a key frame of profile 2",
    "10" + "01" + "0" + "0" + "1" + "0" + SYNC + "1" + COLOUR + size() + PLAIN + ONE_TILE +
    COMPRESSED,
  ],
  [
    "a key frame of profile 3",
    "10" + "11" + "0" + "0" + "0" + "1" + "0" + SYNC + "0" + "000" + "0" + "110" + size() + PLAIN +
    ONE_TILE + COMPRESSED,
  ],
  [
    "an error-resilient key frame",
    KEY.slice(0, 7) + "1" + SYNC + COLOUR + size() + "00" + FILTER + QUANTIZER + "0" + ONE_TILE +
    COMPRESSED,
  ],
  ["an inter frame", INTER + SAME_SIZE + MOTION + PLAIN + ONE_TILE + COMPRESSED],
  [
    "an inter frame with the size of the third reference",
    INTER + "00" + SAME_SIZE + MOTION + PLAIN + ONE_TILE + COMPRESSED,
  ],
  [
    "an inter frame with a size and filter of its own",
    INTER + "000" + size(512) + "1" + "0" + "10" + PLAIN + "0" + ONE_TILE + COMPRESSED,
  ],
  [
    "a hidden intra-only frame",
    "10" + "00" + "0" + "1" + "0" + "0" + "1" + "00" + SYNC + bits(2, 8) + size() + PLAIN +
    ONE_TILE + COMPRESSED,
  ],
  [
    "a hidden intra-only frame of profile 1",
    "10" + "10" + "0" + "1" + "0" + "0" + "1" + "00" + SYNC + "000" + "0" + "000" + bits(2, 8) +
    size() + PLAIN + ONE_TILE + COMPRESSED,
  ],
  [
    "loop filter differences",
    KEY + size() + CONTEXT + bits(9, 6) + "000" + "11" + ("1" + bits(9, 7)) + "000" + "0" +
    ("1" + bits(9, 7)) + QUANTIZER + "0" + ONE_TILE + COMPRESSED,
  ],
  [
    "quantizer differences",
    KEY + size() + CONTEXT + FILTER + bits(60, 8) + ("1" + "00001") + "0" + ("1" + "00011") + "0" +
    ONE_TILE + COMPRESSED,
  ],
  [
    "segments",
    KEY + size() + CONTEXT + FILTER + QUANTIZER + "1" +
    ("1" + ("1" + bits(8, 8)) + "000000" + "1" + "00" + ("1" + bits(8, 8))) +
    ("1" + "0" + ("1" + bits(1, 9)) + ("1" + bits(1, 7)) + ("1" + "11") + "1" + "0000".repeat(7)) +
    ONE_TILE + COMPRESSED,
  ],
  ["two of four columns, and four rows", KEY + size(1024) + PLAIN + "10" + "11" + COMPRESSED],
  ["all of four columns", KEY + size(1024) + PLAIN + "11" + "0" + COMPRESSED],
  ["at least two columns", KEY + size(4160) + PLAIN + "0" + "0" + COMPRESSED],
];

/** Two blocks. */
const DATA = "1".repeat(8 * 32);
export const frame = (header: string) =>
  bytesOf(header.padEnd(8 * Math.ceil(header.length / 8), "0") + DATA);
