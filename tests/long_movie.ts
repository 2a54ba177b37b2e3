/** Movies of ten hours with one byte per sample, at whose end errors of times accumulate. */

import { openInputs } from "./open_presentation.ts";
import type { OpenPresentation } from "./open_presentation.ts";
import { syntheticMovie, type SyntheticTrack } from "./robustness/synthetic_movie.ts";
import { memorySource } from "./mp4/movie_file.ts";

const SECONDS = 36_000;

/** 29.97 fps with two frames of reordering; an edit skips the delay in a movie timescale of 1000. */
export const LONG_VIDEO: SyntheticTrack = longTrack("test-avc-2997fps.mp4", 30000, {
  duration: 1001,
  syncEvery: 60,
  delay: 2002,
});

/** 44.1 kHz without priming. */
export const LONG_AUDIO: SyntheticTrack = longTrack("tone-aac-mono.m4a", 44100, { duration: 1024 });

function longTrack(
  like: string,
  timescale: number,
  { duration, syncEvery, delay = 0 }: { duration: number; syncEvery?: number; delay?: number },
): SyntheticTrack {
  const count = Math.floor(SECONDS * timescale / duration);
  return {
    like,
    timescale,
    durations: [[count, duration]],
    sizes: { each: 1, count },
    ...delay > 0 ? { compositionOffsets: [[count, delay]], edits: [[0, delay]] } : {},
    ...syncEvery
      ? { syncs: Array.from({ length: Math.ceil(count / syncEvery) }, (_, i) => 1 + i * syncEvery) }
      : {},
  };
}

/** Opens a movie of one track, in segments of 2 seconds. */
export async function openLongMovie(track: SyntheticTrack): Promise<OpenPresentation> {
  const { count } = track.sizes as { count: number };
  const { source } = memorySource(syntheticMovie([track], count));
  return await openInputs([{ file: "long.mp4" }], { segmentDuration: 2, open: () => source });
}
