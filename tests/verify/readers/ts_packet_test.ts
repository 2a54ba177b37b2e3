import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readTsPacket, TS_PACKET_SIZE } from "../../../lib/verify/readers/ts_packet.ts";

/** Pads a packet to its size. */
function pad(text: string): Uint8Array {
  const bytes = new Uint8Array(TS_PACKET_SIZE).fill(0xFF);
  bytes.set(Uint8Array.fromHex(text.replaceAll(" ", "")));
  return bytes;
}

Deno.test("readTsPacket() reads PID, counter and payload", () => {
  const packet = readTsPacket(pad("47 4100 15 aa"));
  const { pid, start, counter, randomAccess, pcr } = packet;
  assertEquals([pid, start, counter, randomAccess, pcr], [0x100, true, 5, false, undefined]);
  assertEquals([packet.payload.length, packet.payload[0]], [184, 0xAA]);
});

Deno.test("readTsPacket() reads a PCR of 42 bits", () => {
  const { pcr, randomAccess, payload } = readTsPacket(pad("47 0100 30 07 50 ffffffff ff 2b"));
  assertEquals(pcr, (2 ** 33 - 1) * 300 + 299);
  assertEquals([randomAccess, payload.length], [true, 176]);
});

const invalid: [bytes: string, message: string][] = [
  ["48 0100 10", "Cannot find the sync byte, got 72"],
  ["47 8100 10", "Cannot read a packet with transport_error_indicator"],
  ["47 0100 50", "Cannot read a scrambled packet"],
  ["47 0100 00", "Cannot read a packet without adaptation field and payload"],
  ["47 0100 30 b7", "Cannot read an adaptation field of 184 bytes"],
  ["47 0100 30 03 10 0000", "Cannot read a truncated PCR"],
];

for (const [bytes, message] of invalid) {
  Deno.test(`readTsPacket() refuses ${bytes}`, () => {
    assertThrows(() => readTsPacket(pad(bytes)), MediaError, message);
  });
}
