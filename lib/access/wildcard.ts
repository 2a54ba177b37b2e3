/** Returns whether a pattern with `*` (any text, also `/`) and `?` (one character) matches a whole text. */
export function matchWildcards(pattern: string, text: string): boolean {
  let [at, textAt, star, starTextAt] = [0, 0, -1, 0];
  while (textAt < text.length) {
    const char = pattern[at];
    if (char === "*") {
      if (at === pattern.length - 1) return true;
      [star, starTextAt] = [at++, textAt];
    } else if (char === "?" || char === text[textAt]) {
      at++;
      textAt++;
    } else if (star >= 0) {
      at = star + 1; // the last `*` matches one character more
      textAt = ++starTextAt;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
