import { replaceControls } from "./control_characters.ts";
import type { Progress } from "./progress.ts";

export interface Console {
  line(text: string): void;
  warn(text: string): void;
  /** Present if standard error is a terminal. */
  readonly progress?: Progress;
}

/**
 * Returns a console for messages of one line each. Names of files may contain control characters, which a terminal obeys, and line ends,
 * which forge messages.
 */
export function createMessageConsole(out: Console): Console {
  return {
    line: (text) => out.line(replaceControls(text)),
    warn: (text) => out.warn(replaceControls(text)),
    ...out.progress && { progress: out.progress },
  };
}
