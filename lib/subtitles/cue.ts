/** Cues, independent of input and output formats. */

export interface Cue {
  /** In integer milliseconds. */
  readonly start: number;
  /** In integer milliseconds; at least `start`. */
  readonly end: number;
  /** "" if the cue has none. */
  readonly id: string;
  /** WebVTT cue settings: `line:0 align:start`; "" for the defaults. */
  readonly settings: string;
  /** WebVTT cue text. Lines are separated by LF; none is empty. */
  readonly text: string;
}

/** Returns the latest end of the cues in milliseconds; 0 without cues. */
export function getCuesEnd(cues: readonly Cue[]): number {
  return cues.reduce((end, cue) => Math.max(end, cue.end), 0);
}
