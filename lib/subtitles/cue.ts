/** Cues, independent of input and output formats. */

export interface Cue {
  /** Integer milliseconds. */
  readonly start: number;
  /** At least `start`. */
  readonly end: number;
  readonly id: string;
  /** `line:0 align:start`; "" for the defaults. */
  readonly settings: string;
  /** Lines are separated by LF; none is empty. */
  readonly text: string;
}

/** Returns milliseconds; 0 without cues. */
export function getCuesEnd(cues: readonly Cue[]): number {
  return cues.reduce((end, cue) => Math.max(end, cue.end), 0);
}
