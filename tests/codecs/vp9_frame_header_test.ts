import { assertEquals, assertThrows } from "@std/assert";
import { createVp9FrameFinder, readVp9KeyFrameSize } from "../../lib/codecs/vp9_frame_header.ts";
import { MediaError } from "../../lib/errors.ts";
import { bytesOf } from "./entry.ts";
import {
  bits,
  COMPRESSED,
  frame,
  INTER,
  KEY,
  keyFrame,
  MOTION,
  ONE_TILE,
  PLAIN,
  SAME_SIZE,
  size,
  SYNC,
  VP9_FRAME_HEADERS,
} from "./vp9_frame_headers.ts";

for (const [what, header] of VP9_FRAME_HEADERS) {
  Deno.test(`createVp9FrameFinder() finds the end of the header of ${what}`, () => {
    const find = createVp9FrameFinder();
    find(frame(keyFrame));
    const start = Math.ceil(header.length / 8);
    assertEquals(find(frame(header)), [{ start, end: start + 32 }]);
  });
}

Deno.test("createVp9FrameFinder() leaves frames that are shown again, and indices, clear", () => {
  const find = createVp9FrameFinder();
  const [hidden, again] = [frame(keyFrame), bytesOf("10" + "00" + "1" + "000")];
  const marker = 0xC1;
  const sample = [...hidden, ...again, marker, hidden.length, again.length, marker];
  const start = Math.ceil(keyFrame.length / 8);
  assertEquals(find(Uint8Array.from(sample)), [{ start, end: hidden.length }]);
  assertEquals([find(again), find(new Uint8Array())], [[], []]);
});

Deno.test("createVp9FrameFinder() finds the last whole blocks", () => {
  const start = Math.ceil(keyFrame.length / 8);
  const ranges = [15, 16, 17, 32].map((size) => {
    const find = createVp9FrameFinder();
    return find(frame(keyFrame).subarray(0, start + size)).map(({ start: from, end }) => [
      from - start,
      end - start,
    ]);
  });
  assertEquals(ranges, [[], [[0, 16]], [[1, 17]], [[0, 32]]]);
});

Deno.test("createVp9FrameFinder() remembers the sizes of refreshed slots", () => {
  const find = createVp9FrameFinder();
  find(frame(keyFrame));
  find(frame(INTER + "000" + size(1024) + MOTION + PLAIN + "0" + ONE_TILE + COMPRESSED));
  const wide = INTER + "1" + "0" + MOTION + PLAIN + "0" + ONE_TILE + COMPRESSED;
  const narrow = INTER + "01" + "0" + MOTION + PLAIN + ONE_TILE + COMPRESSED;
  for (const header of [wide, narrow]) {
    const start = Math.ceil(header.length / 8);
    assertEquals(find(frame(header)), [{ start, end: start + 32 }]);
  }
});

const rejected: [what: string, header: string, message: string][] = [
  ["another marker", "01" + keyFrame.slice(2), "its marker is not 2"],
  [
    "another sync code",
    keyFrame.replace(SYNC, bits(0x498343, 24)),
    "its sync code is not 49 83 42",
  ],
  ["sRGB in profile 0", KEY.slice(0, -4) + "111" + "0", "sRGB in profile 0 is reserved"],
  ["the size of an absent frame", INTER + SAME_SIZE, "the size of an absent frame"],
  ["no compressed header", keyFrame.slice(0, -16) + bits(0, 16), "header_size_in_bytes is 0"],
];

for (const [what, header, message] of rejected) {
  Deno.test(`createVp9FrameFinder() rejects ${what}`, () => {
    assertThrows(() => createVp9FrameFinder()(frame(header)), MediaError, message);
  });
}

Deno.test("createVp9FrameFinder() rejects a truncated header", () => {
  assertThrows(() => createVp9FrameFinder()(bytesOf(KEY)), MediaError, "Cannot read 16 bits");
});

Deno.test("readVp9KeyFrameSize() returns the size of key frames alone", () => {
  const key = readVp9KeyFrameSize(frame(keyFrame))!;
  assertEquals([key.width > 0, key.height > 0], [true, true]);
  assertEquals(readVp9KeyFrameSize(frame(INTER + SAME_SIZE)), undefined);
  assertThrows(() => readVp9KeyFrameSize(bytesOf(KEY)), MediaError, "Cannot read 16 bits");
});
