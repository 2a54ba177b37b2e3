import { assertEquals, assertThrows } from "@std/assert";
import type { AudioDescription } from "../../lib/codecs/codec.ts";
import { eac3 } from "../../lib/codecs/eac3.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const DOLBY = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

const streams: [what: string, dec3: string, Partial<AudioDescription>, value: string][] = [
  ["5.1, by ffmpeg", "0e00 200f00", { channels: 6, channelConfiguration: 6 }, "F801"],
  ["stereo", "0600 200400", { channels: 2, channelConfiguration: 2 }, "A000"],
  [
    "mono of 32 kHz",
    "0600 a00200",
    { channels: 1, channelConfiguration: 1, sampleRate: 32000 },
    "4000",
  ],
  ["7.1 back", "1800 200f0202", { channels: 8, channelConfiguration: 12 }, "FA01"],
  ["7.1 front", "1800 200f0201", { channels: 8, channelConfiguration: 7 }, "FC01"],
  ["7.1 top", "1800 200f0240", { channels: 8, channelConfiguration: 14 }, "F811"],
  ["6.1", "1800 200f0204", { channels: 7, channelConfiguration: 11 }, "F901"],
  ["5.1.2 and a second LFE", "1800 200f0340", { channels: 9 }, "F813"],
  ["all chan_loc speakers", "1800 200f03ff", { channels: 6 + 14 }, "FFFB"],
  ["Atmos", "0e00 200f00 0110", { channels: 6, channelConfiguration: 6, objects: 16 }, "F801"],
  [
    "no Atmos in an extension",
    "0e00 200f00 0010",
    { channels: 6, channelConfiguration: 6 },
    "F801",
  ],
  [
    "the first of two programs", // stereo, then 5.1
    "0601 200400 200f00",
    { channels: 2, channelConfiguration: 2 },
    "A000",
  ],
  ["a halved rate from the sample entry", "0600 e00400", {
    channels: 2,
    channelConfiguration: 2,
    sampleRate: 24000,
  }, "A000"],
];

for (const [what, dec3, description, value] of streams) {
  Deno.test(`eac3 describes ${what}`, () => {
    assertEquals(eac3.describe(entry("ec-3", { dec3 }, { channels: 2, sampleRate: 24000 })), {
      type: "audio",
      codec: "ec-3",
      sampleRate: 48000,
      channels: 0,
      dashChannels: { schemeIdUri: DOLBY, value },
      ...description,
    });
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no dec3", {}, "Cannot describe ec-3 without dec3"],
  ["an empty dec3", { dec3: "" }, "dec3: Cannot"],
  ["a truncated dec3", { dec3: "0e00 20" }, "dec3: Cannot"],
  ["missing programs", { dec3: "0e07 200f00" }, "dec3: Cannot"],
  [
    "no sample rate anywhere",
    { dec3: "0600 e00400" },
    "neither dec3 nor the sample entry declares its sample rate",
  ],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`eac3 rejects ${what}`, () => {
    assertThrows(() => eac3.describe(entry("ec-3", boxes)), MediaError, message);
  });
}

Deno.test("eac3 builds CodecPrivateData of a wave format and dec3", () => {
  const { smooth, describe } = eac3;
  const surround = entry("ec-3", { dec3: "0600 200f00" });
  const data = smooth!.codecPrivateData(surround, describe(surround));
  assertEquals(data?.toHex(), "00063f000000af87fba7022dfb42a4d405cd93843bdd0600200f00");
  assertEquals([smooth!.fourCC, smooth!.audioTag], ["EC-3", 0xFFFE]);
});
