export function formatInternalError(error: unknown): string {
  return `Internal error, please report it: ${String(error).split("\n")[0]}`;
}
