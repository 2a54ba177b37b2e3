/** Cues: what is shown from when to when, whatever the format that they come in or go out by. */

export interface Cue {
  /** In milliseconds, an integer. */
  readonly start: number;
  /** In milliseconds, an integer; never before `start`. */
  readonly end: number;
  /** "" where the cue has none. */
  readonly id: string;
  /** As WebVTT writes them: `line:0 align:start`; "" for the defaults. */
  readonly settings: string;
  /** With WebVTT's tags; lines are parted by LF, and none is empty. */
  readonly text: string;
}

/** Where the last cue ends, in milliseconds; 0 without cues. */
export function getCuesEnd(cues: readonly Cue[]): number {
  return cues.reduce((end, cue) => Math.max(end, cue.end), 0);
}
