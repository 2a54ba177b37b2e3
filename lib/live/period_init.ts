import { buildInit } from "../cmaf/init.ts";
import { findCodec } from "../codecs/mod.ts";
import { describeUnsupportedCodec } from "../codecs/unsupported_codec.ts";
import { MediaError } from "../errors.ts";
import { withTrackAspect } from "../input/pixel_aspect.ts";
import type { LiveTrack } from "./live_init.ts";

/**
 * Builds the init segment of a track of a period: what the publisher pushed, as AMS writes it.
 *
 * @throws MediaError if the codec is not supported, or its configuration is missing or broken
 */
export function buildPeriodInit(
  { live: { type, track }, mediaTime }: { readonly live: LiveTrack; readonly mediaTime: number },
): Uint8Array {
  const [entry] = track.entries;
  const codec = entry && findCodec(entry);
  if (!codec) {
    const why = entry ? describeUnsupportedCodec(entry) : "it has no sample entry";
    throw new MediaError(`Cannot store track ${track.id}: ${why}`, "MEDIA_UNSUPPORTED");
  }
  const { timescale, language, matrix, entries, rollDistance } = track;
  const samples = { allSync: type === "audio" };
  return buildInit({
    type,
    language,
    codec,
    description: withTrackAspect(codec.describe(entry), track, entry),
    track: { matrix, entries, samples, ...rollDistance !== undefined && { rollDistance } },
    timing: { timescale, mediaTime },
  });
}
