import { assertEquals, assertThrows } from "@std/assert";
import { readHevcSps } from "../../../lib/codecs/nal/hevc_sps.ts";
import { MediaError } from "../../../lib/errors.ts";
import { nalOf, se, ue } from "../entry.ts";

/** NAL header, VPS 0, sub-layers - 1, nested; general profile and level. */
function header(subLayers: string): string {
  return "01000010" + "00000001" + "0000" + subLayers + "1" + "01".repeat(48);
}

/** Id 0, 4:2:0, 320 × 184, no window; 8 bits. */
const SIZE = ue(0) + ue(1) + ue(320, 184) + "0" + ue(0, 0);
const ORDERING = ue(4) + "1" + ue(4, 2, 5);
const BLOCKS = ue(0, 3, 0, 3, 0, 0);

/** No scaling lists, AMP, SAO or PCM; no reference picture sets, no long-term pictures. */
const TOOLS = "0" + "00" + "0";
const REFERENCES = ue(0) + "0";
const END = "00" + "0"; // temporal vectors, intra smoothing; no VUI

const plain = header("000") + SIZE + ORDERING + BLOCKS + TOOLS + REFERENCES + END;
const size = { width: 320, height: 184, isFieldCoded: false };

/** Appends VUI bits to the minimal SPS. */
function withVui(bits: string): string {
  return plain.slice(0, -1) + "1" + bits;
}

const sets: [what: string, bits: string, expected: Record<string, unknown>][] = [
  ["the minimal SPS", plain, size],
  [
    "4:2:0 with a conformance window",
    header("000") + ue(0) + ue(1) + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) + ORDERING +
    BLOCKS +
    TOOLS + REFERENCES + END,
    { width: 314, height: 180, isFieldCoded: false },
  ],
  [
    "4:2:2 with a conformance window",
    header("000") + ue(0) + ue(2) + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) + ORDERING +
    BLOCKS +
    TOOLS + REFERENCES + END,
    { width: 314, height: 182, isFieldCoded: false },
  ],
  [
    "4:4:4 with separate planes and a conformance window",
    header("000") + ue(0) + ue(3) + "1" + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) +
    ORDERING +
    BLOCKS + TOOLS + REFERENCES + END,
    { width: 317, height: 182, isFieldCoded: false },
  ],
  [
    "three sub-layers: one with profile and level, one with a level; one ordering for all",
    header("010") + "11" + "01" + "0".repeat(12) + "10".repeat(48) + "01".repeat(4) + SIZE + ue(4) +
    "0" +
    ue(4, 2, 5) + BLOCKS + TOOLS + REFERENCES + END,
    size,
  ],
  [
    "two sub-layers, each with an ordering",
    header("001") + "00" + "0".repeat(14) + SIZE + ue(4) + "1" + ue(4, 2, 5) + ue(3, 1, 4) +
    BLOCKS +
    TOOLS +
    REFERENCES + END,
    size,
  ],
  [
    "default scaling lists",
    header("000") + SIZE + ORDERING + BLOCKS + "10" + "000" + REFERENCES + END,
    size,
  ],
  [
    "scaling lists: copies, and one of each size",
    header("000") + SIZE + ORDERING + BLOCKS + "11" +
    ("1" + se(...Array(16).fill(1)) + ("0" + ue(1)).repeat(5)) +
    ("1" + se(...Array(64).fill(-1)) + ("0" + ue(0)).repeat(5)) +
    ("1" + se(8) + se(...Array(64).fill(0)) + ("0" + ue(2)).repeat(5)) +
    ("1" + se(-4) + se(...Array(64).fill(3)) + ("0" + ue(1))) +
    "000" + REFERENCES + END,
    size,
  ],
  [
    "pcm",
    header("000") + SIZE + ORDERING + BLOCKS + "0" + "11" + "1" + "11111111" + ue(0, 2) + "1" +
    REFERENCES + END,
    size,
  ],
  [
    "reference picture sets: two explicit, two predicted",
    header("000") + SIZE + ORDERING + BLOCKS + TOOLS + ue(4) +
    (ue(2, 1) + (ue(0) + "1").repeat(3)) + // three pictures
    ("0" + ue(1, 0) + ue(3) + "1") + // one
    ("1" + "1" + ue(0) + "1" + "01") + // of two: used; unused but retained
    ("1" + "0" + ue(2) + "00" + "1" + "1") + // of three: dropped, used, used
    "0" + END,
    size,
  ],
  [
    "two long-term pictures", // 8 bits of picture order each, and a flag
    header("000") + SIZE + ORDERING + BLOCKS + TOOLS + ue(0) + "1" + ue(2) + "1".repeat(18) + END,
    size,
  ],
  ["an empty VUI", withVui("0" + "0" + "0" + "0" + "0" + "0"), {
    ...size,
    pixelAspect: [1, 1],
  }],
  [
    "a VUI of pixel aspect, overscan, colour, chroma location and fields",
    withVui(
      ("1" + "00000010") + "10" + ("1" + "101" + "1" + "1" + "00001001" + "00010000" + "00001001") +
        ("1" + ue(2, 2)) + "0" + "1",
    ),
    {
      width: 320,
      height: 184,
      isFieldCoded: true,
      pixelAspect: [12, 11],
      colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true },
    },
  ],
];

for (const [what, bits, expected] of sets) {
  Deno.test(`readHevcSps() reads ${what}`, () => {
    // nalOf() appends a one bit, so a misaligned read fails.
    const set = readHevcSps(nalOf(bits));
    assertEquals<Record<string, unknown>>({ ...set }, expected);
  });
}

const upToReferences = header("000") + SIZE + ORDERING + BLOCKS + TOOLS;

const broken: [what: string, bits: string, message: string][] = [
  ["chroma format 4", header("000") + ue(0) + ue(4), "Cannot read chroma format 4: it is reserved"],
  [
    "a conformance window that leaves nothing",
    header("000") + ue(0) + ue(1) + ue(320, 184) + "1" + ue(80, 80, 0, 0),
    "Cannot use a size of 0 × 184 pixels",
  ],
  [
    "a width of 2^32 - 2",
    header("000") + ue(0) + ue(1) + ue(2 ** 32 - 2, 184) + "0",
    "Cannot use a size of",
  ],
  [
    "65 reference sets",
    upToReferences + ue(65),
    "Cannot read 65 reference picture sets, expected at most 64",
  ],
  [
    "17 references",
    upToReferences + ue(1) + ue(16, 1),
    "Cannot read 17 reference pictures, expected at most 16",
  ],
  ["33 long-term pictures", upToReferences + ue(0) + "1" + ue(33), "Cannot read 33 long-term"],
  ["a truncated SPS", upToReferences.slice(0, 150), "Cannot read"],
];

for (const [what, bits, message] of broken) {
  Deno.test(`readHevcSps() rejects ${what}`, () => {
    assertThrows(() => readHevcSps(nalOf(bits)), MediaError, message);
  });
}
