/** Line ends of text files. */

/** Converts CR LF and CR to LF. Where these are most of a text, a regular expression takes twice the memory. */
export function toLineFeeds(text: string): string {
  return text.includes("\r") ? replaceEach(replaceEach(text, "\r\n"), "\r") : text;
}

/** Converts CR CR LF, which some programs write by converting line ends twice. */
export function undoDoubleConversion(text: string): string {
  return replaceEach(text, "\r\r\n");
}

function replaceEach(text: string, lineEnd: string): string {
  return text.includes(lineEnd) ? text.split(lineEnd).join("\n") : text;
}
