/** The command line is invalid. The message is one line; the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Quotes text on one line, with control characters escaped. */
export function quoteArgument(value: string | number): string {
  return JSON.stringify(String(value));
}
