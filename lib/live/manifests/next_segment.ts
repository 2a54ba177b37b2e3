interface NumberedPath {
  readonly before: string;
  readonly digits: string;
  readonly after: string;
}

/**
 * Returns the path of the segment that follows the last one of a playlist; undefined if its name has no number. Encoders put a segment
 * before the playlist that names it: without that, each would wait for its playlist, and an encoder that waits for the response
 * before it puts the playlist would wait for ever.
 *
 * @param path of the last segment
 * @param stream name of the playlist: ffmpeg writes the number right behind it, `out_0` and `12` in `out_012.m4s`
 */
export function predictNextSegment(path: string, stream: string): string | undefined {
  const start = path.lastIndexOf("/") + 1;
  const named = path.startsWith(stream, start) ? start + stream.length : undefined;
  const parts = splitNumber(path, named) ?? splitNumber(path, start);
  if (!parts) return undefined;
  const { before, digits, after } = parts;
  return before + String(BigInt(digits) + 1n).padStart(digits.length, "0") + after;
}

/** Splits a path at the last number in its file name before the extension, from a place on. */
function splitNumber(path: string, from: number | undefined): NumberedPath | undefined {
  if (from === undefined) return undefined;
  const [extension = ""] = /\.[^./]*$/.exec(path) ?? [];
  const stem = path.slice(from, path.length - extension.length);
  const match = /^(.*?)(\d{1,30})(\D*)$/s.exec(stem);
  if (!match) return undefined;
  return {
    before: path.slice(0, from) + match[1]!,
    digits: match[2]!,
    after: match[3]! + extension,
  };
}
