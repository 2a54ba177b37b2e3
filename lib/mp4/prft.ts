import type { ByteReader } from "../bytes.ts";
import { readVersion } from "./box.ts";

/** Producer Reference Time (14496-12 §8.16.5): the UTC of a media time. */
export interface Prft {
  readonly trackId: number;
  /** In µs since 1970. */
  readonly utc: number;
  /** In the track's timescale; ffmpeg writes the presentation time. */
  readonly mediaTime: bigint;
}

/** Seconds from 1900, where NTP starts (RFC 5905 §6), to 1970. */
const NTP_TO_UNIX = 2208988800;

/** Producer Reference Time (14496-12 §8.16.5). */
export function readPrft(r: ByteReader): Prft {
  const { version } = readVersion(r, 1);
  const trackId = r.u32();
  const seconds = r.u32() - NTP_TO_UNIX;
  const utc = seconds * 1e6 + Math.round(r.u32() / 2 ** 32 * 1e6);
  return { trackId, utc, mediaTime: version === 1 ? r.bigI64() : BigInt(r.u32()) };
}
