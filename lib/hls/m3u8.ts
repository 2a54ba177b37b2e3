/** Syntax of HLS playlists (RFC 8216bis §4): tags, attribute lists, durations. */

/** Attribute values: numbers and enumerated strings unquoted, other text as `quote()` returns it; undefined ones are omitted. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Format of media segments: fMP4 (CMAF), or MPEG-TS with packed audio. */
export type SegmentFormat = "fmp4" | "ts";

/** Formats a quoted-string (§4.2). */
export function quote(text: string): string {
  return `"${replaceUnquotable(text)}"`;
}

/** A quoted-string has no quotes and no line breaks: they become apostrophes and spaces. */
function replaceUnquotable(text: string): string {
  return text.replaceAll('"', "'").replace(/[\r\n\0]+/g, " ");
}

/** Formats a tag with an attribute list (§4.2). */
export function formatTag(name: string, attributes: Attributes): string {
  const list = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${value}`
  );
  return `#${name}:${list.join(",")}`;
}

/** Formats a playlist: EXTM3U, the version (§4.4.1), then the lines. */
export function formatPlaylist(version: number, lines: readonly string[]): string {
  return ["#EXTM3U", `#EXT-X-VERSION:${version}`, ...lines, ""].join("\n");
}

/**
 * Formats the durations between times as EXTINF has them, in seconds. Times are rounded to the microsecond, not durations,
 * so that errors do not add up.
 *
 * @param times in ticks of `timescale`
 */
export function formatDurations(times: ArrayLike<number>, timescale: number): string[] {
  const microseconds = Array.from(times, (time) => Math.round(time / timescale * 1e6));
  return microseconds.slice(1).map((time, i) => ((time - microseconds[i]!) / 1e6).toFixed(6));
}
