/** Limits of the number of samples of a track. */

import type { Codec } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import { withPages } from "../mp4/samples/pages.ts";

/** AAC of 48 kHz has as many in 99 hours. A table can declare billions in a few bytes. */
const MAX_SAMPLES = 2 ** 24;

/** PCM of 48 kHz has as many in three hours, with a sample for each of its frames. */
const MAX_FRAME_SAMPLES = 2 ** 29;

/** Returns the reason, as the end of a sentence, if a track has too many samples. */
export async function describeTooMany(track: Track, codec: Codec): Promise<string | undefined> {
  const { count } = track.samples;
  if (count <= MAX_SAMPLES) return undefined;
  const max = codec.hasFrameSamples && count <= MAX_FRAME_SAMPLES && await isUniform(track)
    ? MAX_FRAME_SAMPLES
    : MAX_SAMPLES;
  return count <= max ? undefined : `it contains ${count} samples, expected at most ${max}`;
}

/** Tables of equal durations are read by their few rows, however many samples they declare. */
async function isUniform({ samples }: Track): Promise<boolean> {
  return await withPages(() => samples.uniformFields(0, samples.count).durations);
}
