/** Channel layouts of AC-4 (ETSI TS 103 190-2 §G.3). */

import { type ChannelLayout, toChannelLayout } from "./channels.ts";

/** Value: the mask in hexadecimal digits. */
const DASH_SCHEME = "tag:dolby.com,2015:dash:audio_channel_configuration:2015";

/** Objects without a fixed layout. */
const OBJECTS = 0x800000;

/**
 * Channels by bit of the mask, from the lowest: L/R, C, Ls/Rs, Lb/Rb, Tfl/Tfr, Tbl/Tbr, LFE, Tl/Tr, Tsl/Tsr, Tfc, Tbc, Tc, LFE2,
 * Bfl/Bfr, Bfc, Cb, Lscr/Rscr, Lw/Rw, Vhl/Vhr.
 */
const GROUPS = [2, 1, 2, 2, 2, 2, 1, 2, 2, 1, 1, 1, 1, 2, 1, 1, 2, 2, 2];

/** ISO/IEC 23091-3 by mask (table G.1). */
const CONFIGURATIONS: ReadonlyMap<number, number> = new Map<number, number>([
  ...[[0x000002, 1], [0x000001, 2], [0x000003, 3], [0x008003, 4], [0x000007, 5]] as const,
  ...[[0x000047, 6], [0x020047, 7], [0x008001, 9], [0x000005, 10], [0x008047, 11]] as const,
  ...[[0x00004F, 12], [0x02FF7F, 13], [0x06FF6F, 13], [0x000057, 14], [0x040047, 14]] as const,
  ...[[0x00145F, 15], [0x04144F, 15], [0x000077, 16], [0x040067, 16], [0x000A77, 17]] as const,
  ...[[0x040A67, 17], [0x000A7F, 18], [0x040A6F, 18], [0x00007F, 19], [0x04006F, 19]] as const,
  ...[[0x01007F, 20], [0x05006F, 20]] as const,
]);

/** Returns 0 for objects. */
export function countAc4Channels(mask: number): number {
  return GROUPS.reduce((sum, count, bit) => sum + (mask >> bit & 1 ? count : 0), 0);
}

/** Prefers ChannelConfiguration to the mask (§G.3.1), as DASH-IF and shaka-packager do. */
export function getAc4Layout(mask: number, channels: number): ChannelLayout {
  const configuration = CONFIGURATIONS.get(mask);
  if (configuration) return toChannelLayout(channels, configuration);
  const value = (mask || OBJECTS).toString(16).toUpperCase().padStart(6, "0");
  return { channels, dashChannels: { schemeIdUri: DASH_SCHEME, value } };
}
