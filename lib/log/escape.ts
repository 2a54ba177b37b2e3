/** Text in log lines: bounded, and unable to forge lines. */

/** A client can send 64 KB. */
const MAX_CHARS = 2048;

export function shorten(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 3)}...` : text;
}

/** Replaces what is neither visible ASCII nor a character of `allowed` by `\u{…}`. */
export function escapeUnprintable(text: string, allowed = ""): string {
  if (/^[!-~]*$/.test(text)) return text;
  return text.replace(/[^!-~]/gu, (char) => allowed.includes(char) ? char : escapeCodePoint(char));
}

function escapeCodePoint(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** JSON.stringify() takes several times as long. */
export function quoteJson(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Escapes as nginx does in its access log: `\xXX` for each byte that is a quote, a backslash, or not printable. */
export function quoteCombined(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  const escaped = text.toWellFormed().replace(
    /[^ !#-[\]-~]/gu,
    (char) => Array.from(new TextEncoder().encode(char), escapeByte).join(""),
  );
  return `"${escaped}"`;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
