import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readAggregate } from "../../../lib/live/rtmp/aggregate.ts";
import { hex } from "./hex.ts";

const read = (timestamp: number, payload: string) =>
  readAggregate({ type: 22, timestamp, streamId: 1, payload: hex(payload) })
    .map((it) => [it.type, it.timestamp, it.streamId, it.payload.toHex()]);

const AUDIO = "08 000002 000064 00 000000 aabb";
const VIDEO = "09 000003 000078 00 000000 010203";

const CASES: [name: string, timestamp: number, payload: string, parts: unknown[]][] = [
  ["nothing", 5, "", []],
  ["messages", 100, `${AUDIO} 0000000d ${VIDEO} 0000000e`, [
    [8, 100, 1, "aabb"],
    [9, 120, 1, "010203"],
  ]],
  ["messages at another time", 1000, `${AUDIO} 0000000d ${VIDEO} 0000000e`, [
    [8, 1000, 1, "aabb"],
    [9, 1020, 1, "010203"],
  ]],
  ["messages that end without a back pointer", 100, AUDIO, [[8, 100, 1, "aabb"]]],
  ["times over 24 bits", 0x01000064, "08 000000 000064 01 000000 0000000b", [
    [8, 0x01000064, 1, ""],
  ]],
  [
    "times that exceed 24 bits",
    50,
    "08 000000 ffffff 00 000000 0000000b 08 000000 000001 01 000000",
    [[8, 50, 1, ""], [8, 52, 1, ""]],
  ],
  ["times that wrap", 2 ** 32 - 10, `${AUDIO} 0000000d ${VIDEO} 0000000e`, [
    [8, 2 ** 32 - 10, 1, "aabb"],
    [9, 10, 1, "010203"],
  ]],
];

for (const [name, timestamp, payload, parts] of CASES) {
  Deno.test(`readAggregate() reads ${name}`, () => {
    assertEquals(read(timestamp, payload), parts);
  });
}

for (const payload of ["08", "08 000003 000064 00 000000 aabb", `${AUDIO} 0000000d 09 ffffff`]) {
  Deno.test(`readAggregate() rejects ${payload}`, () => {
    assertThrows(() => read(0, payload), MediaError, "Cannot read");
  });
}

Deno.test("readAggregate() reads at most 1024 messages", () => {
  const empty = "08 000000 000000 00 000000 00000000";
  assertEquals(read(0, empty.repeat(1024)).length, 1024);
  const message = "Cannot read more than 1024 messages in one";
  assertThrows(() => read(0, empty.repeat(1025)), MediaError, message);
});
