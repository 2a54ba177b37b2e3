import { assertEquals } from "@std/assert";
import { describeForeignFormat } from "../../lib/mp4/foreign_format.ts";
import { hex } from "../codecs/entry.ts";
import { ascii, concat } from "./movie_file.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Codec IDs of Matroska, each in a CodecID element. */
function matroska(docType: string, ...codecs: string[]): Uint8Array {
  const header = concat(
    hex("1a45dfa3 8b 4282"),
    Uint8Array.of(128 + docType.length),
    ascii(docType),
  );
  return concat(
    header,
    codecs.map((name) =>
      concat(hex("86"), Uint8Array.of(128 + name.length), ascii(name), hex("56aa"))
    ),
  );
}

function packets(size: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(4 * size);
  for (let at = offset; at < bytes.length; at += size) bytes[at] = 0x47;
  return bytes;
}

const REMUX =
  "`ffmpeg -i clip -map 0:v -map 0:a? -c copy clip.mp4` converts it without re-encoding";
const COPY_AUDIO = "`ffmpeg -i clip -map 0:a -c copy clip.mp4` converts it without re-encoding";
const ENCODE_AUDIO = "`ffmpeg -i clip -map 0:a -c:a aac clip.mp4` converts it";
const REMUX_UNKNOWN =
  "`ffmpeg -i clip -map 0:v? -map 0:a? -c copy clip.mp4` converts it without re-encoding";
const ENCODE_UNKNOWN =
  "`ffmpeg -i clip -map 0:v? -map 0:a? -c:v libx264 -pix_fmt yuv420p -c:a aac clip.mp4` converts it";
const ENCODE =
  "`ffmpeg -i clip -map 0:v -map 0:a? -c:v libx264 -pix_fmt yuv420p -c:a aac clip.mp4` converts it";
const ENCODE_RAW =
  "`ffmpeg -framerate 25 -i clip -c:v libx264 -pix_fmt yuv420p clip.mp4` converts it";
const COPY_RAW = "`ffmpeg -i clip -c copy clip.mp4` converts it without re-encoding";

const convertible: [name: string, bytes: Uint8Array, command: string][] = [
  ["Matroska", matroska("matroska", "V_MPEG4/ISO/AVC", "A_AAC"), REMUX],
  ["Matroska", matroska("matroska"), REMUX_UNKNOWN],
  ["Matroska", matroska("matroska", "A_OPUS"), COPY_AUDIO],
  ["WebM", matroska("webm", "V_VP9", "A_OPUS"), REMUX],
  ["WebM", matroska("webm", "V_VP8", "A_VORBIS"), ENCODE],
  ["MPEG-TS", packets(188, 0), REMUX_UNKNOWN],
  ["M2TS", packets(192, 4), REMUX_UNKNOWN],
  ["FLV", encode("FLV\x01\x05"), REMUX_UNKNOWN],
  ["AVI", encode("RIFF1234AVI LIST"), ENCODE_UNKNOWN],
  ["ASF (WMV, WMA)", hex("3026b2758e66cf11a6d9"), ENCODE_UNKNOWN],
  ["MPEG-PS", hex("000001ba 2100"), ENCODE_UNKNOWN],
  ["MXF", hex("060e2b34 0205"), ENCODE_UNKNOWN],
  ["Ogg", encode("OggS 12345 OpusHead"), COPY_AUDIO],
  ["Ogg", encode("OggS 12345 \x01vorbis"), ENCODE_AUDIO],
  ["WAV", encode("RIFF1234WAVEfmt "), ENCODE_AUDIO],
  ["AIFF", encode("FORM1234AIFCFVER"), ENCODE_AUDIO],
  ["MP3", encode("ID3\x04"), COPY_AUDIO],
  ["MP3", hex("fffb9064"), COPY_AUDIO],
  [
    "FLAC",
    encode("fLaC"),
    "`ffmpeg -i clip -map 0:a -c copy -strict -2 clip.mp4` converts it without re-encoding",
  ],
  ["raw AAC (ADTS)", hex("fff14c80"), COPY_RAW],
  ["raw AC-3 or E-AC-3", hex("0b771869"), COPY_RAW],
  ["raw H.264", hex("00000001 6764001f"), ENCODE_RAW],
  ["raw H.264", hex("000001 09f0"), ENCODE_RAW],
  ["raw H.264", hex("00000001 0605ffff"), ENCODE_RAW],
  ["raw HEVC", hex("00000001 40010c01"), ENCODE_RAW],
  ["raw HEVC", hex("00000001 460150"), ENCODE_RAW],
  ["raw AV1", hex("1200 0a0b"), COPY_RAW],
  ["AV1 in IVF", concat(ascii("DKIF"), hex("0000 2000"), ascii("AV01")), COPY_RAW],
];

for (const [name, bytes, command] of convertible) {
  Deno.test(`describeForeignFormat() tells how to convert ${name}: ${bytes.toHex().slice(0, 40)}`, () => {
    const expected = `Cannot read ${name}, expected MP4: ${command}`;
    assertEquals(describeForeignFormat(bytes, "clip"), expected);
  });
}

Deno.test("describeForeignFormat() names the file in the command", () => {
  assertEquals(
    describeForeignFormat(matroska("matroska", "V_MPEG4/ISO/AVC", "A_AAC"), "clip.mkv"),
    "Cannot read Matroska, expected MP4: `ffmpeg -i clip.mkv -map 0:v -map 0:a? -c copy clip.mp4` " +
      "converts it without re-encoding",
  );
});

const others: [name: string, bytes: Uint8Array][] = [
  ["a JPEG image", hex("ffd8ffe0")],
  ["HTML", encode("\n<!DOCTYPE html><html>")],
  ["an HLS playlist", encode("#EXTM3U\n")],
  ["XML", encode('\uFEFF<?xml version="1.0"?>')],
  ["SubStation Alpha subtitles", encode("[Script Info]\r\n")],
  ["JSON", encode('{ "a": 1 }')],
];

for (const [name, bytes] of others) {
  Deno.test(`describeForeignFormat() names ${name}`, () => {
    assertEquals(describeForeignFormat(bytes, "clip"), `Cannot read ${name}, expected MP4`);
  });
}

for (const bytes of ["", "00", "00000001", "00000000000000000000", "47", "ff", "52494646"]) {
  Deno.test(`describeForeignFormat() knows nothing of the bytes "${bytes}"`, () => {
    assertEquals(describeForeignFormat(hex(bytes), "clip"), "");
  });
}
