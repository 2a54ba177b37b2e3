import { buildMpd } from "../../../lib/dash/mpd.ts";
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
