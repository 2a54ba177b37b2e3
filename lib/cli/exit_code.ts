/** Exit codes of the commands. */

import { UsageError } from "./usage_error.ts";

export const EXIT_CODE = {
  success: 0,
  /** A file, the system, or what was verified is at fault. */
  failure: 1,
  /** The command line is invalid. */
  usage: 2,
} as const;

/** Exit code of a command that ends with `error`. */
export function exitCodeForError(error: unknown): number {
  return error instanceof UsageError ? EXIT_CODE.usage : EXIT_CODE.failure;
}
