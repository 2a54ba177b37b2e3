import type { Codec } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";

/** Returns the track with the roll distance of its codec: as the file declares it, or where it must be present computed. */
export async function withPreRoll(track: Track, codec: Codec): Promise<Track> {
  const { rollDistance: declared, ...rest } = track;
  const rollDistance = codec.preRoll &&
    (declared ?? await computeRollDistance(track, codec.preRoll));
  return rollDistance === undefined ? rest : { ...rest, rollDistance };
}

/** The packets of a file have one duration as a rule, except for the last. */
async function computeRollDistance(
  { samples, timescale }: Track,
  { seconds }: NonNullable<Codec["preRoll"]>,
): Promise<number | undefined> {
  if (seconds === undefined) return undefined;
  const { durations } = await withPages(() => samples.readSamplesUncached(0, 1));
  return durations[0]! > 0 ? -Math.ceil(seconds * timescale / durations[0]!) : undefined;
}
