/** Comments in the markup of subtitles. */

export interface CommentSyntax {
  readonly start: string;
  readonly end: string;
  readonly replacement: string;
}

/** Leaves a comment that is not closed. A regular expression would search for the end of each of these again. */
export function removeComments(
  text: string,
  { start, end, replacement }: CommentSyntax,
): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf(start, at);
    const close = open < 0 ? -1 : text.indexOf(end, open + start.length);
    if (close < 0) break;
    parts.push(text.slice(at, open));
    at = close + end.length;
  }
  return [...parts, text.slice(at)].join(replacement);
}
