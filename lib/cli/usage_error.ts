/** An invalid command line. The message is one line. */
export class UsageError extends Error {
  override name = "UsageError";
}

export function quoteArgument(value: string | number): string {
  return JSON.stringify(String(value));
}
