import { assertEquals } from "@std/assert";
import type { FrameType } from "../../../lib/codecs/codec.ts";
import { getAvcFrameType } from "../../../lib/codecs/nal/avc_frame_type.ts";

const AUD = [0x09, 0xf0];
const IDR = [0x65, 0x88, 0x84];
/** first_mb_in_slice 0 (1), then slice_type 7 (0001000), 5 (00110) and 6 (00111). */
const I_SLICE = [0x41, 0b1000_1000, 0x00];
const P_SLICE = [0x41, 0b1001_1000, 0x00];
const B_SLICE = [0x01, 0b1001_1100, 0x00];
/** payloadType 6: recovery_frame_cnt 0 (1), and 8 (0001001). */
const RECOVERY = [0x06, 0x06, 0x01, 0xc4, 0x80];
const GRADUAL = [0x06, 0x06, 0x02, 0b0001_0010, 0x40, 0x80];
/** payloadType 5 of 256 bytes. */
const USER_DATA = [0x06, 0x05, 0xff, 0x01, ...Array(256).fill(7)];
const RECOVERY_LAST = [...USER_DATA, 0x06, 0x01, 0xc4, 0x80];

const UNITS: [what: string, nals: number[][], expected: FrameType | undefined][] = [
  ["an IDR picture", [AUD, [0x67, 1], [0x68, 1], IDR], "key"],
  ["an intra picture at a recovery point", [AUD, RECOVERY, I_SLICE], "key"],
  ["a recovery point after another message", [RECOVERY_LAST, I_SLICE], "key"],
  ["an intra picture", [AUD, USER_DATA, I_SLICE], "intra"],
  ["an intra picture in a gradual refresh", [GRADUAL, I_SLICE], "intra"],
  ["a P picture at a recovery point", [RECOVERY, P_SLICE], "inter"],
  ["a P picture", [AUD, P_SLICE], "inter"],
  ["a B picture", [B_SLICE], "inter"],
  ["a slice without its header", [[0x41]], "inter"],
  ["a truncated message", [[0x06, 0xff]], undefined],
  ["parameter sets alone", [AUD, [0x67, 1]], undefined],
  ["nothing", [], undefined],
];

for (const [what, nals, expected] of UNITS) {
  Deno.test(`getAvcFrameType() returns ${expected} for ${what}`, () => {
    assertEquals(getAvcFrameType(nals.map((nal) => Uint8Array.from(nal))), expected);
  });
}
