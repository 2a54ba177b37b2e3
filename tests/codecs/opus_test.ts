import { assertEquals, assertThrows } from "@std/assert";
import { opus } from "../../lib/codecs/opus.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

/** dOps of 16 kHz input, and the expected layout. */
const layouts: [what: string, dOps: string, channels: number, configuration?: number][] = [
  ["mono", "00 01 0138 00003e80 0000 00", 1, 1],
  ["stereo", "00 02 0138 00003e80 0000 00", 2, 2],
  ["quad", "00 04 0138 00003e80 0000 01 02020001 0203", 4, 10],
  ["5.1", "00 06 0138 00003e80 0000 01 0402 000401020305", 6, 6],
  ["6.1", "00 07 0138 00003e80 0000 01 0403 00040102030506", 7, 11],
  ["7.1", "00 08 0138 00003e80 0000 01 0503 0006010203040507", 8, 12],
  ["four channels of ambisonics", "00 04 0138 00003e80 0000 02 0400 00010203", 4],
  ["five channels of no layout", "00 05 0138 00003e80 0000 ff 0500 0001020304", 5],
];

for (const [what, dOps, channels, configuration] of layouts) {
  Deno.test(`opus describes ${what}`, () => {
    assertEquals(opus.describe(entry("Opus", { dOps })), {
      type: "audio",
      codec: "Opus",
      sampleRate: 48000,
      channels,
      ...(configuration && { channelConfiguration: configuration }),
      dashChannels: {
        schemeIdUri: configuration ? CICP : COUNT,
        value: `${configuration ?? channels}`,
      },
    });
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no dOps", {}, "Cannot describe Opus without dOps"],
  ["version 1", { dOps: "01 02 0138 0000bb80 0000 00" }, "dOps: Cannot read version 1"],
  ["no channels", { dOps: "00 00 0138 0000bb80 0000 00" }, "dOps: Cannot read 0 channels"],
  ["a truncated dOps", { dOps: "00 02 0138" }, "dOps: Cannot read"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`opus rejects ${what}`, () => {
    assertThrows(() => opus.describe(entry("Opus", boxes)), MediaError, message);
  });
}
