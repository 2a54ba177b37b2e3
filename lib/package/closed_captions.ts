/** Closed captions (CEA-608, CEA-708) inside video samples. */

export interface ClosedCaptions {
  readonly channel: string;
  readonly language: string;
  readonly label?: string;
}

/** As in INSTREAM-ID of HLS (RFC 8216bis §4.4.6.1). */
export const CHANNEL_NAME = /^(?:CC[1-4]|SERVICE(?:[1-9]|[1-5][0-9]|6[0-3]))$/;

/** Returns the index of the first entry that repeats a channel, or -1. */
export function findRepeatedChannel(captions: readonly ClosedCaptions[]): number {
  const seen = new Set<string>();
  return captions.findIndex(({ channel }) => seen.size === seen.add(channel).size);
}
