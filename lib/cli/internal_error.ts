/** Formats an error that is a bug in AMS as one line. */
export function formatInternalError(error: unknown): string {
  return `Internal error, please report it: ${String(error).split("\n")[0]}`;
}
