import { assertEquals, assertThrows } from "@std/assert";
import { readHevcSps } from "../../../lib/codecs/nal/hevc_sps.ts";
import { MediaError } from "../../../lib/errors.ts";
import { nalOf, se, ue } from "../entry.ts";

/** Header, VPS 0, so many sub-layers less one, nested; the general profile and level. */
function head(subLayers: string): string {
  return "01000010" + "00000001" + "0000" + subLayers + "1" + "01".repeat(48);
}

/** Id 0, 4:2:0, 320 × 184, no window; 8 bits. */
const SIZE = ue(0) + ue(1) + ue(320, 184) + "0" + ue(0, 0);
const ORDERING = ue(4) + "1" + ue(4, 2, 5);
const BLOCKS = ue(0, 3, 0, 3, 0, 0);

/** No scaling lists, no amp, no offsets, no pcm; no reference sets; no long-term pictures. */
const TOOLS = "0" + "00" + "0";
const REFERENCES = ue(0) + "0";
const END = "00" + "0"; // temporal vectors, intra smoothing; no VUI

const plain = head("000") + SIZE + ORDERING + BLOCKS + TOOLS + REFERENCES + END;
const size = { width: 320, height: 184, isFieldCoded: false };

/** Everything up to a VUI, whose first bits are these. */
function withVui(bits: string): string {
  return plain.slice(0, -1) + "1" + bits;
}

const sets: [what: string, bits: string, expected: Record<string, unknown>][] = [
  ["the least there is", plain, size],
  [
    "4:2:0 in a window",
    head("000") + ue(0) + ue(1) + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) + ORDERING +
    BLOCKS +
    TOOLS + REFERENCES + END,
    { width: 314, height: 180, isFieldCoded: false },
  ],
  [
    "4:2:2 in a window",
    head("000") + ue(0) + ue(2) + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) + ORDERING +
    BLOCKS +
    TOOLS + REFERENCES + END,
    { width: 314, height: 182, isFieldCoded: false },
  ],
  [
    "4:4:4 of three planes apart, in a window",
    head("000") + ue(0) + ue(3) + "1" + ue(320, 184) + "1" + ue(1, 2, 0, 2) + ue(0, 0) + ORDERING +
    BLOCKS + TOOLS + REFERENCES + END,
    { width: 317, height: 182, isFieldCoded: false },
  ],
  [
    "three sub-layers: one with profile and level, one with a level; one ordering for all",
    head("010") + "11" + "01" + "0".repeat(12) + "10".repeat(48) + "01".repeat(4) + SIZE + ue(4) +
    "0" +
    ue(4, 2, 5) + BLOCKS + TOOLS + REFERENCES + END,
    size,
  ],
  [
    "two sub-layers, each with an ordering",
    head("001") + "00" + "0".repeat(14) + SIZE + ue(4) + "1" + ue(4, 2, 5) + ue(3, 1, 4) + BLOCKS +
    TOOLS +
    REFERENCES + END,
    size,
  ],
  [
    "default scaling lists",
    head("000") + SIZE + ORDERING + BLOCKS + "10" + "000" + REFERENCES + END,
    size,
  ],
  [
    "scaling lists: copies, and one of each size",
    head("000") + SIZE + ORDERING + BLOCKS + "11" +
    ("1" + se(...Array(16).fill(1)) + ("0" + ue(1)).repeat(5)) +
    ("1" + se(...Array(64).fill(-1)) + ("0" + ue(0)).repeat(5)) +
    ("1" + se(8) + se(...Array(64).fill(0)) + ("0" + ue(2)).repeat(5)) +
    ("1" + se(-4) + se(...Array(64).fill(3)) + ("0" + ue(1))) +
    "000" + REFERENCES + END,
    size,
  ],
  [
    "pcm",
    head("000") + SIZE + ORDERING + BLOCKS + "0" + "11" + "1" + "11111111" + ue(0, 2) + "1" +
    REFERENCES + END,
    size,
  ],
  [
    "reference sets: two of their own, two told by those before them",
    head("000") + SIZE + ORDERING + BLOCKS + TOOLS + ue(4) +
    (ue(2, 1) + (ue(0) + "1").repeat(3)) + // three pictures
    ("0" + ue(1, 0) + ue(3) + "1") + // one
    ("1" + "1" + ue(0) + "1" + "01") + // of two: used; kept unused
    ("1" + "0" + ue(2) + "00" + "1" + "1") + // of three: gone, used, used
    "0" + END,
    size,
  ],
  [
    "two long-term pictures", // 8 bits of order each, and whether they are used
    head("000") + SIZE + ORDERING + BLOCKS + TOOLS + ue(0) + "1" + ue(2) + "1".repeat(18) + END,
    size,
  ],
  ["a VUI of nothing", withVui("0" + "0" + "0" + "0" + "0" + "0"), {
    ...size,
    pixelAspect: [1, 1],
  }],
  [
    "a VUI of pixel aspect, overscan, colour, chroma places and fields",
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
    // Ones behind it, so that a bit read too few or too many shows.
    const set = readHevcSps(nalOf(bits));
    assertEquals<Record<string, unknown>>({ ...set }, expected);
  });
}

const upToReferences = head("000") + SIZE + ORDERING + BLOCKS + TOOLS;

const broken: [what: string, bits: string, message: string][] = [
  ["chroma format 4", head("000") + ue(0) + ue(4), "Cannot read chroma format 4: it is reserved"],
  [
    "a window that leaves nothing",
    head("000") + ue(0) + ue(1) + ue(320, 184) + "1" + ue(80, 80, 0, 0),
    "Cannot show a picture of 0 × 184 pixels",
  ],
  ["a width of 2^32 - 2", head("000") + ue(0) + ue(1) + ue(2 ** 32 - 2, 184) + "0", "Cannot show"],
  ["65 reference sets", upToReferences + ue(65), "Cannot read 65 reference picture sets: 64 are"],
  [
    "17 references",
    upToReferences + ue(1) + ue(16, 1),
    "Cannot read 17 references: 16 are the most",
  ],
  ["33 long-term pictures", upToReferences + ue(0) + "1" + ue(33), "Cannot read 33 long-term"],
  ["a set cut off", upToReferences.slice(0, 150), "Cannot read"],
];

for (const [what, bits, message] of broken) {
  Deno.test(`readHevcSps() refuses ${what}`, () => {
    assertThrows(() => readHevcSps(nalOf(bits)), MediaError, message);
  });
}
