import type { Progress } from "./progress.ts";

export interface Console {
  line(text: string): void;
  warn(text: string): void;
  /** Present if standard error is a terminal. */
  readonly progress?: Progress;
}
