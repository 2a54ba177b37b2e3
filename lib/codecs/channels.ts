/** Channel layouts by number: ChannelConfiguration of ISO/IEC 23091-3. */

import type { AudioDescription } from "./codec.ts";

/** Channel counts including LFE, up to 7.1.4 (19) and 9.1.4 (20); 0 is "any other layout". */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14];

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";

/** Values up to 6 equal the channel count; players read all values as counts. */
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

export type ChannelLayout = Pick<
  AudioDescription,
  "channels" | "channelConfiguration" | "dashChannels"
>;

/** Returns the channel count of a ChannelConfiguration, or 0 if it is unknown. */
export function countChannels(configuration: number): number {
  return CHANNELS[configuration] ?? 0;
}

/** Signals the layout to DASH by ChannelConfiguration (preferred by DASH-IF, dash.js and shaka-player), else by channel count. */
export function toChannelLayout(channels: number, channelConfiguration?: number): ChannelLayout {
  if (!channelConfiguration) {
    return { channels, dashChannels: { schemeIdUri: COUNT, value: `${channels}` } };
  }
  const dashChannels = { schemeIdUri: CICP, value: `${channelConfiguration}` };
  return { channels, channelConfiguration, dashChannels };
}

/** ChannelConfiguration by channel count, in the order fixed by FLAC and Opus (RFC 7845 §5.1.1.2): 4 is 2/2, 7 is 6.1. */
const BY_COUNT = [0, 1, 2, 3, 10, 5, 6, 11, 12];

export function toChannelLayoutByCount(channels: number): ChannelLayout {
  return toChannelLayout(channels, BY_COUNT[channels]);
}
