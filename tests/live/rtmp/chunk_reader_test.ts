import { assertEquals, assertThrows } from "@std/assert";
import { ChunkReader } from "../../../lib/live/rtmp/chunk_reader.ts";
import { RtmpError } from "../../../lib/live/rtmp/rtmp_error.ts";
import { hex } from "./hex.ts";

/** Type, timestamp, stream and payload, in hexadecimal, of a message. */
type Read = [type: number, timestamp: number, streamId: number, payload: string];

function readAll(bytes: Uint8Array, pieceSize = bytes.length || 1): Read[] {
  const reader = new ChunkReader();
  for (let at = 0; at < bytes.length; at += pieceSize) {
    reader.push(bytes.slice(at, at + pieceSize));
  }
  return takeAll(reader);
}

function takeAll(reader: ChunkReader): Read[] {
  return reader.takeMessages().map((it) => [
    it.type,
    it.timestamp,
    it.streamId,
    it.payload.toHex(),
  ]);
}

const run = (byte: string, count: number) => byte.repeat(count);
const SET_CHUNK_SIZE = "02 000000 000004 01 00000000";

const CASES: [name: string, chunks: string, messages: Read[]][] = [
  ["nothing", "", []],
  ["a message of one chunk", "04 0003e8 000002 08 01000000 aabb", [[8, 1000, 1, "aabb"]]],
  ["an empty message", "04 0003e8 000000 08 01000000", [[8, 1000, 1, ""]]],
  [
    "the example of RTMP 1.0 §5.3.2.1",
    `03 0003e8 000020 08 39300000 ${run("01", 32)}
     83 000014 ${run("02", 32)}
     c3 ${run("03", 32)}
     c3 ${run("04", 32)}`,
    [
      [8, 1000, 12345, run("01", 32)],
      [8, 1020, 12345, run("02", 32)],
      [8, 1040, 12345, run("03", 32)],
      [8, 1060, 12345, run("04", 32)],
    ],
  ],
  [
    "the example of RTMP 1.0 §5.3.2.2",
    `04 0003e8 000133 09 3a300000 ${run("01", 128)} c4 ${run("02", 128)} c4 ${run("03", 51)}`,
    [[9, 1000, 12346, run("01", 128) + run("02", 128) + run("03", 51)]],
  ],
  [
    "type 3 after type 0 adds its timestamp",
    "04 000017 000001 08 01000000 aa c4 bb c4 cc 84 000001 dd c4 ee",
    [[8, 23, 1, "aa"], [8, 46, 1, "bb"], [8, 69, 1, "cc"], [8, 70, 1, "dd"], [8, 71, 1, "ee"]],
  ],
  [
    "type 1 keeps the stream, type 2 the size",
    "04 000000 000001 08 05000000 aa 44 00000a 000002 09 bbbb 84 00000b cccc",
    [[8, 0, 5, "aa"], [9, 10, 5, "bbbb"], [9, 21, 5, "cccc"]],
  ],
  [
    "type 1 as the first chunk, as librtmp sends user control",
    "42 00000a 000001 04 aa",
    [[4, 10, 0, "aa"]],
  ],
  [
    "a difference over 2^31 goes back",
    "04 000100 000001 08 01000000 aa 84 ffffff fffffff0 bb c4 fffffff0 cc",
    [[8, 256, 1, "aa"], [8, 240, 1, "bb"], [8, 224, 1, "cc"]],
  ],
  [
    "times wrap at 2^32",
    "04 ffffff 000001 08 01000000 fffffff0 aa 84 000020 bb",
    [[8, 2 ** 32 - 16, 1, "aa"], [8, 16, 1, "bb"]],
  ],
  ...[0xfffffe, 0xffffff, 0x1000000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].flatMap(extendedCases),
  [
    "interleaved messages",
    `04 000001 000082 08 01000000 ${run("01", 128)} 06 000002 000083 09 01000000 ${run("02", 128)}
     c4 0101 c6 020202`,
    [[8, 1, 1, run("01", 130)], [9, 2, 1, run("02", 131)]],
  ],
  [
    "IDs of one, two and three bytes",
    `3f 000001 000082 08 01000000 ${run("01", 128)} 00ff 000002 000083 09 01000000 ${run("02", 128)}
     01ffff 000003 000084 09 01000000 ${run("03", 128)} c1ffff 03030303 c0ff 020202 ff 0101`,
    [[9, 3, 1, run("03", 132)], [9, 2, 1, run("02", 131)], [8, 1, 1, run("01", 130)]],
  ],
  [
    "chunks of one byte",
    `${SET_CHUNK_SIZE} 00000001 04 000001 000003 08 01000000 aa c4 bb c4 cc`,
    [[8, 1, 1, "aabbcc"]],
  ],
  [
    "chunks of any size",
    `${SET_CHUNK_SIZE} 7fffffff 04 000001 00012c 08 01000000 ${run("aa", 300)}`,
    [[8, 1, 1, run("aa", 300)]],
  ],
  [
    "another size in the middle of a message",
    `04 000001 0000c8 08 01000000 ${run("01", 128)} ${SET_CHUNK_SIZE} 00000040
     c4 ${run("02", 64)} c4 ${run("03", 8)}`,
    [[8, 1, 1, run("01", 128) + run("02", 64) + run("03", 8)]],
  ],
  [
    "an aborted message",
    `1b 0003e8 000090 08 01000000 ${run("aa", 128)} 02 000000 000004 02 00000000 0000001b
     1b 000bb8 000003 08 01000000 090807`,
    [[8, 3000, 1, "090807"]],
  ],
  [
    "an abort of a chunk stream without a message",
    "02 000000 000004 02 00000000 00000040 04 000001 000001 08 01000000 aa",
    [[8, 1, 1, "aa"]],
  ],
];

/** A message of two chunks at `time`, where the second one repeats the extended timestamp or does not. */
function extendedCases(time: number): typeof CASES {
  const isExtended = time >= 0xffffff;
  const extended = isExtended ? time.toString(16).padStart(8, "0") : "";
  const field = isExtended ? "ffffff" : time.toString(16).padStart(6, "0");
  const start = `04 ${field} 000084 09 01000000 ${extended} ${run("01", 128)}`;
  const next = `84 000010 ${run("02", 128)} c4 02020202`;
  const messages: Read[] = [
    [9, time, 1, run("01", 128) + "03030303"],
    [9, (time + 16) % 2 ** 32, 1, run("02", 132)],
  ];
  return [
    [`${time} ms, repeated in type 3`, `${start} c4 ${extended} 03030303 ${next}`, messages],
    [`${time} ms, not repeated in type 3`, `${start} c4 03030303 ${next}`, messages],
  ];
}

for (const [name, chunks, messages] of CASES) {
  Deno.test(`ChunkReader reads ${name}`, () => {
    assertEquals(readAll(hex(chunks)), messages);
  });

  Deno.test(`ChunkReader reads ${name}, in pieces of any size`, () => {
    for (const size of [1, 2, 3, 5, 7, 11, 64]) assertEquals(readAll(hex(chunks), size), messages);
  });
}

/** Messages and chunks of pkg/rawmessage/reader_test.go of github.com/bluenviron/gortmplib (MIT licence). */
const GORTMPLIB: typeof CASES = [
  [
    "(chunk0) + (chunk1)",
    `1b 004890 000040 06 330c0000 ${run("03", 64)} 5b 00000f 000040 05 ${run("04", 64)}`,
    [[6, 18576, 3123, run("03", 64)], [5, 18591, 3123, run("04", 64)]],
  ],
  [
    "(chunk0) + (chunk2) + (chunk3)",
    `1b 004890 000040 06 330c0000 ${run("03", 64)} 9b 00000f ${run("04", 64)} db ${run("05", 64)}`,
    [
      [6, 18576, 3123, run("03", 64)],
      [6, 18591, 3123, run("04", 64)],
      [6, 18606, 3123, run("05", 64)],
    ],
  ],
  [
    "(chunk0 + chunk3) + (chunk1 + chunk3) + (chunk2 + chunk3) + (chunk3 + chunk3)",
    `1b 004890 0000be 06 330c0000 ${run("03", 128)} db ${run("03", 62)}
     5b 000000 0000c0 06 ${run("04", 128)} db ${run("04", 64)}
     9b 00000f ${run("05", 128)} db ${run("05", 64)}
     db ${run("06", 128)} db ${run("06", 64)}`,
    [
      [6, 18576, 3123, run("03", 190)],
      [6, 18576, 3123, run("04", 192)],
      [6, 18591, 3123, run("05", 192)],
      [6, 18606, 3123, run("06", 192)],
    ],
  ],
  [
    "(chunk0 + chunk3 with extended timestamp)",
    `1b ffffff 0000a0 06 330c0000 ff123456 ${run("05", 128)} db ff123456 ${run("05", 32)}`,
    [[6, 0xff123456, 3123, run("05", 160)]],
  ],
  [
    "decreasing timestamp",
    `1b 003e80 000002 06 330c0000 0102 9b 0003e8 0304 1b 003e80 000002 06 330c0000 0506
     9b 0003e8 0708`,
    [
      [6, 16000, 3123, "0102"],
      [6, 17000, 3123, "0304"],
      [6, 16000, 3123, "0506"],
      [6, 17000, 3123, "0708"],
    ],
  ],
];

for (const [name, chunks, messages] of GORTMPLIB) {
  Deno.test(`ChunkReader agrees with gortmplib: ${name}`, () => {
    assertEquals(readAll(hex(chunks)), messages);
    assertEquals(readAll(hex(chunks), 1), messages);
  });
}

Deno.test("ChunkReader takes media that starts like the extended timestamp for media", () => {
  const start = `04 ffffff 000084 09 01000000 01020304 ${run("01", 128)}`;
  const chunks = hex(`${start} c4 01020305 ${start} c4 01020304`);
  for (const size of [1, 2, 3, 5, 7, chunks.length]) {
    const ends = readAll(chunks, size).map(([, , , payload]) => payload.slice(256));
    assertEquals(ends, ["01020305", "01020304"]);
  }
});

Deno.test("ChunkReader reads type 3 that begins a message without the extended timestamp, as OBS sends it", () => {
  const time = "01020304";
  const chunks = `04 ffffff 000081 09 01000000 ${time} ${run("01", 128)} c4 ${time} 05
    c4 ${run("02", 128)} c4 ${time} 06`;
  const messages: Read[] = [
    [9, 0x01020304, 1, run("01", 128) + "05"],
    [9, 0x02040608, 1, run("02", 128) + "06"],
  ];
  assertEquals(readAll(hex(chunks)), messages);
  assertEquals(readAll(hex(chunks), 1), messages);
});

Deno.test("ChunkReader.heldBytes counts incomplete messages and headers", () => {
  const reader = new ChunkReader();
  const held = [];
  for (const part of [`04 000001 0000c8 08 01000000 ${run("01", 100)}`, run("01", 28), "c4"]) {
    reader.push(hex(part));
    held.push(reader.heldBytes);
  }
  assertEquals(held, [100, 128, 128]);
  reader.push(hex("060000"));
  assertEquals(reader.heldBytes, 131);
  reader.push(new Uint8Array(69));
  assertEquals(reader.heldBytes, 0);
  reader.push(hex("04 0000"));
  assertEquals(reader.heldBytes, 3);
});

const WRONG: [name: string, chunks: string, message: string][] = [
  [
    "a chunk size of 0",
    `${SET_CHUNK_SIZE} 00000000`,
    "Cannot read chunks of 0 bytes, expected 1 to 2147483647",
  ],
  [
    "a chunk size of 2^31",
    `${SET_CHUNK_SIZE} 80000000`,
    "Cannot read chunks of 2147483648 bytes, expected 1 to 2147483647",
  ],
  [
    "a chunk size of 3 bytes",
    "02 000000 000003 01 00000000 000000",
    "Cannot read Set Chunk Size of 3 bytes, expected 4",
  ],
  [
    "an abort of 0 bytes",
    "02 000000 000000 02 00000000",
    "Cannot read Abort Message of 0 bytes, expected 4",
  ],
  ["type 2 as the first chunk", "84 000000", "Cannot start chunk stream 4 with a chunk of type 2"],
  ["type 3 as the first chunk", "c4", "Cannot start chunk stream 4 with a chunk of type 3"],
  [
    "a message that is broken off",
    `04 000000 000090 08 01000000 ${run("aa", 128)} 44 000000 000001 08 aa`,
    "Cannot read a chunk of type 1 in a message of chunk stream 4 that lacks 16 bytes, expected type 3",
  ],
];

for (const [name, chunks, message] of WRONG) {
  Deno.test(`ChunkReader rejects ${name}`, () => {
    assertThrows(() => readAll(hex(chunks)), RtmpError, message);
    assertThrows(() => readAll(hex(chunks), 1), RtmpError, message);
  });
}

Deno.test("ChunkReader returns what was complete before an error", () => {
  const reader = new ChunkReader();
  assertThrows(() => reader.push(hex("04 000001 000001 08 01000000 aa c7")), RtmpError);
  assertEquals(takeAll(reader), [[8, 1, 1, "aa"]]);
});
