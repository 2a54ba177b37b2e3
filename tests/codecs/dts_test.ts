import { assertEquals, assertThrows } from "@std/assert";
import { findCodec } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { assertDeclared } from "./declared.ts";
import { entry } from "./entry.ts";

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
