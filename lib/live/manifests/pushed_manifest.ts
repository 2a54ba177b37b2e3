/** What a manifest that an encoder pushes says of its files. */

import type { ChannelTrack } from "../../package/channel_file.ts";

/** What an encoder declares of a stream. What the channel file declares takes precedence. */
export type StreamDeclaration = Pick<ChannelTrack, "language" | "label" | "role" | "default">;

/** A Representation, or a media playlist. Paths are relative to the directory of the manifest. */
export interface PushedStream {
  /** Characters are `A-Za-z0-9_=-`. */
  readonly name: string;
  /** Returns true for its init segment. */
  isInit(path: string): boolean;
  /** Returns true for its segments. */
  isSegment(path: string): boolean;
  /** Returns true for a segment that is not named yet, if another stream has none of that path: the next one of a playlist. */
  isExpected(path: string): boolean;
  readonly declaration: StreamDeclaration;
}

export interface PushedManifest {
  /** Its streams have ended: a static MPD, or EXT-X-ENDLIST. */
  readonly isOver: boolean;
  /** None in a multivariant playlist. */
  readonly streams: readonly PushedStream[];
  /** What a multivariant playlist declares of media playlists, by their paths relative to its directory. */
  readonly declarations: ReadonlyMap<string, StreamDeclaration>;
}

/** Names of renditions have up to 100 characters: `-audio-100` may follow. */
const MAX_NAME_LENGTH = 90;

/** Returns the name of a stream with the characters of a rendition; "" without one. */
export function toStreamName(name: string): string {
  return name.replace(/[^A-Za-z0-9_=-]/gu, "-").slice(0, MAX_NAME_LENGTH);
}
