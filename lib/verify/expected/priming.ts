/** Audio packets before the first edit, and the roll distances that ask for them (14496-12 §10.1), independent of input/pre_roll.ts. */

import type { Track } from "../../mp4/movie.ts";
import type { SampleTable } from "../../mp4/samples/sample_table.ts";

/** Opus decoders need 80 ms (Encapsulation of Opus in ISO Base Media File Format, 4.3.6.2). */
const OPUS_SECONDS = 0.08;

/** In seconds: an earlier packet is followed by a gap. */
const MAX_PRIMING = 9;

/** A track whose sample groups of pre-roll were read, and the family of its codec. */
export interface PrimedAudio {
  readonly track: Pick<Track, "timescale" | "rollDistance" | "preRollDistance"> & {
    readonly samples: SampleTable;
  };
  readonly family: string;
}

/** Returns the roll distance that Opus needs in packets of 2.5 to 120 ms, where the file declares none. */
export function computeOpusRoll({ samples, timescale }: PrimedAudio["track"]): number {
  const duration = samples.readSamples(0, 1).durations[0]! / timescale;
  return -Math.ceil(OPUS_SECONDS / duration);
}

/** Returns the first packet of audio that is presented from `start` on: before it are as many as the decoder needs, one at least. */
export function findPriming({ track, family }: PrimedAudio, start: number): number {
  const { samples, timescale } = track;
  const before = Math.max(0, samples.indexAt(start) - countNeeded({ track, family }));
  let first = Math.max(0, samples.findSyncAtOrBefore(before));
  while (samples.decodeTime(first) < start - MAX_PRIMING * timescale) first++;
  return first;
}

function countNeeded({ track, family }: PrimedAudio): number {
  const { rollDistance, preRollDistance = -1 } = track;
  const roll = rollDistance ?? (family === "opus" ? computeOpusRoll(track) : -1);
  return -Math.min(roll, preRollDistance);
}
