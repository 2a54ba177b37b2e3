/** Speaker layouts that have a number: ChannelConfiguration of ISO/IEC 23091-3. */

import type { AudioDescription } from "./codec.ts";

/** Channels of each, LFE counted, up to 7.1.4 (19) and 9.1.4 (20); 0 is "another layout". */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14];

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";

/** Its values up to 6 are counts of channels, and players read the others as such too. */
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

type ChannelLayout = Pick<AudioDescription, "channels" | "channelConfiguration" | "dashChannels">;

/** Channels of a layout; 0 of one that has no number. */
export function countChannels(configuration: number): number {
  return CHANNELS[configuration] ?? 0;
}

/**
 * What a description says of channels: by the number of their layout where it has one, which dash.js, shaka-player and the
 * DASH-IF guidelines prefer, else their count alone.
 */
export function toChannelLayout(channels: number, channelConfiguration?: number): ChannelLayout {
  if (!channelConfiguration) {
    return { channels, dashChannels: { schemeIdUri: COUNT, value: `${channels}` } };
  }
  const dashChannels = { schemeIdUri: CICP, value: `${channelConfiguration}` };
  return { channels, channelConfiguration, dashChannels };
}

/** Layouts by their count of channels, in the order that FLAC and Opus (RFC 7845 §5.1.1.2) fix: 4 is 2/2, 7 is 6.1. */
const BY_COUNT = [0, 1, 2, 3, 10, 5, 6, 11, 12];

export function toChannelLayoutByCount(channels: number): ChannelLayout {
  return toChannelLayout(channels, BY_COUNT[channels]);
}
