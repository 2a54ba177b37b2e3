import { assertEquals, assertThrows } from "@std/assert";
import { findCodec } from "../../../lib/codecs/mod.ts";
import { MediaError } from "../../../lib/errors.ts";
import { configureAudio } from "../../../lib/live/rtmp/audio_configuration.ts";
import { parseEntry } from "../../../lib/live/rtmp/track_configuration.ts";
import { ascii, concat, u16, u8 } from "../../mp4/movie_file.ts";
import { readMovieEntry } from "./media_entry.ts";
import { readSource } from "./media_source.ts";
import { u24 } from "./tag_bytes.ts";

const NOTHING = u8();

/** Configuration boxes are those of the file: the sequence header has all of it. */
const FILES: [file: string, box: string, timescale: number, samples: number][] = [
  ["ladder-aac-eng.mp4", "", 48000, 1024],
  ["tone-heaac-explicit.mp4", "", 24000, 1024],
  ["tone-heaac-implicit.mp4", "", 24000, 1024],
  ["tone-opus-stereo.mp4", "dOps", 48000, 960],
  ["tone-opus-surround.mp4", "dOps", 48000, 960],
  ["tone-flac-stereo.mp4", "dfLa", 48000, 4608],
  ["tone-ac3-surround.mp4", "dac3", 48000, 1536],
  ["tone-eac3-stereo.mp4", "dec3", 48000, 1536],
  ["tone-eac3-surround.mp4", "dec3", 48000, 1536],
  ["tone-mp3-stereo.mp4", "", 48000, 1152],
];

for (const [file, box, timescale, samples] of FILES) {
  Deno.test(`configureAudio() describes ${file} as the file does`, async () => {
    const [{ fourCc, configuration, frames }] = await readSource(file) as never as [
      Awaited<ReturnType<typeof readSource>>[number],
    ];
    const found = configureAudio(fourCc, configuration, frames[0]!.bytes)!;
    const own = await readMovieEntry(file);
    const entry = parseEntry(found.entry, "audio");
    assertEquals([found.timescale, found.countSamples(frames[0]!.bytes)], [timescale, samples]);
    const [codec, expected] = [findCodec(entry)!, findCodec(own)!];
    assertEquals(codec.family, expected.family);
    const sample = frames[1]!.bytes;
    assertEquals(codec.describe(entry, sample), expected.describe(own, sample));
    if (box) assertEquals(entry.boxes.get(box), own.boxes.get(box));
  });
}

const OPUS = concat(ascii("OpusHead"), u8(1, 2, 56, 1, 0x80, 0xbb, 0, 0, 0, 0));

const REJECTED: [
  what: string,
  codec: string,
  record: Uint8Array,
  frame: Uint8Array,
  message: string,
][] = [
  ["a reserved rate of AAC", "mp4a", u8(0x16, 0x90), NOTHING, "Cannot read sample rate index 13"],
  ["Opus without its magic", "Opus", ascii("OpusTags0123456789"), NOTHING, "Cannot find OpusHead"],
  [
    "Opus of version 16",
    "Opus",
    concat(ascii("OpusHead"), u8(16)),
    NOTHING,
    "Cannot read version 16",
  ],
  [
    "a truncated mapping of Opus",
    "Opus",
    concat(OPUS, u8(1, 1, 1)),
    NOTHING,
    "Cannot read 5 bytes",
  ],
  [
    "Opus without channels",
    "Opus",
    concat(OPUS, u8(0)).fill(0, 9, 10),
    NOTHING,
    "dOps: Cannot read 0 channels",
  ],
  ["another block of FLAC", "fLaC", u8(4, 0, 0, 0), NOTHING, "Cannot read metadata block type 4"],
  ["a truncated STREAMINFO", "fLaC", concat(u8(0x80), u24(34), u16(1)), NOTHING, "Cannot read 34"],
  ["FLAC of 0 Hz", "fLaC", new Uint8Array(34), NOTHING, "dfLa: Cannot read sample rate 0"],
  ["AC-3 without its sync word", "ac-3", NOTHING, u8(0x77, 0x0b, 0, 0), "expected the sync word"],
  ["a truncated frame of E-AC-3", "ec-3", NOTHING, u8(0x0b, 0x77, 0), "Cannot read"],
  [
    "a reserved rate of AC-3",
    "ac-3",
    NOTHING,
    u8(0x0b, 0x77, 0, 0, 0xc0, 0x40, 0x40, 0),
    "sample rate",
  ],
  ["MP3 without its sync word", ".mp3", NOTHING, u8(0, 1, 2, 3), "the sync word is missing"],
];

for (const [what, codec, record, frame, message] of REJECTED) {
  Deno.test(`configureAudio() rejects ${what}`, () => {
    assertThrows(() => configureAudio(codec, record, frame), MediaError, message);
  });
}

Deno.test("configureAudio() waits for a frame where there is no sequence header", () => {
  for (const codec of ["ac-3", "ec-3", ".mp3", "Opus", "mp4a", "fLaC"]) {
    assertEquals(configureAudio(codec, NOTHING, undefined), undefined, codec);
  }
});

Deno.test("configureAudio() takes an empty header of Opus for stereo or mono, by the first packet", () => {
  const channels = [0xfc, 0xf8].map((toc) => {
    const { entry } = configureAudio("Opus", NOTHING, u8(toc))!;
    return parseEntry(entry, "audio").channels;
  });
  assertEquals(channels, [2, 1]);
});

Deno.test("configureAudio() takes STREAMINFO with and without its header", async () => {
  const dfla = (await readMovieEntry("tone-flac-stereo.mp4")).boxes.get("dfLa")!;
  const blocks = dfla.subarray(4);
  for (const record of [blocks, blocks.subarray(4, 38), concat(ascii("fLaC"), blocks)]) {
    const { entry } = configureAudio("fLaC", record, undefined)!;
    assertEquals(parseEntry(entry, "audio").boxes.get("dfLa"), dfla);
  }
});

Deno.test("configureAudio() knows frames of 960 and 512 samples", () => {
  const short = configureAudio("mp4a", u8(0x11, 0x94), undefined)!;
  const lowDelay = configureAudio("mp4a", u8(0xb9, 0x90, 0), undefined)!;
  assertEquals([short.countSamples(NOTHING), lowDelay.countSamples(NOTHING)], [960, 512]);
});
