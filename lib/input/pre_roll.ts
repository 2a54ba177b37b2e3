import type { Codec } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";

/**
 * Returns the track with the roll distance of its codec, as the file declares it, or where it must be present computed, and with the
 * packets that precede an edit: as many as the file or the codec asks for.
 */
export async function withPreRoll(track: Track, codec: Codec): Promise<Track> {
  const { rollDistance: declared, ...rest } = track;
  const { durations } = declared === undefined && codec.preRoll?.seconds !== undefined
    ? await withPages(() => track.samples.readSamplesUncached(0, 1))
    : { durations: [0] };
  const rollDistance = computeRollDistance(track, codec, durations[0]!);
  const distance = Math.min(rollDistance ?? 0, declared ?? 0, track.preRollDistance ?? 0);
  return {
    ...rest,
    ...rollDistance !== undefined && { rollDistance },
    ...distance < -1 && { primingPackets: -distance },
  };
}

/**
 * Returns the roll distance of a track: as declared, or where the codec requires it computed.
 *
 * @param duration of a packet in ticks: all have the same as a rule, except for the last
 */
export function computeRollDistance(
  { rollDistance: declared, timescale }: Pick<Track, "rollDistance" | "timescale">,
  { preRoll }: Codec,
  duration: number,
): number | undefined {
  if (!preRoll || declared !== undefined) return preRoll && declared;
  if (preRoll.seconds === undefined || duration <= 0) return undefined;
  return -Math.ceil(preRoll.seconds * timescale / duration);
}
