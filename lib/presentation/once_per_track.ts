import type { MediaInput } from "../input/track_input.ts";
import type { TrackIndex } from "../package/track_index.ts";

/**
 * Returns a function that computes a value once for all inputs of one track with one index: a package can name a track of a file a
 * thousand times. The value must depend on nothing else, and is shared.
 */
export function oncePerTrack<Input extends Pick<MediaInput, "track" | "index">, T>(
  compute: (input: Input) => T,
): (input: Input) => T {
  const values = new Map<MediaInput["track"], Map<TrackIndex | undefined, { value: T }>>();
  return (input) => {
    const ofTrack = values.get(input.track) ?? new Map<TrackIndex | undefined, { value: T }>();
    values.set(input.track, ofTrack);
    const known = ofTrack.get(input.index) ?? { value: compute(input) };
    ofTrack.set(input.index, known);
    return known.value;
  };
}
