import { assertEquals, assertThrows } from "@std/assert";
import { findSequenceHeader, readAv1SequenceFields } from "../../lib/codecs/av1_sequence_header.ts";
import { type Colour, UNSPECIFIED_COLOUR } from "../../lib/codecs/video_properties.ts";
import { MediaError } from "../../lib/errors.ts";
import { bytesOf, hex } from "./entry.ts";

/** Builds a sequence header of 64 × 48: profile, still_picture and reduced flags, then the parts under test. */
function sequenceHeader(
  profile: string,
  points: string,
  tools: string,
  colour: string,
): Uint8Array {
  const size = "0101" + "0101" + "111111" + "101111";
  const bits = profile + points + size + tools + colour + "1";
  const body = bytesOf(bits);
  return Uint8Array.of(0x0A, body.length, ...body);
}

/** Superblock size, intra tools, inter tools without order hint, screen content tools, filters. */
const TOOLS = "0" + "000" + "0000" + "0" + "1" + "1" + "000";
const ONE_POINT = "0" + "00000" + "0".repeat(12) + "00101";

const parsed: [what: string, header: Uint8Array, colour?: Colour][] = [
  [
    "a reduced header",
    sequenceHeader("000" + "1" + "1", "00101", "000" + "000", "0" + "0" + "0" + "0"),
  ],
  ["one operating point", sequenceHeader("000" + "0" + "0", "0" + ONE_POINT, TOOLS, "0000")],
  [
    "two operating points with delays, the second with a tier",
    sequenceHeader(
      "000" + "0" + "0",
      "0" + "1" + "00001" + "0".repeat(12) + "00101" + "1" + "1001" + "0".repeat(12) + "01000" +
        "1" + "0",
      TOOLS,
      "0000",
    ),
  ],
  [
    "timing_info with equal intervals and a decoder model",
    sequenceHeader(
      "000" + "0" + "0",
      "1" + "0".repeat(64) + "1" + "010" + "1" + "01001" + "0".repeat(42) + ONE_POINT + "1" +
        "0".repeat(21),
      TOOLS,
      "0000",
    ),
  ],
  [
    "frame ids, order hints, forced screen content and integer motion vectors",
    sequenceHeader(
      "000" + "0" + "0",
      "0" + ONE_POINT,
      "1" + "0000000" + "000" + "0000" + "1" + "00" + "0" + "1" + "0" + "1" + "110" + "000",
      "0000",
    ),
  ],
  [
    "sRGB with implied range",
    sequenceHeader(
      "001" + "0" + "0",
      "0" + ONE_POINT,
      TOOLS,
      "0" + "1" + "00000001" + "00001101" + "00000000",
    ),
    { primaries: 1, transfer: 13, matrix: 0, fullRange: true },
  ],
  [
    "12 bits, full range, unspecified colour",
    sequenceHeader("010" + "0" + "0", "0" + ONE_POINT, TOOLS, "11" + "0" + "0" + "1"),
    { primaries: 2, transfer: 2, matrix: 2, fullRange: true },
  ],
];

for (const [what, header, colour = UNSPECIFIED_COLOUR] of parsed) {
  Deno.test(`findSequenceHeader() reads ${what}`, () => {
    assertEquals(findSequenceHeader(header), { width: 64, height: 48, colour });
  });
}

/** libaom, Main, 8 bits, 320 × 180: sequence header OBU with obu_size. */
const SEQUENCE = "0a0b 000000043cfeccdaf90040";

const units: [what: string, units: string, size: number[]][] = [
  ["after a temporal delimiter and metadata", `1200 2a02 0180 ${SEQUENCE}`, [320, 180]],
  ["after 200 bytes of padding", `7ac801${"00".repeat(200)} ${SEQUENCE}`, [320, 180]],
  ["before a truncated frame", `${SEQUENCE} 32ff7f 1400`, [320, 180]],
  ["without a size", "08 000000043cfeccdaf90040", [320, 180]],
  ["with an extension", "0e080b 000000043cfeccdaf90040", [320, 180]],
  ["nowhere", "1200 32021400", []],
  ["nowhere, after a size past the end", "32ffffff7f 1400", []],
];

for (const [what, bytes, size] of units) {
  Deno.test(`findSequenceHeader() finds it ${what}`, () => {
    const header = findSequenceHeader(hex(bytes));
    assertEquals(header ? [header.width, header.height] : [], size);
  });
}

const broken: [what: string, units: string, message: string][] = [
  ["a truncated header", "0a0b 000000043c", "Cannot read"],
  ["a header with too small a size", "0a03 000000043cfecc", "Cannot read"],
  ["obu_forbidden_bit 1", "8a0b 00", "Cannot read obu_forbidden_bit 1"],
  ["an unterminated size", "0a ffffffffffffffffff", "Cannot read a leb128 longer than 8 bytes"],
];

for (const [what, bytes, message] of broken) {
  Deno.test(`findSequenceHeader() rejects ${what}`, () => {
    assertThrows(() => findSequenceHeader(hex(bytes)), MediaError, message);
  });
}

/** Fields as they are most often. */
const FIELDS = {
  isReduced: false,
  presentationTimeBits: 0,
  removalTimeBits: undefined,
  operatingPoints: [{ idc: 0, hasDecoderModel: false }],
  widthBits: 6,
  heightBits: 6,
  width: 64,
  height: 48,
  frameIdBits: undefined,
  has128Superblocks: false,
  hasWarpedMotion: false,
  hasReferenceMotionVectors: false,
  screenContentTools: 2,
  integerMotionVectors: 2,
  orderHintBits: 0,
  hasSuperResolution: false,
  hasCdef: false,
  hasRestoration: false,
  isMonochrome: false,
  isSubsampled: true,
  hasSeparateDeltas: false,
  hasFilmGrain: false,
};

/** chroma_sample_position, separate_uv_delta_q. */
const CHROMA = "00" + "0";

const fields: [what: string, header: Uint8Array, expected: Partial<typeof FIELDS> | object][] = [
  [
    "a reduced header, with film grain",
    sequenceHeader("000" + "1" + "1", "00101", "000" + "111", "0000" + CHROMA),
    {
      isReduced: true,
      operatingPoints: [],
      hasSuperResolution: true,
      hasCdef: true,
      hasRestoration: true,
      hasFilmGrain: true,
    },
  ],
  [
    "a decoder model, and a layer with a tier",
    sequenceHeader(
      "000" + "0" + "0",
      "1" + "0".repeat(64) + "0" + "1" + ("01001" + "0".repeat(32) + "00111" + "01011") + "0" +
        "00000" + ("000100000001" + "01000" + "1" + "1" + "0".repeat(21)),
      TOOLS,
      "0000" + CHROMA + "0",
    ),
    {
      presentationTimeBits: 12,
      removalTimeBits: 8,
      operatingPoints: [{ idc: 257, hasDecoderModel: true }],
    },
  ],
  [
    "equal intervals, which need no presentation times",
    sequenceHeader(
      "000" + "0" + "0",
      "1" + "0".repeat(64) + "1" + "1" + "1" + ("01001" + "0".repeat(32) + "00111" + "01011") +
        ONE_POINT + "0",
      TOOLS,
      "0000" + CHROMA + "0",
    ),
    { removalTimeBits: 8 },
  ],
  [
    "frame IDs and all tools",
    sequenceHeader(
      "000" + "0" + "0",
      "0" + ONE_POINT,
      "1" + "0011" + "010" + "1" + "00" +
        ("00" + "1" + "0" + "1" + "0" + "1" + "0" + "1" + "0" + "1") +
        "110" + "000",
      "0000" + "00" + "1" + "0",
    ),
    {
      frameIdBits: { id: 8, delta: 5 },
      has128Superblocks: true,
      hasWarpedMotion: true,
      hasReferenceMotionVectors: true,
      screenContentTools: 1,
      integerMotionVectors: 1,
      orderHintBits: 7,
      hasSeparateDeltas: true,
    },
  ],
  [
    "no screen content tools",
    sequenceHeader(
      "000" + "0" + "0",
      "0" + ONE_POINT,
      "0000" + "0000" + "0" + "0" + "0" + "000",
      "0000" + CHROMA + "0",
    ),
    { screenContentTools: 0 },
  ],
  [
    "monochrome",
    sequenceHeader("000" + "0" + "0", "0" + ONE_POINT, TOOLS, "0" + "1" + "0" + "0"),
    { isMonochrome: true, hasFilmGrain: true },
  ],
  [
    "4:4:4 of 12 bits",
    sequenceHeader("010" + "0" + "0", "0" + ONE_POINT, TOOLS, "11" + "0" + "0" + "0" + "0" + "1"),
    { isSubsampled: false, hasSeparateDeltas: true, hasFilmGrain: true },
  ],
  [
    "4:2:0 of 12 bits",
    sequenceHeader(
      "010" + "0" + "0",
      "0" + ONE_POINT,
      TOOLS,
      "11" + "0" + "0" + "0" + "11" + CHROMA + "0",
    ),
    {},
  ],
  [
    "4:2:2 of 10 bits",
    sequenceHeader("010" + "0" + "0", "0" + ONE_POINT, TOOLS, "10" + "0" + "0" + "0" + "0" + "0"),
    { isSubsampled: false },
  ],
];

for (const [what, [, , ...body], expected] of fields) {
  Deno.test(`readAv1SequenceFields() reads ${what}`, () => {
    const read = readAv1SequenceFields(Uint8Array.from(body));
    assertEquals<object>(read, { ...FIELDS, ...expected });
  });
}
