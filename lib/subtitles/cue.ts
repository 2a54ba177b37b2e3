/** Cues, independent of input and output formats. */

import { Buffer } from "node:buffer";

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

/** In bytes of UTF-8. Larger cues are ignored with a warning. */
export const MAX_CUE_SIZE = 2 ** 16;

const MAX_BYTES_PER_CHARACTER = 3;

/** Checks identifier, settings and text together. */
export function exceedsMaxCueSize({ id, settings, text }: Omit<Cue, "start" | "end">): boolean {
  const length = id.length + settings.length + text.length;
  if (length > MAX_CUE_SIZE) return true;
  if (length * MAX_BYTES_PER_CHARACTER <= MAX_CUE_SIZE) return false;
  return [id, settings, text].reduce((sum, one) => sum + Buffer.byteLength(one), 0) > MAX_CUE_SIZE;
}

/** Returns milliseconds; 0 without cues. */
export function getCuesEnd(cues: readonly Cue[]): number {
  return cues.reduce((end, cue) => Math.max(end, cue.end), 0);
}
