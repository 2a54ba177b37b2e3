/** Syntax of HLS playlists (RFC 8216bis §4): tags, attribute lists, durations. */

/** Numbers and enumerated strings are unquoted, other text is from `quote()`; undefined values are omitted. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** fMP4 (CMAF), or MPEG-TS with packed audio. */
export type SegmentFormat = "fmp4" | "ts";

export function quote(text: string): string {
  return `"${replaceUnquotable(text)}"`;
}

/** A quoted-string contains neither quotes nor line breaks (§4.2), and a playlist no other control characters (§4.1). */
function replaceUnquotable(text: string): string {
  return text.replaceAll('"', "'").replace(/\p{Cc}+/gu, " ");
}

export function formatTag(name: string, attributes: Attributes): string {
  return `#${name}:${formatAttributes(attributes)}`;
}

/** Formats an attribute list (§4.2). */
export function formatAttributes(attributes: Attributes): string {
  const list = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${value}`
  );
  return list.join(",");
}

export function formatPlaylist(version: number, lines: readonly string[]): string {
  return ["#EXTM3U", `#EXT-X-VERSION:${version}`, ...lines, ""].join("\n");
}

export interface MediaPlaylistHeader {
  readonly version: number;
  /** In seconds. */
  readonly targetDuration: number;
  /** Media sequence number of the first URL, which is omitted if it is 0. */
  readonly sequence: number;
  /** Discontinuities before the first URL, which are omitted if they are 0. */
  readonly discontinuities?: number;
}

/** How a media playlist may change (§4.4.3.5). Clients load it again until it has EXT-X-ENDLIST (§6.2.1). */
export interface PlaylistUpdates {
  /** Undefined if segments may be removed. */
  readonly type: "VOD" | "EVENT" | undefined;
  readonly isOver: boolean;
}

/** Playlists of an asset never change. */
export const NO_UPDATES: PlaylistUpdates = { type: "VOD", isOver: true };

export function formatMediaPlaylist(
  { type, isOver }: PlaylistUpdates,
  { version, targetDuration, sequence, discontinuities = 0 }: MediaPlaylistHeader,
  lines: readonly string[],
): string {
  return formatPlaylist(version, [
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    ...sequence > 0 ? [`#EXT-X-MEDIA-SEQUENCE:${sequence}`] : [],
    ...discontinuities > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`] : [],
    ...type ? [`#EXT-X-PLAYLIST-TYPE:${type}`] : [],
    ...lines,
    ...isOver ? ["#EXT-X-ENDLIST"] : [],
  ]);
}

/** Formats EXTINF in seconds. Times are rounded to the microsecond, not durations, so that errors do not add up. */
export function formatDurations(times: ArrayLike<number>, timescale: number): string[] {
  const durations: string[] = [];
  let last = toMicroseconds(times[0] ?? 0, timescale);
  let [duration, text] = [NaN, ""]; // most segments last as long as the one before
  for (let i = 1; i < times.length; i++) {
    const time = toMicroseconds(times[i]!, timescale);
    if (time - last !== duration) text = formatMicroseconds(duration = time - last);
    durations.push(text);
    last = time;
  }
  return durations;
}

function toMicroseconds(time: number, timescale: number): number {
  return Math.round(time / timescale * 1e6);
}

/** Much faster than `toFixed()`, which long playlists would spend most of their time in. */
function formatMicroseconds(microseconds: number): string {
  if (!(microseconds >= 0)) return (microseconds / 1e6).toFixed(6);
  const digits = String(microseconds).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
