import { buildInit } from "../../cmaf/init.ts";
import { findCodec } from "../../codecs/mod.ts";
import { describeUnsupportedCodec } from "../../codecs/unsupported_codec.ts";
import { MediaError } from "../../errors.ts";
import { computeRollDistance } from "../../input/pre_roll.ts";
import { withTrackAspect } from "../../input/pixel_aspect.ts";
import type { LiveTrack } from "../media/live_init.ts";

/** The first sample of a track in a period. */
export interface FirstSample {
  readonly bytes: Uint8Array;
  /** In ticks of the track. */
  readonly duration: number;
}

/** Returns true if the init segment of a track cannot be built without its first sample; false if it is broken. */
export function needsFirstSample({ track: { entries: [entry] } }: LiveTrack): boolean {
  try {
    return entry !== undefined && findCodec(entry)?.needsSample?.(entry) === true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
}

/**
 * Builds the init segment of a track of a period: what the publisher pushed, as AMS writes it.
 *
 * @param first describes the codec where the publisher's init segment does not
 * @throws MediaError if the codec is not supported, or its configuration is missing or broken
 */
export function buildPeriodInit(
  { live: { type, track }, mediaTime }: { readonly live: LiveTrack; readonly mediaTime: number },
  first?: FirstSample,
): Uint8Array {
  const [entry] = track.entries;
  const codec = entry && findCodec(entry);
  if (!codec) {
    const why = entry ? describeUnsupportedCodec(entry) : "it has no sample entry";
    throw new MediaError(`Cannot store track ${track.id}: ${why}`, "MEDIA_UNSUPPORTED");
  }
  const { timescale, language, matrix, entries } = track;
  const rollDistance = computeRollDistance(track, codec, first?.duration ?? 0);
  const sample = codec.needsSample?.(entry) ? first?.bytes : undefined;
  const samples = { allSync: type === "audio" };
  return buildInit({
    type,
    language,
    codec,
    description: withTrackAspect(codec.describe(entry, sample), track, entry),
    track: { matrix, entries, samples, ...rollDistance !== undefined && { rollDistance } },
    timing: { timescale, mediaTime },
  });
}
