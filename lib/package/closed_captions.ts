/** Closed captions inside of pictures (CEA-608 and CEA-708), which AMS passes on as they are: what the operator says of them. */

export interface ClosedCaptions {
  /** `CC1` to `CC4` of CEA-608, `SERVICE1` to `SERVICE63` of CEA-708. */
  readonly channel: string;
  /** ISO 639-2 (three letters). */
  readonly language: string;
  readonly label?: string;
}

/** Names of channels, as HLS has them (RFC 8216bis §4.4.6.1, INSTREAM-ID). */
export const CHANNEL = /^(?:CC[1-4]|SERVICE(?:[1-9]|[1-5][0-9]|6[0-3]))$/;

/** Index of the first that names a channel again; -1 where each is named once. */
export function repeatedChannel(captions: readonly ClosedCaptions[]): number {
  const seen = new Set<string>();
  return captions.findIndex(({ channel }) => seen.size === seen.add(channel).size);
}
