/** Limits of what a client may have under way (tests/live/rtmp/chunk_reader_test.ts reads the rest). */

import { assertEquals, assertThrows } from "@std/assert";
import { ChunkReader } from "../../../lib/live/rtmp/chunk_reader.ts";
import { RtmpError } from "../../../lib/live/rtmp/rtmp_error.ts";
import { hex } from "./hex.ts";

const SET_CHUNK_SIZE = "02 000000 000004 01 00000000";

/** The header of a chunk of type 0, in chunk stream `id` from 64 on, of a message of `size` bytes. */
const header = (id: number, size: number) =>
  new Uint8Array([1, (id - 64) % 256, (id - 64) >> 8, 0, 0, 0, ...u24(size), 8, 1, 0, 0, 0]);
const u24 = (value: number) => [value >> 16, value >> 8 & 255, value & 255];

Deno.test("ChunkReader rejects more than 128 chunk streams", () => {
  const reader = new ChunkReader();
  for (let id = 64; id < 192; id++) reader.push(header(id, 0));
  assertEquals(reader.takeMessages().length, 128);
  const message = "Cannot read more than 128 chunk streams";
  assertThrows(() => reader.push(header(192, 0)), RtmpError, message);
});

Deno.test("ChunkReader rejects more than 16 messages at once", () => {
  const reader = new ChunkReader();
  reader.push(hex(`${SET_CHUNK_SIZE} 00000001`));
  for (let id = 64; id < 80; id++) reader.push(new Uint8Array([...header(id, 2 ** 24 - 1), 0]));
  assertEquals(reader.heldBytes, 16);
  const message = "Cannot read more than 16 messages at once";
  assertThrows(() => reader.push(header(80, 2)), RtmpError, message);
});

Deno.test("ChunkReader counts messages at once without those that end", () => {
  const reader = new ChunkReader();
  for (let i = 0; i < 100; i++) {
    reader.push(hex(`04 000000 000081 08 01000000 ${"aa".repeat(128)}`));
    const end = i % 2 ? "c4 aa" : "02 000000 000004 02 00000000 00000004";
    reader.push(hex(end));
    assertEquals(reader.heldBytes, 0);
  }
  assertEquals(reader.takeMessages().length, 50);
});

Deno.test("ChunkReader rejects more than 32 MiB of incomplete messages", () => {
  const reader = new ChunkReader();
  const part = new Uint8Array(2 ** 24 - 2);
  reader.push(hex(`${SET_CHUNK_SIZE} 00fffffe`));
  for (const id of [64, 65]) {
    reader.push(header(id, 2 ** 24 - 1));
    reader.push(part);
  }
  assertEquals(reader.heldBytes, 2 ** 25 - 4);
  reader.push(header(66, 2 ** 24 - 1));
  const message = "Cannot hold more than 33554432 bytes of incomplete messages";
  assertThrows(() => reader.push(part), RtmpError, message);
});

Deno.test("ChunkReader frees messages that are not complete", () => {
  const reader = new ChunkReader();
  reader.push(hex("03 000000 000010 14 00000000 01020304"));
  assertEquals(reader.heldBytes, 4);
  reader[Symbol.dispose]();
  assertEquals([reader.heldBytes, reader.takeMessages()], [0, []]);
});
