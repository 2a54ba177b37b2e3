import { assertEquals, assertThrows } from "@std/assert";
import { findSbr } from "../../../lib/codecs/aac/frame.ts";
import { MediaError } from "../../../lib/errors.ts";
import * as frame from "../aac_frames.ts";
import { bitsOf, bytesOf } from "../entry.ts";

/** Fill element of 2 bytes with SBR data, then ID_END. */
const SBR = "110" + "0010" + "1101" + "0".repeat(12) + "111";

/** Replaces ID_END, the last three one bits of the frame. */
function withEnd(bytes: Uint8Array, end: string): Uint8Array {
  const bits = bitsOf(bytes);
  return bytesOf(bits.slice(0, bits.lastIndexOf("111")) + end);
}

/** Data stream elements of one byte, and of 257 aligned bytes. */
const DATA = "100" + "0000" + "0" + "00000001" + "01010101";
const ALIGNED = "100" + "0000" + "1" + "11111111" + "00000010" + "1".repeat(8 * 257);

/** Single channel element: tag and gain; reserved bit, window sequence and shape. */
const LONG = "000" + "0000" + "00000000" + "0" + "00" + "0";
const SHORT = "000" + "0000" + "00000000" + "0" + "10" + "0";

/** No pulse data, no temporal noise shaping, no gain control. */
const NOTHING = "0" + "0" + "0";
const ONES = "1".repeat(24);

/** Tools that the encoded frames do not use. */
const tools: [what: string, bits: string][] = [
  [
    "noise and intensity", // codebooks 13 and 15; a plain energy, then codewords
    LONG + "000011" + "0" + "1101" + "00010" + "1111" + "00001" + ONES.slice(0, 9) + "100" + "0" +
    NOTHING,
  ],
  ["pulses", LONG + "000000" + "0" + "1" + "01" + ONES.slice(0, 6) + ONES.slice(0, 18) + "0" + "0"],
  [
    "noise shaping: one filter of order 2, compressed, and one of order 0",
    LONG + "000000" + "0" + "0" + "1" + "10" + "1" + "111111" + "00010" + "1" + "1" +
    ONES.slice(0, 6) +
    "111111" + "00000" + "0",
  ],
  [
    "noise shaping of short windows",
    SHORT + "0000" + "1111111" + "0" + "1" + "1" + "0" + "1111" + "001" + "1" + "0" + "111" +
    "0".repeat(7) + "0",
  ],
  [
    "escapes", // codebook 11: (16, 16) with signs, six bits and four; then (0, 0)
    LONG + "000001" + "0" + "1011" + "00001" + "0" + NOTHING + "00100" + "11" + "110" +
    ONES.slice(0, 6) + "0" + "1111" + "0000",
  ],
  [
    "a section longer than its field", // 31 and 5 bands of nothing
    LONG + "100100" + "0" + "0000" + "11111" + "00101" + NOTHING,
  ],
  [
    "short windows in three groups",
    SHORT + "0001" + "1011101" + ("0001" + "001").repeat(3) + "0".repeat(3) + NOTHING +
    "0".repeat(2 + 4 + 2),
  ],
];

for (const [what, bits] of tools) {
  Deno.test(`findSbr() skips ${what}`, () => {
    const found = findSbr(bytesOf(bits + SBR), 24000);
    assertEquals(found?.r.position, bits.length + 3 + 4 + 4);
  });
}

Deno.test("findSbr() skips channel pairs with separate and with common windows", () => {
  const own = "001" + "0000" + "0" + LONG.slice(7) + "0000000" + NOTHING;
  const second = LONG.slice(7) + "0000000" + NOTHING;
  const shared = "001" + "0000" + "1" + "0000" + "000010" + "0" + "01" + "11";
  const each = "00000000" + "0000" + "00010" + NOTHING;
  const bits = own + second + shared + each + each;
  const found = findSbr(bytesOf(bits + SBR), 24000);
  assertEquals([found?.mono, found?.r.position], [false, bits.length + 11]);
});

const frames: [what: string, bytes: Uint8Array, coreRate: number][] = [
  ["a long window", frame.LC_MONO, 24000],
  ["eight short windows", frame.LC_SHORT, 24000],
  ["eight short windows of 16 kHz", frame.LC_SHORT_16000, 16000],
  ["silence of 8 kHz", frame.SILENCE_8000, 8000],
  [
    "data stream elements before the channel",
    bytesOf(ALIGNED + DATA + bitsOf(frame.LC_MONO)),
    24000,
  ],
];

for (const [what, bytes, coreRate] of frames) {
  Deno.test(`findSbr() finds no SBR in ${what}`, () => {
    assertEquals(findSbr(bytes, coreRate), undefined);
  });

  // Fails if a single bit is skipped too many or too few.
  Deno.test(`findSbr() finds SBR after ${what}`, () => {
    const found = findSbr(withEnd(bytes, SBR), coreRate);
    assertEquals([found?.mono, found?.r.left! < 24], [true, true]);
  });
}

Deno.test("findSbr() distinguishes channel pairs from single channels", () => {
  assertEquals([findSbr(frame.HE_STEREO, 24000)?.mono, findSbr(frame.HE_V2_MONO, 24000)?.mono], [
    false,
    true,
  ]);
});

Deno.test("findSbr() skips other fill elements and the SBR checksum", () => {
  const filled = "110" + "1111" + "00000000" + "0".repeat(8 * 14); // esc_count 0: 14 bytes
  const checked = "110" + "0011" + "1110" + "1".repeat(10) + "0".repeat(10) + "111";
  const found = findSbr(withEnd(frame.LC_MONO, "110" + "0000" + filled + checked), 24000);
  assertEquals(found?.r.bits(10), 0);
});

const broken: [what: string, bytes: Uint8Array, message: string][] = [
  ["an empty frame", new Uint8Array(), "Cannot read 3 bits where 0 are left"],
  ["a truncated frame", frame.LC_MONO.subarray(0, 60), "Cannot read"],
  [
    "max_sfb above the number of bands",
    bytesOf(LONG + "110000"),
    "Cannot read max_sfb 48, expected less than",
  ],
  ["prediction", bytesOf(LONG + "000001" + "1"), "Cannot read AAC LC with prediction"],
  [
    "a section past the last band",
    bytesOf(LONG + "000001" + "0" + "0001" + "00010"),
    "Cannot read a section up to band 2, expected at most 1",
  ],
  [
    "gain control",
    bytesOf(LONG + "000000" + "0" + "0" + "0" + "1"),
    "Cannot read AAC LC with gain control",
  ],
];

for (const [what, bytes, message] of broken) {
  Deno.test(`findSbr() rejects ${what}`, () => {
    assertThrows(() => findSbr(bytes, 24000), MediaError, message);
  });
}
