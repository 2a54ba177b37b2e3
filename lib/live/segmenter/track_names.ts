/** Names of renditions, after the stream that a publisher pushes. */

import { CHANNEL_RENDITION_NAME } from "../../archive/block.ts";
import { MediaError } from "../../errors.ts";
import type { LiveInit, LiveTrack } from "../media/live_init.ts";

interface NamedTracks extends Pick<LiveInit, "names"> {
  readonly tracks: ReadonlyMap<number, Pick<LiveTrack, "type">>;
}

/**
 * Names the tracks of a stream in the order of the moov: after `names`; without them `feed` if there is one, else `feed-video`,
 * `feed-audio`, `feed-audio-2`. Characters other than `[A-Za-z0-9_=-]` become `-`. A stream whose name is reserved is named as one of
 * several tracks.
 */
export function nameTracks(stream: string, { tracks, names }: NamedTracks): string[] {
  const base = stream.replace(/[^\w=-]/g, "-") || "-";
  if (names) return Array.from(tracks, ([id, { type }]) => `${base}-${names.get(id) ?? type}`);
  if (tracks.size === 1 && CHANNEL_RENDITION_NAME.test(base)) return [base];
  const counts = { video: 0, audio: 0 };
  return Array.from(tracks.values(), ({ type }) => {
    const count = ++counts[type];
    return count === 1 ? `${base}-${type}` : `${base}-${type}-${count}`;
  });
}

/**
 * Checks that no rendition of a stream has the name of one of another stream: names that differ in case are one on some disks.
 *
 * @throws MediaError
 */
export function checkTrackNames(
  stream: string,
  init: LiveInit,
  others: ReadonlyMap<string, LiveInit>,
): void {
  const names = new Set(toComparable(stream, init));
  for (const [other, known] of others) {
    if (other === stream) continue;
    const shared = toComparable(other, known).find((it) => names.has(it));
    if (shared === undefined) continue;
    throw new MediaError(
      `Cannot store stream '${stream}': stream '${other}' has a rendition '${shared}', too`,
    );
  }
}

function toComparable(stream: string, init: LiveInit): string[] {
  return nameTracks(stream, init).map((name) => name.toLowerCase());
}
