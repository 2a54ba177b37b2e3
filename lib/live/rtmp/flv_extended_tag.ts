/** What tags of audio and video have in common in Enhanced RTMP v2 (ExAudioTagHeader, ExVideoTagHeader). */

import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";

/** AudioPacketType and VideoPacketType. */
const MOD_EX = 7;

const ONE_TRACK = 0;
const MANY_CODECS = 2;

const MAX_SHORT_MOD_EX = 256;

/** The part of a tag that belongs to one track. */
export interface ExtendedPart {
  readonly codec: string;
  readonly trackId: number;
  readonly body: ByteReader;
}

export interface ExtendedTag {
  /** AudioPacketType or VideoPacketType, of all tracks. */
  readonly packetType: number;
  readonly parts: readonly ExtendedPart[];
}

/**
 * Skips ModEx packets, such as offsets in nanoseconds.
 *
 * @param packetType the first one of the tag
 * @returns that of what follows
 * @throws MediaError if one exceeds the tag
 */
export function skipModEx(r: ByteReader, packetType: number): number {
  let type = packetType;
  while (type === MOD_EX) {
    const size = r.u8() + 1;
    r.skip(size === MAX_SHORT_MOD_EX ? r.u16() + 1 : size);
    type = r.u8() & 15; // before it: AudioPacketModExType or VideoPacketModExType
  }
  return type;
}

/**
 * Reads a tag behind its ModEx packets: of one track without a trackId, or of several.
 *
 * @param multitrack the packet type that announces several tracks
 * @throws MediaError if a part exceeds the tag, or the kind of multitrack is unknown
 */
export function readExtendedParts(
  r: ByteReader,
  packetType: number,
  multitrack: number,
): ExtendedTag {
  if (packetType !== multitrack) {
    return { packetType, parts: [{ codec: r.ascii(4), trackId: 0, body: r.rest() }] };
  }
  const kinds = r.u8();
  const kind = kinds >> 4;
  if (kind > MANY_CODECS) {
    throw new MediaError(`Cannot read AvMultitrackType ${kind}, expected 0 to 2`);
  }
  const shared = kind === MANY_CODECS ? undefined : r.ascii(4);
  if (kind === ONE_TRACK) {
    const part = { codec: shared!, trackId: r.u8(), body: r.rest() };
    return { packetType: kinds & 15, parts: [part] };
  }
  const parts: ExtendedPart[] = [];
  while (r.left > 0) {
    const codec = shared ?? r.ascii(4);
    parts.push({ codec, trackId: r.u8(), body: r.take(r.u24()) });
  }
  return { packetType: kinds & 15, parts };
}
