/** Where a text stops being JSON: `JSON.parse` tells for some errors only, and quotes the text for others. */

/** One sentence for an error that `JSON.parse(text)` threw: "Cannot read line 3, column 5: …". */
export function jsonError(text: string, error: SyntaxError): string {
  const place = errorPlace(text, error);
  const before = text.slice(0, place).split("\n");
  const line = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  return `Cannot read ${line}: ${reason(text, place, error)}`;
}

/** Offset in UTF-16 units. */
function errorPlace(text: string, error: SyntaxError): number {
  const said = /at position (\d+)/.exec(error.message);
  if (said) return Number(said[1]);
  return unexpectedToken(error) ? tokenPlace(text) : text.length;
}

/**
 * The offset of the token that can't be there, which the engine leaves out of its message: the longest prefix that
 * it takes for a good beginning ends just before that token.
 */
function tokenPlace(text: string): number {
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (unexpectedToken(parseError(text.slice(0, middle)))) bad = middle;
    else good = middle;
  }
  return good;
}

function parseError(text: string): SyntaxError | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function unexpectedToken(error: SyntaxError | undefined): boolean {
  return error?.message.startsWith("Unexpected token") ?? false;
}

function reason(text: string, place: number, error: SyntaxError): string {
  if (place >= text.length) return "the JSON ends too early";
  if (unexpectedToken(error)) return `${JSON.stringify(text.charAt(place))} is not JSON here`;
  return error.message.replace(/ in JSON at position .*/s, "");
}
