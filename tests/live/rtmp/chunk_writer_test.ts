import { assertEquals } from "@std/assert";
import { ByteWriter } from "../../../lib/bytes.ts";
import { ChunkReader } from "../../../lib/live/rtmp/chunk_reader.ts";
import { writeChunks } from "../../../lib/live/rtmp/chunk_writer.ts";
import type { RtmpMessage } from "../../../lib/live/rtmp/rtmp_message.ts";
import { hex } from "./hex.ts";

function write(chunkStreamId: number, message: RtmpMessage, chunkSize = 128): Uint8Array {
  const w = new ByteWriter();
  writeChunks(w, chunkStreamId, message, chunkSize);
  return w.finish();
}

Deno.test("writeChunks() writes a full header, then the shortest", () => {
  const message = { type: 20, timestamp: 1, streamId: 0x01020304, payload: hex("aabbcc") };
  assertEquals(
    write(3, message, 2).toHex(),
    hex("03 000001 000003 14 04030201 aabb c3 cc").toHex(),
  );
});

const IDS = [2, 63];
const TIMES = [0, 0xfffffe, 0xffffff, 2 ** 31, 2 ** 32 - 1];
const SIZES = [0, 1, 127, 128, 129, 256, 131072];

for (const id of IDS) {
  Deno.test(`writeChunks() writes what ChunkReader reads in chunk stream ${id}`, () => {
    const reader = new ChunkReader();
    for (const timestamp of TIMES) {
      for (const size of SIZES) {
        const payload = Uint8Array.from({ length: size }, (_, i) => i);
        const message = { type: 9, timestamp, streamId: 2 ** 32 - 2, payload };
        reader.push(write(id, message));
        assertEquals(reader.takeMessages(), [message]);
      }
    }
  });
}

/** `chunk0 extended timestamp` of pkg/chunk/chunk_test.go of github.com/bluenviron/gortmplib (MIT licence). */
Deno.test("writeChunks() writes the chunk of gortmplib", () => {
  const chunk = hex("19 ffffff 000004 0f 003184b2 ff3486a2 05060708");
  const payload = hex("05060708");
  assertEquals(
    write(25, { type: 15, timestamp: 0xff3486a2, streamId: 0xb2843100, payload }),
    chunk,
  );
});
