import { assertEquals } from "@std/assert";
import { BitReader } from "../../lib/bits.ts";
import { formatVvcProfile, readVvcProfile } from "../../lib/codecs/vvc_profile.ts";
import { readVvcCodec } from "../../lib/verify/readers/vvc_declaration.ts";
import { hex } from "./entry.ts";

/** From ols_idx on (14496-15 §11.2.4.2). */
const records: [what: string, bytes: string, formatted: string][] = [
  ["Main 10 with frames only", "0011 5f 01 02 33 80 00", "1.L51.CQA"],
  ["frames only and multiple layers", "0011 5f 01 02 33 c0 00", "1.L51.CYA"],
  ["the high tier", "0011 5f 01 03 56 80 00", "1.H86.CQA"],
  ["no constraint", "0011 5f 01 02 33 00 00", "1.L51.CA"],
  ["no bytes of constraints", "0011 5f 00 02 33 00", "1.L51"],
  ["constraints of 3 bytes, the last 0", "0011 5f 03 02 33 a08000 00", "1.L51.CUCAA"],
  ["constraints of 5 bytes", "0011 5f 05 02 33 8000000001 00", "1.L51.CQAAAAAAB"],
  ["Main 10 4:4:4", "0011 5f 01 42 33 80 00", "33.L51.CQA"],
  ["levels of two of three sublayers", "0031 5f 01 02 33 80 c0 2030 00", "1.L51.CQA"],
  ["sub-profiles", "0011 5f 01 02 33 80 02 b5000001 0000000a", "1.L51.CQA.SB5000001+A"],
  ["the second output layer set", "00c1 5f 01 22 33 80 00 00", "17.L51.CQA.O1+3"],
];

for (const [what, bytes, formatted] of records) {
  Deno.test(`formatVvcProfile() formats ${what}`, () => {
    const r = new BitReader(hex(bytes));
    assertEquals(formatVvcProfile(readVvcProfile(r)), formatted);
    assertEquals(r.left, 0);
    assertEquals(readVvcCodec("vvc1", hex(`00000000 ff ${bytes}`)), `vvc1.${formatted}`);
  });
}
