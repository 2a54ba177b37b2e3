/** Output of a command: lines on the two standard streams. */

import type { Progress } from "./progress.ts";

export interface Console {
  /** Writes one line to standard output. */
  line(text: string): void;
  /** Writes one line to standard error. */
  warn(text: string): void;
  /** Present only when standard error is a terminal. */
  readonly progress?: Progress;
}
