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

/** As shells report them: 128 and the number of the signal. */
const SIGNAL_EXIT_CODES = new Map<unknown, number>([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGBREAK", 149],
]);

/** @param name of the signal that ended the work */
export function exitCodeForSignal(name: unknown): number {
  return SIGNAL_EXIT_CODES.get(name) ?? EXIT_CODE.failure;
}
