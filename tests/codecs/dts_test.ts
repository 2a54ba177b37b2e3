import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import type { AudioDescription } from "../../lib/codecs/codec.ts";
import { buildInitEntry } from "../../lib/codecs/init_entry.ts";
import { findCodec } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { readStsd, type SampleEntry } from "../../lib/mp4/sample_entry.ts";
import { readAudioDeclarations } from "../../lib/verify/readers/audio_declaration.ts";
import { box, concat, u16, u32 } from "../mp4/movie_file.ts";
import { assertDeclared } from "./declared.ts";
import { entry, esds, hex } from "./entry.ts";

/** Builds a DTSSpecificBox (ETSI TS 102 114 annex E) of 48 kHz, 24 bits and frames of 512 samples. */
function buildDdts(layout: string, rate = "0000bb80"): string {
  return `${rate} 000bb800 000bb800 18 00000000 ${layout} 00`;
}

const streams: [type: string, layout: string, channels: number, configuration?: number][] = [
  ["dtsc", "000f", 6, 6],
  ["dtsh", "004f", 8, 12],
  ["dtsl", "082f", 10],
  ["dtse", "0002", 2, 2],
  ["dtsc", "0001", 1, 1],
];

for (const [type, layout, channels, configuration] of streams) {
  Deno.test(`dts describes ${type} with ChannelLayout 0x${layout}`, () => {
    const fields = { channels: 2, sampleRate: 1 };
    const one = entry(type, { ddts: buildDdts(layout) }, fields);
    const description = findCodec(one)!.describe(one);
    assertEquals(description, {
      type: "audio",
      codec: type,
      sampleRate: 48000,
      channels,
      ...configuration && { channelConfiguration: configuration },
      dashChannels: {
        schemeIdUri: "tag:dts.com,2014:dash:audio_channel_configuration:2012",
        value: `${channels}`,
      },
    });
    assertDeclared(one, description);
  });
}

Deno.test("dts takes channels of the sample entry where ddts declares none", () => {
  const one = entry("dtse", { ddts: buildDdts("0000") }, { channels: 2 });
  const found = findCodec(one)!.describe(one);
  assertEquals(found.type === "audio" && found.channels, 2);
});

/** Start of a frame of ffmpeg's encoder: 5.1 at 48 kHz. */
const FRAME = hex("7ffe8001 fc3c75b2 76c00538 0009ef7b");

/** AudioSampleEntry (14496-12 §12.2.3) of two channels and 48 kHz. */
function readEntry(type: string, ...boxes: Uint8Array[]): SampleEntry {
  const fields = [u16(0, 0, 0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48000 * 65536)];
  return readBack(box(type, fields, boxes));
}

function readBack(bytes: Uint8Array): SampleEntry {
  return readStsd(new ByteReader(concat(u32(0, 1), bytes)), "soun")[0]!;
}

const withoutBox = [readEntry("dtsc"), readEntry("mp4a", box("esds", hex(esds("a9"))))];

for (const own of withoutBox) {
  Deno.test(`dts describes ${own.type} without ddts by its first frame`, () => {
    const codec = findCodec(own)!;
    assertEquals(codec.needsSample!(own), true);
    const description = codec.describe(own, FRAME) as AudioDescription;
    const { sampleRate, channels, configuration, ...rest } = description;
    assertEquals([rest.codec, sampleRate, channels], ["dtsc", 48000, 6]);
    const declared = { codec: "dtsc", channels, sampleRate };
    assertEquals(readAudioDeclarations(own, FRAME), [declared]);
    const init = readBack(buildInitEntry({ codec, description }, own));
    assertEquals([init.type, [...init.boxes.keys()]], ["dtsc", ["ddts"]]);
    assertEquals(init.boxes.get("ddts"), configuration!.body);
    assertEquals(codec.describe(init), { ...rest, sampleRate, channels } as AudioDescription);
  });

  Deno.test(`dts rejects ${own.type} whose first sample is no frame of DTS`, () => {
    const why = "first sample: Cannot read a DTS frame: the sync word 7FFE8001 is missing";
    assertThrows(() => findCodec(own)!.describe(own, hex("fff15080")), MediaError, why);
  });
}

Deno.test("dts leaves other codecs of a track as they are", () => {
  const [own] = withoutBox;
  const codec = findCodec(own!)!;
  const description = codec.describe(own!, FRAME);
  const aac = readEntry("mp4a", box("esds", hex(esds("40", "1190"))));
  assertEquals(readBack(buildInitEntry({ codec, description }, aac)).type, "mp4a");
});

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no ddts", {}, "dtsc: Cannot describe dtsc without ddts"],
  [
    "a rate of 0",
    { ddts: buildDdts("000f", "00000000") },
    "dtsc/ddts: Cannot read DTSSamplingFrequency 0",
  ],
  [
    "no channels",
    { ddts: buildDdts("0000") },
    "Cannot describe dtsc: it does not declare channels",
  ],
  ["a truncated ddts", { ddts: "0000bb80 000bb800" }, "ddts: Cannot skip"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`dts rejects ${what}`, () => {
    const one = entry("dtsc", boxes);
    assertThrows(() => findCodec(one)!.describe(one), MediaError, message);
  });
}
