import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readTsPacket, type TsPacket } from "../../../lib/verify/readers/ts_packet.ts";
import { tsPacket } from "../ts_bytes.ts";

type Expected = Partial<Omit<TsPacket, "payload">> & { payload: number };

/** Expected fields, and the size of the payload in place of its bytes. */
const cases: [what: string, bytes: string, expected: Expected][] = [
  ["a payload alone", "47 01 00 17", { pid: 0x100, counter: 7, payload: 184 }],
  ["the start of a PES packet", "47 41 00 10", { pid: 0x100, start: true, payload: 184 }],
  ["a null packet", "47 1fff 1f", { pid: 8191, counter: 15, payload: 184 }],
  ["an adaptation field alone", "47 0100 25 b7 00", { pid: 0x100, counter: 5, payload: 0 }],
  ["an adaptation field of length 0", "47 0100 30 00", { pid: 0x100, payload: 183 }],
  ["a random access point", "47 0100 30 01 40", { pid: 0x100, randomAccess: true, payload: 182 }],
  ["all other flags", "47 0100 30 07 af", { pid: 0x100, payload: 176 }],
  [
    "a PCR", // base of 33 bits: 3; 6 reserved bits; extension of 9 bits: 299
    "47 0100 30 07 10 00000001 ff2b",
    { pid: 0x100, pcr: 3 * 300 + 299, payload: 176 },
  ],
  [
    "the last PCR before it wraps around",
    "47 0100 30 07 10 ffffffff ff2b",
    { pid: 0x100, pcr: 2 ** 33 * 300 - 1, payload: 176 },
  ],
];

for (const [what, bytes, expected] of cases) {
  Deno.test(`readTsPacket() reads ${what}`, () => {
    const { payload, ...fields } = readTsPacket(tsPacket(bytes));
    const defaults = { start: false, counter: 0, randomAccess: false, pcr: undefined };
    assertEquals({ ...fields, payload: payload.length }, { ...defaults, ...expected });
  });
}

const invalid: [bytes: string, message: string][] = [
  ["48 0100 10", "Cannot find the sync byte, got 72"],
  ["47 8100 10", "Cannot read a packet with transport_error_indicator"],
  ["47 0100 90", "Cannot read a scrambled packet"],
  ["47 0100 00", "Cannot read a packet without adaptation field and payload"],
  ["47 0100 30 b7", "Cannot read an adaptation field of 184 bytes"], // none left for the payload
  ["47 0100 20 b8", "Cannot read an adaptation field of 185 bytes"],
  ["47 0100 30 06 10 00000001 ff", "Cannot read a truncated PCR"],
];

for (const [bytes, message] of invalid) {
  Deno.test(`readTsPacket() rejects ${bytes}`, () => {
    assertThrows(() => readTsPacket(tsPacket(bytes)), MediaError, message);
  });
}
