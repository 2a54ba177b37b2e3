import { assertEquals } from "@std/assert";
import {
  countFlacSamples,
  countMp3Samples,
  countOpusSamples,
} from "../../lib/codecs/audio_frames.ts";
import { concat, u8 } from "../mp4/movie_file.ts";

const PACKETS: [what: string, packet: number[], samples: number][] = [
  ["SILK of 10 ms", [0 << 3], 480],
  ["SILK of 60 ms", [3 << 3], 2880],
  ["two frames of hybrid mode of 20 ms", [13 << 3 | 1], 1920],
  ["CELT of 2.5 ms", [16 << 3], 120],
  ["CELT of 20 ms", [31 << 3], 960],
  ["two frames of different sizes", [31 << 3 | 2], 1920],
  ["six frames, padded", [31 << 3 | 3, 0x40 | 6], 5760],
  ["seven frames, which is too long", [31 << 3 | 3, 7], 0],
  ["a count that is missing", [31 << 3 | 3], 0],
  ["nothing", [], 0],
];

for (const [what, packet, samples] of PACKETS) {
  Deno.test(`countOpusSamples() reads ${what}`, () => {
    assertEquals(countOpusSamples(u8(...packet)), samples);
  });
}

const FRAMES: [what: string, header: number[], samples: number][] = [
  ["192", [0xff, 0xf8, 0x10], 192],
  ["4608", [0xff, 0xf8, 0x50], 4608],
  ["4096", [0xff, 0xf8, 0xc9, 0x18, 0], 4096],
  ["32768", [0xff, 0xf8, 0xf0], 32768],
  ["a size of 8 bits", [0xff, 0xf8, 0x69, 0x18, 0x05, 99], 100],
  ["a size of 16 bits behind a number of three bytes", [
    ...[0xff, 0xf8, 0x79, 0x18, 0xe1, 0x80, 0x80, 0x12, 0x33],
  ], 0x1234],
  ["a reserved code", [0xff, 0xf8, 0x00], 0],
  ["another sync code", [0xfe, 0xf8, 0xc9], 0],
];

for (const [what, header, samples] of FRAMES) {
  Deno.test(`countFlacSamples() reads ${what}`, () => {
    assertEquals(countFlacSamples(concat(u8(...header), new Uint8Array(16))), samples);
  });
}

const MPEG: [what: string, header: number[], samples: number][] = [
  ["MPEG-1 layer III", [0xff, 0xfb, 0x90, 0], 1152],
  ["MPEG-2 layer III", [0xff, 0xf3, 0x90, 0], 576],
  ["MPEG-2.5 layer III", [0xff, 0xe3, 0x90, 0], 576],
  ["MPEG-1 layer I", [0xff, 0xff, 0x90, 0], 384],
  ["a reserved layer", [0xff, 0xf9, 0x90, 0], 0],
  ["no sync word", [0, 0, 0, 0], 0],
  ["a truncated header", [0xff, 0xfb], 0],
];

for (const [what, header, samples] of MPEG) {
  Deno.test(`countMp3Samples() reads ${what}`, () => {
    assertEquals(countMp3Samples(u8(...header)), samples);
  });
}

Deno.test("countFlacSamples() ignores a frame that is too short for a header", () => {
  assertEquals(countFlacSamples(u8(0xff, 0xf8, 0xc9)), 0);
});
