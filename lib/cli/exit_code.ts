import { UsageError } from "./usage_error.ts";

export const EXIT_CODE = {
  success: 0,
  /** A file, the system, or what was verified is at fault. */
  failure: 1,
  usage: 2,
} as const;

export function exitCodeForError(error: unknown): number {
  return error instanceof UsageError ? EXIT_CODE.usage : EXIT_CODE.failure;
}
