import { assertEquals } from "@std/assert";
import { countAc4Channels, getAc4Layout } from "../../lib/codecs/ac4_layout.ts";
import { countChannels } from "../../lib/codecs/channels.ts";

/** L/R 0x1, C 0x2, Ls/Rs 0x4, Lb/Rb 0x8, Tfl/Tfr 0x10, Tbl/Tbr 0x20, LFE 0x40, Cb 0x8000. */
const masks: [what: string, mask: number, configuration: number][] = [
  ["mono", 0x2, 1],
  ["stereo", 0x1, 2],
  ["3/0", 0x3, 3],
  ["3/1", 0x8003, 4],
  ["5.1", 0x47, 6],
  ["6.1", 0x8047, 11],
  ["7.1", 0x4F, 12],
  ["5.1.2", 0x57, 14],
  ["5.1.4", 0x77, 16],
  ["7.1.4", 0x7F, 19],
  ["22.2", 0x2FF7F, 13],
  ["9.1.4", 0x1007F, 20],
];

for (const [what, mask, configuration] of masks) {
  Deno.test(`getAc4Layout() finds the ChannelConfiguration of ${what}`, () => {
    const channels = countAc4Channels(mask);
    assertEquals(channels, countChannels(configuration));
    assertEquals(getAc4Layout(mask, channels).channelConfiguration, configuration);
  });
}
