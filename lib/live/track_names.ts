/** Names of renditions, after the stream that a publisher pushes. */

import type { LiveTrack } from "./live_init.ts";

/**
 * Names the tracks of a stream in the order of the moov: `feed` if there is one, else `feed-video`, `feed-audio`, `feed-audio-2`.
 * Characters other than `[A-Za-z0-9_=-]` become `-`.
 */
export function nameTracks(stream: string, tracks: readonly Pick<LiveTrack, "type">[]): string[] {
  const base = stream.replace(/[^\w=-]/g, "-") || "-";
  if (tracks.length === 1) return [base];
  const counts = { video: 0, audio: 0 };
  return tracks.map(({ type }) => {
    const count = ++counts[type];
    return count === 1 ? `${base}-${type}` : `${base}-${type}-${count}`;
  });
}
