import { assertEquals, assertThrows } from "@std/assert";
import type { AudioDescription } from "../../lib/codecs/codec.ts";
import { findCodec } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { readAudioDeclarations } from "../../lib/verify/readers/audio_declaration.ts";
import { testAudio } from "./declared.ts";
import { entry, hex } from "./entry.ts";

/** MHADecoderConfigurationRecord with the start of an mpegh3daConfig. */
const streams: [
  what: string,
  type: string,
  mhaC: string,
  codec: string,
  rate: number,
  channels: number,
  layout?: number,
][] = [
  ["LC level 3 in MHAS", "mhm1", "01 0d 06 0002 0d18", "mhm1.0x0D", 48000, 6, 6],
  ["LC level 1 in frames", "mha1", "01 0b 02 0002 0b20", "mha1.0x0B", 44100, 2, 2],
  ["BL level 4", "mhm1", "01 13 13 0002 1318", "mhm1.0x13", 48000, 12, 19],
  ["an explicit rate", "mhm1", "01 0c 02 0005 0cf8 05dc00", "mhm1.0x0C", 48000, 2, 2],
  ["no mpegh3daConfig", "mhm1", "01 0c 02 0000", "mhm1.0x0C", 32000, 2, 2],
  ["no layout", "mhm1", "01 0c 00 0002 0c18", "mhm1.0x0C", 48000, 2],
];

testAudio(
  "mpegh",
  streams.map((
    [what, type, mhaC, ...rest],
  ) => [what, entry(type, { mhaC }, { channels: 2, sampleRate: 32000 }), ...rest]),
);

/** Level, 48 kHz, frames of 1024 samples; and the speakers of a layout, or a list of them. */
const configs: [what: string, config: string, channels: number, layout?: number][] = [
  ["a layout", "0d 19 01 80", 6, 6],
  ["a list of speakers", "0d 19 10 00", 2],
];

for (const [what, config, channels, layout] of configs) {
  Deno.test(`mpegh describes mhm1 without mhaC by its first sample, with ${what}`, () => {
    const own = entry("mhm1", {}, { channels: 2, sampleRate: 32000 });
    const sample = hex(`c001a5 2004 ${config}`);
    const codec = findCodec(own)!;
    assertEquals(codec.needsSample!(own), true);
    const description = codec.describe(own, sample) as AudioDescription;
    const { channelConfiguration, dashChannels: _, ...rest } = description;
    assertEquals(rest, { type: "audio", codec: "mhm1.0x0D", sampleRate: 48000, channels });
    assertEquals(channelConfiguration, layout);
    const [declared] = readAudioDeclarations(own, sample);
    assertEquals([declared!.codec, declared!.channels], [rest.codec, channels]);
  });
}

Deno.test("mpegh rejects mhm1 without mhaC and without a configuration in its first sample", () => {
  const describe = () =>
    findCodec(entry("mhm1", {}))!.describe(entry("mhm1", {}), hex("4002 0000"));
  assertThrows(describe, MediaError, "first sample: Cannot find a packet with mpegh3daConfig");
});

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no mhaC", {}, "mhm1: Cannot describe mhm1 without mhaC"],
  ["version 2", { mhaC: "02 0d 06 0000" }, "mhm1/mhaC: Cannot read version 2"],
  ["a reserved rate", { mhaC: "01 0d 06 0002 0d68" }, "Cannot read sample rate index 13"],
  ["no channels", { mhaC: "01 0d 00 0002 0d18" }, "it does not declare channels"],
  ["no rate", { mhaC: "01 0d 06 0000" }, "it does not declare a sample rate"],
  ["a truncated mhaC", { mhaC: "01 0d 06 0004 0d18" }, "Cannot read 4 bytes where 2 are left"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`mpegh rejects ${what}`, () => {
    const one = entry("mhm1", boxes);
    assertThrows(() => findCodec(one)!.describe(one), MediaError, message);
  });
}
