import { assertEquals } from "@std/assert";
import { SUBTYPE_AC3, SUBTYPE_DDPLUS, waveFormatExtensible } from "../../lib/codecs/wave_format.ts";
import { hex } from "./entry.ts";

/** ChannelConfiguration and the little-endian dwChannelMask. */
const masks: [configuration: number | undefined, mask: string][] = [
  [1, "04000000"],
  [2, "03000000"],
  [4, "07010000"],
  [6, "3f000000"],
  [7, "ff000000"],
  [11, "3f010000"],
  [12, "3f060000"],
  [14, "3f500000"],
  [19, "00000000"],
  [undefined, "00000000"],
];

for (const [channelConfiguration, mask] of masks) {
  Deno.test(`waveFormatExtensible() writes ChannelConfiguration ${channelConfiguration} as ${mask}`, () => {
    const configuration = hex("0600200f00");
    const bytes = waveFormatExtensible({
      samples: 1536,
      channelConfiguration,
      subFormat: SUBTYPE_DDPLUS,
      configuration,
    });
    assertEquals(bytes.toHex(), `0006${mask}af87fba7022dfb42a4d405cd93843bdd0600200f00`);
  });
}

Deno.test("waveFormatExtensible() writes the samples per frame little-endian, and any sub-format", () => {
  const configuration = hex("103d40");
  const bytes = waveFormatExtensible({
    samples: 0x1234,
    channelConfiguration: 2,
    subFormat: SUBTYPE_AC3,
    configuration,
  });
  assertEquals(bytes.toHex(), "3412030000002c806de046dbcf11b4d100805f6cbbea103d40");
});
