import { assertEquals } from "@std/assert";
import { createAv1TileFinder } from "../../lib/codecs/av1_tiles.ts";
import {
  bits,
  END,
  frame,
  INTER,
  interFrame,
  interTools,
  intraTools,
  KEY,
  keyFrame,
  LOOP_FILTER,
  MOTION,
  obu,
  OBU_HEADER,
  ONE_TILE,
  QUANTIZER,
  REFERENCE_SELECT,
  sequence,
  type SequenceOptions,
  SIZE,
  TX_MODE,
  UPDATE,
} from "./av1_units.ts";

const withEnd = (tools: string) => KEY + SIZE + UPDATE + ONE_TILE + tools;

/** Intra tools with super-resolution, CDEF and restoration present. */
const FILTERS = "111";
const CDEF = "10" + "01" + "1".repeat(24);

const headers: [what: string, sequence: SequenceOptions, header: string][] = [
  ["a key frame", {}, keyFrame],
  ["a reduced still picture", { reduced: true }, "0" + "0" + SIZE + ONE_TILE + intraTools],
  ["an inter frame", {}, interFrame],
  [
    "an inter frame with a filter",
    {},
    INTER + SIZE + "0" + "0" + "10" + "0" + UPDATE + ONE_TILE + interTools,
  ],
  [
    "an error-resilient inter frame",
    {},
    "0" + "01" + "1" + "1" + "0" + "0" + bits(1, 8) + INTER.slice(-21) + SIZE + MOTION + UPDATE +
    ONE_TILE + interTools,
  ],
  [
    "a frame with the size of its second reference",
    {},
    INTER.slice(0, 6) + "1" + INTER.slice(7) + "01" + MOTION + UPDATE + ONE_TILE + interTools,
  ],
  [
    "a frame with a size of its own",
    {},
    KEY.slice(0, -1) + "1" + bits(63, 12) + bits(63, 8) + "1" + bits(0, 32) + UPDATE + "1" +
    intraTools,
  ],
  [
    "a hidden intra-only frame",
    {},
    "0" + "10" + "0" + "1" + "0" + "0" + "0" + bits(4, 8) + SIZE + UPDATE + ONE_TILE + intraTools,
  ],
  ["disabled updates", {}, "0" + "00" + "1" + "1" + "0" + SIZE + ONE_TILE + intraTools],
  [
    "block copies of screen content",
    { tools: "000" + "0000" + "0" + "1" + "1" },
    "0" + "00" + "1" + "0" + "1" + "0" + "0" + SIZE + "1" + UPDATE + ONE_TILE + QUANTIZER +
    TX_MODE +
    END,
  ],
  [
    "a lossless frame",
    { filters: FILTERS },
    KEY + SIZE + "0" + UPDATE + ONE_TILE + bits(0, 8) + "000" + "0" + "0" + END,
  ],
  [
    "a lossless frame that is upscaled",
    { filters: FILTERS },
    KEY + "1" + "000" + SIZE + UPDATE + ONE_TILE + bits(0, 8) + "000" + "0" + "0" +
    ("01" + "00" + "10") + ("1" + "0") + "1" + END,
  ],
  [
    "a base quantizer of 0 with differences",
    {},
    withEnd(bits(0, 8) + ("1" + "1111111") + "00" + "0" + "0" + LOOP_FILTER + TX_MODE + END),
  ],
  [
    "filter strengths",
    { filters: FILTERS },
    KEY + "0" + SIZE + UPDATE + ONE_TILE + QUANTIZER +
    ("000001" + "000000" + "0".repeat(12) + "000" + "0") +
    CDEF + "000000" + TX_MODE + END,
  ],
  [
    "luma restoration",
    { filters: "001" },
    withEnd(QUANTIZER + LOOP_FILTER + "01" + "00" + "00" + "0" + TX_MODE + END),
  ],
  [
    "loop filter differences",
    {},
    withEnd(
      QUANTIZER + "000000".repeat(2) + "000" + "11" + ("1" + "0000001") + "0".repeat(9) + TX_MODE +
        END,
    ),
  ],
  [
    "quantizer differences and matrices",
    { end: "0000" + "00" + "1" + "0" },
    withEnd(
      bits(100, 8) + "0" + "1" + ("1" + "0000001") + "000" + ("1" + "0".repeat(12)) + "0" + "0" +
        LOOP_FILTER +
        TX_MODE + END,
    ),
  ],
  [
    "quantizer and loop filter deltas of blocks",
    {},
    withEnd(
      bits(100, 8) + "000" + "0" + "0" + ("1" + "00") + ("1" + "001") + LOOP_FILTER + TX_MODE + END,
    ),
  ],
  [
    "segments",
    {},
    withEnd(
      bits(100, 8) + "000" + "0" +
        ("1" + ("1" + bits(1, 9)) + ("1" + bits(1, 7)) + "000" + ("1" + bits(1, 3)) + "11" +
          "0".repeat(8 * 7)) +
        "0" + LOOP_FILTER + TX_MODE + END,
    ),
  ],
  [
    "segments that make all blocks lossless",
    {},
    withEnd(
      bits(1, 8) + "000" + "0" + "1" + ("1" + "1".repeat(9) + "0000000").repeat(8) + "0" + END,
    ),
  ],
  [
    "monochrome",
    { end: "0" + "1" + "0" + "0" + "0" },
    withEnd(
      bits(100, 8) + "0" + "0" + "0" + "0" + ("000001" + "000000" + "000" + "0") + TX_MODE + END,
    ),
  ],
  [
    "global motion: a translation, a rotation, an affine one",
    {},
    INTER + SIZE + MOTION + UPDATE + ONE_TILE + QUANTIZER + LOOP_FILTER + TX_MODE +
    REFERENCE_SELECT + END +
    ("101" + "0000" + "10" + "000") + ("11" + "0000".repeat(4)) + ("100" + "0000".repeat(6)) +
    "0000",
  ],
  [
    "the largest translation",
    {},
    INTER + SIZE + MOTION + UPDATE + ONE_TILE + QUANTIZER + LOOP_FILTER + TX_MODE +
    REFERENCE_SELECT + END +
    ("101" + ("1".repeat(6) + "1" + "0".repeat(8)) + "0000") + "000000",
  ],
  [
    "film grain",
    { end: "0000" + "00" + "0" + "1" },
    keyFrame + "1" + bits(1, 16) + bits(1, 4) + bits(1, 16) + "0" + bits(1, 4) + bits(1, 16) +
    bits(0, 4) + "00" +
    "01" + bits(0, 8 * 4) + bits(0, 8 * 5) + "0000" + bits(0, 25) + "00",
  ],
  [
    "film grain scaled from luma",
    { end: "0000" + "00" + "0" + "1" },
    keyFrame + "1" + bits(1, 16) + bits(0, 4) + "1" + "00" + "01" + bits(0, 8 * 4).repeat(2) +
    "0000" + "00",
  ],
  ["no film grain", { end: "0000" + "00" + "0" + "1" }, keyFrame + "0"],
  [
    "film grain of a reference",
    { end: "0000" + "00" + "0" + "1" },
    interFrame + "1" + bits(1, 16) + "0" + "011",
  ],
  [
    "frame IDs",
    { ids: "1" + "0011" + "010" },
    KEY.slice(0, -1) + bits(7, 8) + "0" + SIZE + UPDATE + ONE_TILE + intraTools,
  ],
  [
    "presentation and removal times",
    {
      points: "1" + "0".repeat(64) + "0" + "1" + ("01001" + "0".repeat(32) + "00111" + "01011") +
        "0" + "00001" +
        ("000000000000" + "00000" + "1" + "0".repeat(21)) +
        ("000100000010" + "00000" + "1" + "0".repeat(21)),
    },
    "0" + "00" + "1" + bits(5, 12) + "0" + "0" + ("1" + bits(9, 8)) + SIZE + UPDATE + ONE_TILE +
    intraTools,
  ],
];

for (const [what, options, header] of headers) {
  Deno.test(`readAv1FrameHeader() stops behind the header of ${what}`, () => {
    const find = createAv1TileFinder(Uint8Array.from(sequence(options)));
    const grain = options.end?.endsWith("1") && !options.end.startsWith("01") ? "0" : "";
    if (header.startsWith("001")) find(Uint8Array.from(obu(6, frame(keyFrame + grain))));
    const unit = obu(6, frame(header));
    const start = OBU_HEADER + Math.ceil(header.length / 8);
    assertEquals(find(Uint8Array.from(unit)), [{ start, end: start + 4 }]);
  });
}
