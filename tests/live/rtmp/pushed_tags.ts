/** Turns tracks of testdata into the messages that an encoder sends of them. */

import { concat } from "../../mp4/movie_file.ts";
import type { AmfValue } from "./amf_bytes.ts";
import type { SourceFrame, SourceTrack } from "./media_source.ts";
import {
  CODED_FRAMES,
  type EnhancedTag,
  enhancedTag,
  legacyAac,
  legacyAvc,
  legacyMp3,
  SEQUENCE_START,
  u24,
  VIDEO,
} from "./tag_bytes.ts";

export type MediaType = "audio" | "video";

/** Codecs of Enhanced RTMP whose coded frames state a composition offset. */
const WITH_OFFSET = ["avc1", "hvc1"];

/** How tags are written: `legacy` for H.264, AAC and MP3. */
export type TagFormat = "legacy" | "enhanced";

export function sequenceHeader(
  { type, fourCc, configuration }: SourceTrack,
  format: TagFormat,
): Uint8Array | undefined {
  if (configuration.length === 0) return undefined;
  if (format === "enhanced") {
    const tracks = [{ fourCc, trackId: 0, body: configuration }];
    return enhancedTag({ type, packetType: SEQUENCE_START, tracks });
  }
  return type === "video" ? legacyAvc(0, configuration) : legacyAac(0, configuration);
}

export function frameTag(
  track: SourceTrack,
  frame: SourceFrame,
  format: TagFormat,
): Uint8Array {
  const { type, fourCc } = track;
  const { bytes, isKey, offset } = frame;
  if (format === "enhanced") return enhancedTag(toEnhanced(track, frame));
  if (fourCc === ".mp3") return legacyMp3(bytes);
  return type === "video" ? legacyAvc(1, bytes, { isKey, offset }) : legacyAac(1, bytes);
}

/** A frame without offset is sent as CodedFramesX, which has none. */
export function toEnhanced(
  { type, fourCc }: SourceTrack,
  { bytes, isKey, offset }: SourceFrame,
  trackId = 0,
): EnhancedTag {
  const isShort = WITH_OFFSET.includes(fourCc) && offset === 0;
  const body = WITH_OFFSET.includes(fourCc) && !isShort ? concat(u24(offset), bytes) : bytes;
  const packetType = isShort ? VIDEO.codedFramesX : CODED_FRAMES;
  return { type, packetType, isKey, tracks: [{ fourCc, trackId, body }] };
}

/** onMetaData as ffmpeg writes it for these tracks. */
export function describeTracks(tracks: readonly SourceTrack[]): ReadonlyMap<string, AmfValue> {
  const values = new Map<string, AmfValue>([["duration", 0]]);
  for (const { type, fourCc } of tracks) {
    values.set(`${type}codecid`, { avc1: 7, mp4a: 10, ".mp3": 2 }[fourCc] ?? toNumber(fourCc));
  }
  return values.set("encoder", "Lavf59.27.100");
}

/** A FOURCC as a number (Enhanced RTMP v1). */
function toNumber(fourCc: string): number {
  return new DataView(new TextEncoder().encode(fourCc).buffer).getUint32(0);
}
