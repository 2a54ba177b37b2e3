/** Channel layouts by ChannelConfiguration (ISO/IEC 23091-3). */

import type { AudioDescription } from "./codec.ts";

/** Including LFE; 0 is "any other layout". */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14];

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";

/** Players read all values as channel counts, though only those up to 6 are. */
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

export type ChannelLayout = Pick<
  AudioDescription,
  "channels" | "channelConfiguration" | "dashChannels"
>;

export function countChannels(configuration: number): number {
  return CHANNELS[configuration] ?? 0;
}

/** Prefers ChannelConfiguration to the count, as DASH-IF, dash.js and shaka-player do. */
export function toChannelLayout(channels: number, channelConfiguration?: number): ChannelLayout {
  if (!channelConfiguration) {
    return { channels, dashChannels: { schemeIdUri: COUNT, value: `${channels}` } };
  }
  const dashChannels = { schemeIdUri: CICP, value: `${channelConfiguration}` };
  return { channels, channelConfiguration, dashChannels };
}

/** Order of FLAC and Opus (RFC 7845 §5.1.1.2): 4 is 2/2, 7 is 6.1. */
const BY_COUNT = [0, 1, 2, 3, 10, 5, 6, 11, 12];

export function toChannelLayoutByCount(channels: number): ChannelLayout {
  return toChannelLayout(channels, BY_COUNT[channels]);
}
