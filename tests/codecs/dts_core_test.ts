import { assertEquals, assertThrows } from "@std/assert";
import { buildDdts, type DtsCore, readDtsCore } from "../../lib/codecs/dts_core.ts";
import { MediaError } from "../../lib/errors.ts";
import { bitsOf, bytesOf, hex } from "./entry.ts";

/** Start of a frame of ffmpeg's encoder: 5.1 at 48 kHz, 16 bits, 512 samples, 1884 bytes. */
const FRAME = hex("7ffe8001 fc3c75b2 76c00538 0009ef7b");

const CORE: DtsCore = {
  ...{ sampleRate: 48000, arrangement: 9, layout: 0x0F, depth: 16 },
  ...{ duration: 512, size: 1884 },
};

/** Returns the frame with these bits, from a position on. */
function withBits(at: number, bits: string, frame = FRAME): Uint8Array {
  const all = bitsOf(frame);
  return bytesOf(all.slice(0, at) + bits + all.slice(at + bits.length));
}

const frames: [what: string, frame: Uint8Array, core: Partial<DtsCore>][] = [
  ["5.1", FRAME, {}],
  ["mono without LFE", withBits(60, "000000"), { arrangement: 0, layout: 0x09 }],
  ["stereo of Lt/Rt without LFE", withBits(85, "00"), { layout: 0x07 }],
  ["44.1 kHz", withBits(66, "1000"), { sampleRate: 44100 }],
  ["20 bits, as 24", withBits(95, "010"), { depth: 24 }],
  ["a CRC before the depth", withBits(38, "1", withBits(111, "101")), { depth: 24 }],
  ["2048 samples", withBits(39, "0111111"), { duration: 2048 }],
];

for (const [what, frame, core] of frames) {
  Deno.test(`readDtsCore() reads ${what}`, () => {
    assertEquals(readDtsCore(frame), { ...CORE, ...core });
  });
}

/** A frame of 96 bytes, and the sync word of an extension substream. */
const EXTENDED = new Uint8Array(100);
EXTENDED.set(withBits(46, "00000001011111"));
EXTENDED.set(hex("64582025"), 96);

const rejected: [what: string, frame: Uint8Array, message: string][] = [
  ["another codec", hex("ff f1 50 80"), "the sync word 7FFE8001 is missing"],
  ["little-endian words", hex("fe7f 0180"), "the sync word 7FFE8001 is missing"],
  ["a truncated frame", FRAME.subarray(0, 9), "Cannot"],
  ["channels that a user defines", withBits(60, "010000"), "Cannot read AMODE 16 of a DTS frame"],
  ["an invalid rate", withBits(66, "0000"), "Cannot read SFREQ 0 of a DTS frame"],
  ["an invalid depth", withBits(95, "100"), "Cannot read PCMR 4 of a DTS frame"],
  ["an extension in the core", withBits(83, "1"), "extensions without ddts, expected a core alone"],
  ["an extension substream", EXTENDED, "extensions without ddts, expected a core alone"],
];

for (const [what, frame, message] of rejected) {
  Deno.test(`readDtsCore() rejects ${what}`, () => {
    assertThrows(() => readDtsCore(frame), MediaError, message);
  });
}

Deno.test("buildDdts() writes what the frame says", () => {
  const bitRate = (1884 * 8 * 48000 / 512).toString(16).padStart(8, "0");
  const ddts = `0000bb80 ${bitRate} ${bitRate} 10 03 2475c0 000f 00`;
  assertEquals(buildDdts(CORE).toHex(), hex(ddts).toHex());
});

Deno.test("buildDdts() rejects frames of a duration without a code", () => {
  const message = "Cannot describe DTS frames of 256 samples, expected 512, 1024, 2048, 4096";
  assertThrows(() => buildDdts({ ...CORE, duration: 256 }), MediaError, message);
});
