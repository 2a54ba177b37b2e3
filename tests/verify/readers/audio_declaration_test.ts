import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { AudioDeclaration } from "../../../lib/verify/readers/aac_declaration.ts";
import { readAudioDeclarations } from "../../../lib/verify/readers/audio_declaration.ts";
import { entry, esds, hex } from "../../codecs/entry.ts";

type Case = [
  what: string,
  type: string,
  boxes: Record<string, string>,
  expected: AudioDeclaration[],
  sample?: string,
];

const cases: Case[] = [
  ["AAC", "mp4a", { esds: esds("40", "1190") }, [
    { codec: "mp4a.40.2", channels: 2, sampleRate: 48000, configuration: 2 },
  ]],
  ["MPEG-2 AAC without a configuration", "mp4a", { esds: esds("67") }, [
    { codec: "mp4a.40.2", channels: 2, sampleRate: 44100 },
  ]],
  ["MP3 of MPEG-1", "mp4a", { esds: esds("6b") }, [
    { codec: "mp4a.6B", channels: 2, sampleRate: 48000 },
  ], "fffb9444"],
  ["mono MP3 of MPEG-2.5 in QuickTime", ".mp3", {}, [
    { codec: "mp4a.69", channels: 1, sampleRate: 11025 },
  ], "ffe390c4"],
  ["AC-3 of 5.1", "ac-3", { dac3: "103dc0" }, [{ codec: "ac-3", channels: 6, sampleRate: 48000 }]],
  ["E-AC-3 of 5.1", "ec-3", { dec3: "0800 200f00" }, [
    { codec: "ec-3", channels: 6, sampleRate: 48000 },
  ]],
  ["E-AC-3 of 7.1 with objects", "ec-3", { dec3: "0800 200f0202 010c" }, [
    { codec: "ec-3", channels: 8, sampleRate: 48000, objects: 12 },
  ]],
  ["Opus", "Opus", { dOps: "00 06 0138 0000bb80 0000 01" }, [
    { codec: "Opus", channels: 6, sampleRate: 48000 },
  ]],
  ["FLAC", "fLaC", { dfLa: "00000000 80000022 10001000 000000 000000 0bb802f0 00000000" }, [
    { codec: "fLaC", channels: 2, sampleRate: 48000 },
  ]],
  ["no codec without a reader", "alac", {}, []],
];

for (const [what, type, boxes, expected, sample = ""] of cases) {
  Deno.test(`readAudioDeclarations() reads ${what}`, () => {
    const fields = { channels: 2, sampleRate: 44100 };
    assertEquals(readAudioDeclarations(entry(type, boxes, fields), hex(sample)), expected);
  });
}

const truncated: [type: string, boxes: Record<string, string>][] = [
  ["fLaC", { dfLa: "00000000 80000022" }],
  ["ac-3", { dac3: "10" }],
  ["ec-3", { dec3: "0800 20" }],
  ["mp4a", { esds: esds("40", "11") }],
];

for (const [type, boxes] of truncated) {
  Deno.test(`readAudioDeclarations() rejects a truncated configuration of ${type}`, () => {
    assertThrows(() => readAudioDeclarations(entry(type, boxes), hex("")), MediaError, "Cannot");
  });
}
