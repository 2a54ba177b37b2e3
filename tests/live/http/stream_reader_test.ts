import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { StreamReader } from "../../../lib/live/http/stream_reader.ts";
import { MemoryConnection, splitAt, toBytes } from "../memory_connection.ts";

async function open(text: string, ...offsets: number[]): Promise<StreamReader> {
  const reader = new StreamReader(new MemoryConnection(splitAt(toBytes(text), ...offsets), "end"));
  await reader.receive();
  return reader;
}

Deno.test("receive() appends to what is not consumed", async () => {
  const reader = await open("abcdef", 4);
  reader.consume(1);
  assertEquals(reader.received, toBytes("bcd"));
  assertEquals(await reader.receive(), true);
  assertEquals(reader.received, toBytes("bcdef"));
  assertEquals(await reader.receive(), false);
  assertEquals(reader.received, toBytes("bcdef"));
});

Deno.test("receive() grows the buffer up to 64 KB", async () => {
  const bytes = new Uint8Array(200_000).map((_, i) => i % 251);
  const reader = new StreamReader(new MemoryConnection([bytes], "end"));
  while (reader.received.length < 65536) await reader.receive();
  assertEquals(reader.received, bytes.subarray(0, 65536));
  await assertRejects(() => reader.receive(), RangeError);
  reader.consume(65000);
  await reader.receive();
  assertEquals(reader.received, bytes.subarray(65000, 65000 + reader.received.length));
});

Deno.test("receive() reads little from a connection that is slow", async () => {
  const lengths: number[] = [];
  const reader = new StreamReader({
    read(buffer) {
      lengths.push(buffer.length);
      return Promise.resolve(100);
    },
  });
  for (let i = 0; i < 3; i++) {
    await reader.receive();
    reader.consume(100);
  }
  assertEquals(lengths, [4096, 4096, 4096]);
});

const reads: [name: string, bytes: number, readsInParts: boolean, hasReadAll: boolean][] = [
  ["a read that has left room", 4095, false, true],
  ["a read that has filled the buffer", 4096, false, false],
  ["a read of a part", 100, true, false],
];

for (const [name, bytes, readsInParts, hasReadAll] of reads) {
  Deno.test(`hasReadAll is ${hasReadAll} after ${name}`, async () => {
    const stream = new MemoryConnection([new Uint8Array(bytes)]);
    const reader = new StreamReader(Object.assign(stream, { readsInParts }));
    await reader.receive();
    assertEquals(reader.hasReadAll, hasReadAll);
  });
}

const lines: [text: string, line: string | undefined, rest: string][] = [
  ["1f\r\nab", "1f", "ab"],
  ["\r\nab", "", "ab"],
  ["1f\r", undefined, "1f\r"],
  ["1f", undefined, "1f"],
  ["\u0080\r\n", "\u00c2\u0080", ""],
];

for (const [text, line, rest] of lines) {
  Deno.test(`takeLine() takes ${JSON.stringify(line)} of ${JSON.stringify(text)}`, async () => {
    const reader = await open(text);
    assertEquals(reader.takeLine(10), line);
    assertEquals(reader.received, toBytes(rest));
  });
}

for (
  const text of ["\n", "1f\n", "\n1f\r\n", "1\rf\r\n", "1\n\r\n", "123456789\r\n", "1234567890"]
) {
  Deno.test(`takeLine() rejects ${JSON.stringify(text)}`, async () => {
    const reader = await open(text);
    assertThrows(() => reader.takeLine(10), RangeError);
  });
}
