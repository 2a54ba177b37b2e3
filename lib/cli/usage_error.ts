/** The command line can't be understood: one line, exit 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** On one line, whatever is in it. */
export function quote(value: string | number): string {
  return JSON.stringify(String(value));
}
