import { assertEquals } from "@std/assert";
import { buildMpd } from "../../../lib/dash/mpd.ts";
import { checkMpdChannels } from "../../../lib/verify/manifests/mpd_channels.ts";
import { replace, testMutations } from "../manifest_mutations.ts";

const CHANGED = {
  change: (change: (text: string) => string) => () => ({
    mpd: (...args: Parameters<typeof buildMpd>) => change(buildMpd(...args)),
  }),
} as const;

testMutations("DASH manifest", [
  ["a wrong number of channels", replace(/(ChannelConfiguration" value=")2/, "$16"), "channels"],
  [
    "another layout of two channels",
    replace(/(ChannelConfiguration" value=")2/, "$18"),
    "channels",
  ],
  ["no channels", replace(/<AudioChannelConfiguration[^>]*>/, ""), "channels"],
  ["an unknown scheme", replace("mpegB:cicp:Channel", "mpegB:cicp:Speaker"), "channels"],
  [
    "objects of plain audio",
    replace(
      "<AudioChannelConfiguration",
      '<SupplementalProperty schemeIdUri="tag:dolby.com,2018:dash:EC3_ExtensionComplexityIndex:2018" value="12"/>$&',
    ),
    "channels",
  ],
], { files: ["tone-aac-24khz.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["a mask without LFE", replace('value="F801"', 'value="F800"'), "channels"],
], { files: ["tone-ac3-surround.mp4"], ...CHANGED });

testMutations("DASH manifest", [
  ["a wrong count", replace(/(:2011" value=")4/, "$12"), "channels"],
], { files: ["tone-aac-pce.mp4"], ...CHANGED });

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const DOLBY = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

/** Values and their number of channels (ISO/IEC 23091-3 table 1, ETSI TS 102 366 table E.1.4). */
const counts: [scheme: string, values: string, channels: number][] = [
  ...([
    ["1", 1],
    ["2 8", 2],
    ["3 9", 3],
    ["4 10", 4],
    ["5", 5],
    ["6", 6],
    ["11", 7],
    ["7 12 14", 8],
    ["16", 10],
    ["15 17 19", 12],
    ["18 20", 14],
    ["13", 24],
  ] as const).map(([values, count]) => [CICP, values, count] as [string, string, number]),
  [DOLBY, "8000 4000 2000 1000 0800 0100 0080 0008 0002 0001", 1],
  [DOLBY, "0400 0200 0040 0020 0010", 2],
  [DOLBY, "F801", 6],
];

for (const [scheme, values, channels] of counts) {
  Deno.test(`checkMpdChannels() counts ${channels} in ${values} of ${scheme}`, () => {
    for (const value of values.split(" ")) {
      const messages: string[] = [];
      const check = (expected: number) =>
        checkMpdChannels(
          { AudioChannelConfiguration: { "@schemeIdUri": scheme, "@value": value } },
          { codec: "", channels: expected, sampleRate: undefined },
          (_, message) => messages.push(message),
        );
      check(channels);
      assertEquals(messages, [], value);
      check(channels + 1);
      assertEquals(messages.length, 1);
    }
  });
}
