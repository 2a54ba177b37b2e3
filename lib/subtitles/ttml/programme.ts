/** Cues of documents whose time code starts before the media (EBU Tech 3350, documentStartOfProgramme). */

import type { Cue } from "../cue.ts";
import type { ParseWarnings } from "../parse_warnings.ts";

/** @param start time code of the first frame of the programme, in seconds */
export function shiftToProgramme<C extends Cue>(
  cues: readonly C[],
  start: number,
  warnings: ParseWarnings,
): readonly C[] {
  const milliseconds = start * 1000;
  const presented = cues.filter(({ end }) => end > milliseconds);
  if (milliseconds === 0 || cues.length === 0) return cues;
  if (presented.length === 0) {
    warnings.add("documentStartOfProgramme is ignored, since all cues end before it");
    return cues;
  }
  const omitted = cues.length - presented.length;
  if (omitted > 0) {
    warnings.add(`${omitted} cues that end before documentStartOfProgramme are left out`);
  }
  const shift = (time: number) => Math.max(0, Math.round(time - milliseconds));
  return presented.map((cue) => ({ ...cue, start: shift(cue.start), end: shift(cue.end) }));
}
