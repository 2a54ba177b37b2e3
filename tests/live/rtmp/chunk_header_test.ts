import { assertEquals } from "@std/assert";
import { createChunkHeader, readChunkHeader } from "../../../lib/live/rtmp/chunk_header.ts";
import { hex } from "./hex.ts";

function read(bytes: Uint8Array, start = 0, end = bytes.length) {
  const header = createChunkHeader();
  readChunkHeader(bytes, start, end, header);
  return header;
}

/** Byte vectors of chunk_header_test.go of github.com/yutopp/go-rtmp (Boost Software License 1.0), with fields of type 3. */
const BASIC_HEADERS: [bytes: string, format: number, chunkStreamId: number][] = [
  ["42 000000 000000 00", 1, 2],
  ["bf 000000", 2, 63],
  ["0000 000000 000000 00 00000000", 0, 64],
  ["40ff 000000 000000 00", 1, 319],
  ["c10001", 3, 320],
  ["01ffff 000000 000000 00 00000000", 0, 65599],
];

for (const [text, format, chunkStreamId] of BASIC_HEADERS) {
  Deno.test(`readChunkHeader() reads chunk stream ${chunkStreamId} of go-rtmp`, () => {
    const header = read(hex(text));
    assertEquals(header, { ...createChunkHeader(), format, chunkStreamId, size: hex(text).length });
  });
}

/** Message headers of chunk_header_test.go of github.com/yutopp/go-rtmp (Boost Software License 1.0), after a basic header. */
const GO_RTMP: [bytes: string, timestamp: number, isExtended: boolean, rest: number[]][] = [
  ["03 00000a 00000a 0a 0a000000", 10, false, [10, 10, 10]],
  ["43 00000a 00000a 0a", 10, false, [10, 10, 0]],
  ["83 00000a", 10, false, [0, 0, 0]],
  ["03 ffffff 000014 14 14000000 00ffffff", 16777215, true, [20, 20, 20]],
  ["43 ffffff 000014 14 00ffffff", 16777215, true, [20, 20, 0]],
  ["83 ffffff 00ffffff", 16777215, true, [0, 0, 0]],
  ["03 ffffff 00001e 1e 1e000000 01000000", 16777216, true, [30, 30, 30]],
  ["43 ffffff 00001e 1e 01000000", 16777216, true, [30, 30, 0]],
  ["83 ffffff 01000000", 16777216, true, [0, 0, 0]],
  ["c3", 0, false, [0, 0, 0]],
];

/** Headers of pkg/chunk/chunk_test.go of github.com/bluenviron/gortmplib (MIT licence). */
const GORTMPLIB: typeof GO_RTMP = [
  ["19 b1a191 000014 14 035d173d", 11641233, false, [20, 20, 0x3d175d03]],
  ["19 ffffff 000014 0f 003184b2 ff3486a2", 0xff3486a2, true, [20, 15, 0xb2843100]],
  ["59 b1a191 000014 14", 11641233, false, [20, 20, 0]],
  ["59 ffffff 000014 14 ff884b6c", 0xff884b6c, true, [20, 20, 0]],
  ["99 b1a191", 11641233, false, [0, 0, 0]],
  ["99 ffffff ffaabbcc", 0xffaabbcc, true, [0, 0, 0]],
  ["d9", 0, false, [0, 0, 0]],
];

for (const [text, timestamp, isExtended, rest] of [...GO_RTMP, ...GORTMPLIB]) {
  const bytes = hex(text);

  Deno.test(`readChunkHeader() reads ${text}`, () => {
    const header = read(bytes);
    assertEquals(
      [header.size, header.timestamp, header.isExtended],
      [bytes.length, timestamp, isExtended],
    );
    assertEquals([header.messageSize, header.messageType, header.messageStreamId], rest);
  });

  Deno.test(`readChunkHeader() waits for the end of ${text}`, () => {
    for (let end = 0; end < bytes.length; end++) assertEquals(read(bytes, 0, end).size, 0);
    const shifted = new Uint8Array([9, 9, ...bytes, 9]);
    assertEquals(read(shifted, 2).size, bytes.length);
  });
}
