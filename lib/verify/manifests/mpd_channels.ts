/** Compares AudioChannelConfiguration (23009-1 §5.8.5.4) with the configuration of the file. */

import type { Report } from "../findings.ts";
import type { AudioDeclaration } from "../readers/aac_declaration.ts";
import { countAc4Groups } from "../readers/ac4_declaration.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";

const CICP_SCHEME = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT_SCHEME = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
const DOLBY_SCHEME = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";
const AC4_SCHEME = "tag:dolby.com,2015:dash:audio_channel_configuration:2015";
const DTS_SCHEME = "tag:dts.com,2014:dash:audio_channel_configuration:2012";
const DTS_UHD_SCHEME = "tag:dts.com,2018:uhd:audio_channel_configuration";

/** By ChannelConfiguration (ISO/IEC 23091-3 table 1). */
const CICP_CHANNELS = [
  ...[undefined, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14],
];

/** By bit of the mask from the highest (ETSI TS 102 366 table E.1.4): L C R Ls Rs Lc/Rc Lrs/Rrs Cs Ts …, LFE2, LFE. */
const DOLBY_CHANNELS = [1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 0, 1, 1];

export function checkMpdChannels(
  element: Element,
  { channels, configuration, objects }: AudioDeclaration,
  report: Report,
): void {
  const [declared, ...more] = getChildren(element, "AudioChannelConfiguration");
  if (!declared || more.length > 0) {
    return report("channels", "there is not exactly one AudioChannelConfiguration");
  }
  const [scheme, value] = ["schemeIdUri", "value"].map((name) => getAttribute(declared, name));
  const got = countDeclaredChannels(scheme!, value!);
  if (channels !== undefined && got !== channels) {
    report("channels", `got ${value} of ${scheme}, ${got} channels, expected ${channels}`);
  }
  if (scheme === CICP_SCHEME && configuration !== undefined && value !== `${configuration}`) {
    report("channels", `got ChannelConfiguration ${value}, expected ${configuration}`);
  }
  const complexity = getChildren(element, "SupplementalProperty").find((property) =>
    getAttribute(property, "schemeIdUri").includes("EC3_ExtensionComplexityIndex")
  );
  const gotObjects = complexity ? Number(getAttribute(complexity, "value")) : undefined;
  if (gotObjects !== objects) {
    report("channels", `got ${gotObjects} objects of Dolby Atmos, expected ${objects}`);
  }
}

function countDeclaredChannels(scheme: string, value: string): number | undefined {
  if (scheme === CICP_SCHEME) return CICP_CHANNELS[Number(value)];
  if (scheme === COUNT_SCHEME || scheme === DTS_SCHEME) return Number(value);
  if (scheme === DTS_UHD_SCHEME && /^[0-9A-F]{8}$/.test(value)) return countOnes(value);
  if (scheme === AC4_SCHEME && /^[0-9A-F]{6}$/.test(value)) {
    return countAc4Groups(parseInt(value, 16));
  }
  if (scheme !== DOLBY_SCHEME || !/^[0-9A-F]{4}$/i.test(value)) return undefined;
  const bits = parseInt(value, 16).toString(2).padStart(16, "0");
  return DOLBY_CHANNELS.reduce((sum, count, i) => sum + (bits[i] === "1" ? count : 0), 0);
}

/** Counts the set bits of a number in hexadecimal digits. */
function countOnes(digits: string): number {
  return parseInt(digits, 16).toString(2).replaceAll("0", "").length;
}
