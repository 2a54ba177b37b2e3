import { assertEquals } from "@std/assert";
import {
  countChannels,
  toChannelLayout,
  toChannelLayoutByCount,
} from "../../lib/codecs/channels.ts";

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

const counts: [configuration: number, channels: number][] = [
  [0, 0],
  [1, 1],
  [2, 2],
  [6, 6],
  [7, 8],
  [12, 8],
  [13, 24], // 22.2
  [19, 12], // 7.1.4
  [21, 0],
];

for (const [configuration, channels] of counts) {
  Deno.test(`countChannels() of ${configuration} is ${channels}`, () => {
    assertEquals(countChannels(configuration), channels);
  });
}

Deno.test("toChannelLayout() signals the ChannelConfiguration if it is known", () => {
  assertEquals(toChannelLayout(8, 12), {
    channels: 8,
    channelConfiguration: 12,
    dashChannels: { schemeIdUri: CICP, value: "12" },
  });
  assertEquals(toChannelLayout(4, 0), {
    channels: 4,
    dashChannels: { schemeIdUri: COUNT, value: "4" },
  });
});

Deno.test("toChannelLayoutByCount() supports up to 8 channels", () => {
  assertEquals(toChannelLayoutByCount(7).channelConfiguration, 11);
  assertEquals(toChannelLayoutByCount(9).channelConfiguration, undefined);
});
