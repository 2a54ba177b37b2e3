import { assertEquals, assertThrows } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const DOLBY = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

const layouts: [
  layout: string,
  dac3: string,
  channels: number,
  configuration: number | undefined,
  value: string,
][] = [
  ["1+1", "10 00 00", 2, 8, "A000"],
  ["stereo", "10 10 00", 2, 2, "A000"],
  ["stereo and LFE", "10 14 00", 3, undefined, "A001"],
  ["5.1", "10 3d e0", 6, 6, "F801"], // as ffmpeg writes it
];

for (const [layout, dac3, channels, configuration, value] of layouts) {
  Deno.test(`ac3 describes ${layout}`, () => {
    assertEquals(ac3.describe(entry("ac-3", { dac3 }, { channels: 2, sampleRate: 44100 })), {
      type: "audio",
      codec: "ac-3",
      sampleRate: 48000,
      channels,
      ...(configuration && { channelConfiguration: configuration }),
      dashChannels: { schemeIdUri: DOLBY, value },
    });
  });
}

for (const [dac3, rate] of [["50 10 00", 44100], ["90 10 00", 32000]] as const) {
  Deno.test(`ac3 reads ${rate} Hz`, () => {
    const description = ac3.describe(entry("ac-3", { dac3 }));
    assertEquals(description.type === "audio" && description.sampleRate, rate);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no dac3", {}, "Cannot describe ac-3 without dac3"],
  ["a reserved rate", { dac3: "d0 10 00" }, "dac3: Cannot read sample rate code 3: it is reserved"],
  ["a truncated dac3", { dac3: "10" }, "dac3: Cannot"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`ac3 rejects ${what}`, () => {
    assertThrows(() => ac3.describe(entry("ac-3", boxes)), MediaError, message);
  });
}

Deno.test("ac3 builds CodecPrivateData of a wave format and dac3", () => {
  const { smooth, describe } = ac3;
  const surround = entry("ac-3", { dac3: "10 3d e0" });
  const data = smooth!.codecPrivateData(surround, describe(surround));
  assertEquals(data?.toHex(), "00063f0000002c806de046dbcf11b4d100805f6cbbea103de0");
  assertEquals([smooth!.fourCC, smooth!.audioTag], ["AC-3", 0xFFFE]);
});
