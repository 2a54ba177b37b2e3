/** Replaces control characters (category Cc of Unicode), which a terminal obeys. */
export function replaceControls(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
