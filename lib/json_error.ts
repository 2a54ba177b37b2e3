/** Formats an error of `JSON.parse(text)`, with its position: "Cannot read line 3, column 5: …". */
export function formatJsonError(text: string, error: SyntaxError): string {
  const offset = findErrorOffset(text, error);
  const before = text.slice(0, offset).split("\n");
  const line = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  return `Cannot read ${line}: ${getReason(text, offset, error)}`;
}

function findErrorOffset(text: string, error: SyntaxError): number {
  const position = /at position (\d+)/.exec(error.message);
  if (position) return Number(position[1]);
  return isUnexpectedToken(error) ? findTokenOffset(text) : text.length;
}

/** Bisects, since the longest valid prefix ends at the unexpected token. */
function findTokenOffset(text: string): number {
  let [valid, invalid] = [0, text.length];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isUnexpectedToken(parseError(text.slice(0, middle)))) invalid = middle;
    else valid = middle;
  }
  return valid;
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

function isUnexpectedToken(error: SyntaxError | undefined): boolean {
  return error?.message.startsWith("Unexpected token") ?? false;
}

function getReason(text: string, offset: number, error: SyntaxError): string {
  if (offset >= text.length) return "unexpected end of JSON";
  if (isUnexpectedToken(error)) return `unexpected ${JSON.stringify(text.charAt(offset))}`;
  return error.message.replace(/ in JSON at position .*/s, "");
}
