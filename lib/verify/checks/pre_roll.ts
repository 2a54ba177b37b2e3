/** Sample groups of pre-roll (14496-12 §10.1) in init segments and fragments. */

import type { Report } from "../findings.ts";
import { computeOpusRoll } from "../expected/priming.ts";
import type { SourceTrack } from "../expected/source_track.ts";
import type { MovieFragment } from "../readers/fragment.ts";

const FAMILIES = ["aac", "opus", "mhm1", "mha1", "iamf"];

/** Expects what the file declares; of Opus at least 80 ms in packets of 2.5 to 120 ms where the file declares nothing. */
export function checkRollDistance(
  got: number | undefined,
  { track, rendition: { codec: { family } } }: SourceTrack,
  report: Report,
): void {
  const declared = FAMILIES.includes(family) ? track.rollDistance : undefined;
  if (family === "opus" && declared === undefined) {
    const needed = computeOpusRoll(track);
    if (got !== needed) report("pre-roll", `got roll distance ${got}, expected ${needed}`);
  } else if (got !== declared) {
    report("pre-roll", `got roll distance ${got}, expected ${declared}`);
  }
}

/** All samples of a track are in its group, or none. */
export function checkRolledSamples(
  { trafs, samples: { count } }: MovieFragment,
  rollDistance: number | undefined,
  report: Report,
): void {
  const rolled = trafs.reduce((sum, { rolledSamples }) => sum + rolledSamples, 0);
  const expected = rollDistance === undefined ? 0 : count;
  if (rolled === expected) return;
  report("pre-roll", `got ${rolled} samples in a group of pre-roll, expected ${expected}`);
}
