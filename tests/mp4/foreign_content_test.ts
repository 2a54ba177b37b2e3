import { assertEquals } from "@std/assert";
import {
  type ForeignContent,
  probeFlv,
  probeMatroska,
  probeOgg,
  probeTs,
  toBinaryText,
} from "../../lib/mp4/foreign_content.ts";
import { hex } from "../codecs/entry.ts";
import { concat } from "./movie_file.ts";

const TAG_HEADER = "000003 000000 00 000000";

/** Tags of FLV with the first byte of their data. */
function flv(...tags: [type: string, codec: string][]): Uint8Array {
  const bytes = tags.map(([type, codec]) => hex(`${type} ${TAG_HEADER} ${codec} 0000 0000000e`));
  return concat(hex("464c5601 05 00000009 00000000"), bytes);
}

const flvs: [what: string, bytes: Uint8Array, expected: ForeignContent][] = [
  ["AVC and AAC", flv(["12", "02"], ["09", "17"], ["08", "af"]), { video: true, audio: true }],
  ["Sorenson and MP3", flv(["09", "12"], ["08", "2f"]), { video: false, audio: true }],
  ["Speex", flv(["08", "b2"]), { video: undefined, audio: false }],
  ["nothing", flv(), { video: undefined, audio: undefined }],
];

for (const [what, bytes, expected] of flvs) {
  Deno.test(`probeFlv() finds ${what}`, () => assertEquals(probeFlv(bytes), expected));
}

/** Packets with a PAT that names PID 0x1000, and a PMT with these streams: type, PID and descriptors. */
function ts(...streams: string[]): Uint8Array {
  const packet = (header: string, section: string) => {
    const bytes = new Uint8Array(188).fill(255);
    bytes.set(hex(`${header} 00 ${section}`));
    return bytes;
  };
  const list = streams.join(" ");
  const length = (13 + hex(list).length).toString(16).padStart(2, "0");
  return concat(
    packet("47400010", "00 b0 11 0001c10000 0000e010 0001f000 00000000"),
    packet("47500010", `02 b0 ${length} 0001c10000 e100 f000 ${list} 00000000`),
    packet("47400010", "00 b0 11 0001c10000 0000e010 0001f000 00000000"),
  );
}

const streams: [what: string, streams: string[], expected: ForeignContent][] = [
  ["H.264 and AAC", ["1be100f000", "0fe101f000"], { video: true, audio: true }],
  ["MPEG-2 video and AC-3", ["02e100f000", "06e101f0036a0100"], { video: false, audio: true }],
  ["HEVC and MPEG audio", ["24e100f000", "03e101f000"], { video: true, audio: false }],
  ["subtitles only", ["06e101f0035901 00"], { video: undefined, audio: undefined }],
];

for (const [what, list, expected] of streams) {
  Deno.test(`probeTs() finds ${what}`, () => {
    assertEquals(probeTs(ts(...list), 0, 188), expected);
  });
}

Deno.test("probeTs() finds nothing in a section that spans packets or is empty", () => {
  for (const length of ["b0 b9", "b0 04", "bf ff"]) {
    const bytes = ts("1be100f000");
    bytes.set(hex(length), 188 + 6);
    assertEquals(probeTs(bytes, 0, 188), {}, length);
  }
});

Deno.test("probeTs() finds nothing in packets without sections", () => {
  const bytes = new Uint8Array(4 * 188).fill(255);
  for (let at = 0; at < bytes.length; at += 188) bytes.set(hex("47400010 ff"), at);
  assertEquals(probeTs(bytes, 0, 188), {});
});

Deno.test("probeMatroska() reads names of codecs by their size", () => {
  const bytes = hex("86 86 415f4f505553 56aa 83 0001  86 85 565f564138"); // A_OPUS, CodecDelay, V_VA8
  assertEquals(probeMatroska(bytes), { video: false, audio: true });
});

Deno.test("probeOgg() finds Theora and Opus", () => {
  const bytes = new TextEncoder().encode("OggS OpusHead");
  assertEquals(probeOgg(concat(bytes, hex("80"), new TextEncoder().encode("theora"))), {
    video: false,
    audio: true,
  });
});

Deno.test("toBinaryText() returns each byte as the character of its value", () => {
  assertEquals(toBinaryText(hex("00418aff"), 3), "\0A\x8A");
});
