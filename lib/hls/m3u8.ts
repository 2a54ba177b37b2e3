/** The text of HLS playlists (RFC 8216bis §4): tags, attribute lists, durations. */

/** A value of an attribute: a number or an enumerated word stands bare, `quote()` text in quotes; undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Forms that a package is offered in as HLS: CMAF in fMP4, and MPEG-2 transport streams with packed audio. */
export type SegmentFormat = "fmp4" | "ts";

/** A quoted-string (§4.2). */
export function quote(text: string): string {
  return `"${quotable(text)}"`;
}

/** What stands between the quotes: no quote and no line break, so those become an apostrophe and a space. */
function quotable(text: string): string {
  return text.replaceAll('"', "'").replace(/[\r\n\0]+/g, " ");
}

/** A tag with an attribute list (§4.2). */
export function formatTag(name: string, attributes: Attributes): string {
  const list = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${value}`
  );
  return `#${name}:${list.join(",")}`;
}

/** The whole playlist: the first tag, the version (§4.4.1), then the lines. */
export function formatPlaylist(version: number, lines: readonly string[]): string {
  return ["#EXTM3U", `#EXT-X-VERSION:${version}`, ...lines, ""].join("\n");
}

/**
 * Durations between points in time, in seconds, as EXTINF says them. Each point is rounded, not each duration: so they add
 * up to every point, however many there are.
 *
 * @param times in ticks of `timescale`
 */
export function formatDurations(times: ArrayLike<number>, timescale: number): string[] {
  const microseconds = Array.from(times, (time) => Math.round(time / timescale * 1e6));
  return microseconds.slice(1).map((time, i) => ((time - microseconds[i]!) / 1e6).toFixed(6));
}
