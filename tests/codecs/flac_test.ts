import { assertEquals, assertThrows } from "@std/assert";
import { flac } from "../../lib/codecs/flac.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

/** dfLa up to the rate: version, STREAMINFO and its length, sizes of blocks and frames. */
const HEAD = "00000000 80000022 1200 1200 000015 000517";

const streams: [
  what: string,
  dfLa: string,
  sampleRate: number,
  channels: number,
  layout: number,
][] = [
  ["stereo of 48 kHz", `${HEAD} 0bb802f0`, 48000, 2, 2],
  ["mono of 44.1 kHz", `${HEAD} 0ac440f0`, 44100, 1, 1],
  ["5.1 of 96 kHz", `${HEAD} 17700bf0`, 96000, 6, 6],
  ["7.1 of 655,350 Hz", `${HEAD} 9fff6ef0`, 655350, 8, 12],
];

for (const [what, dfLa, sampleRate, channels, layout] of streams) {
  Deno.test(`flac describes ${what}`, () => {
    assertEquals(flac.describe(entry("fLaC", { dfLa }, { channels: 2, sampleRate: 1 })), {
      type: "audio",
      codec: "fLaC",
      sampleRate,
      channels,
      channelConfiguration: layout,
      dashChannels: {
        schemeIdUri: "urn:mpeg:mpegB:cicp:ChannelConfiguration",
        value: `${layout}`,
      },
    });
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no dfLa", {}, "Cannot describe fLaC without dfLa"],
  ["version 1", { dfLa: `01${HEAD.slice(2)} 0bb802f0` }, "dfLa: Cannot read version 1"],
  [
    "another block first",
    { dfLa: "00000000 84000004 00000000" },
    "Cannot read metadata block type 4, expected STREAMINFO (0)",
  ],
  ["a rate of 0", { dfLa: `${HEAD} 000002f0` }, "dfLa: Cannot read sample rate 0"],
  ["a truncated dfLa", { dfLa: "00000000 80000022 1200" }, "dfLa: Cannot"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`flac rejects ${what}`, () => {
    assertThrows(() => flac.describe(entry("fLaC", boxes)), MediaError, message);
  });
}
