/** Bodies of audio and video messages: FLV tags of Adobe's format and of Enhanced RTMP v2, without the code under test. */

import { ascii, concat, u16, u8 } from "../../mp4/movie_file.ts";

export const u24 = (value: number) => u8(value >> 16 & 255, value >> 8 & 255, value & 255);

/** AudioPacketType and VideoPacketType: the numbers differ from 2 on. */
export const SEQUENCE_START = 0;
export const CODED_FRAMES = 1;
export const VIDEO = { sequenceEnd: 2, codedFramesX: 3, metadata: 4, multitrack: 6, modEx: 7 };
export const AUDIO = { sequenceEnd: 2, multichannelConfig: 4, multitrack: 5, modEx: 7 };

const EX_HEADER = 9;

/** AvcMultitrackType. */
export type MultitrackForm = "one track" | "many tracks" | "many tracks, many codecs";
const FORMS: readonly MultitrackForm[] = ["one track", "many tracks", "many tracks, many codecs"];

/** VideoFrameType. */
const frameType = (isKey: boolean) => isKey ? 1 : 2;

/** VIDEODATA with CodecID 7. @param offset composition time in ms, signed */
export function legacyAvc(
  packetType: number,
  body: Uint8Array,
  { isKey = true, offset = 0 } = {},
): Uint8Array {
  return concat(u8(frameType(isKey) << 4 | 7, packetType), u24(offset), body);
}

/** AUDIODATA with SoundFormat 10; its other fields are always those of 44.1 kHz stereo. */
export function legacyAac(packetType: number, body: Uint8Array): Uint8Array {
  return concat(u8(0xaf, packetType), body);
}

/** AUDIODATA with SoundFormat 2. */
export function legacyMp3(body: Uint8Array): Uint8Array {
  return concat(u8(0x2f), body);
}

/** Part of a message that is of one track. */
export interface TrackBody {
  readonly fourCc: string;
  readonly trackId: number;
  readonly body: Uint8Array;
}

export interface EnhancedTag {
  readonly type: "audio" | "video";
  readonly packetType: number;
  readonly isKey?: boolean;
  /** One if it is no multitrack message. */
  readonly tracks: readonly TrackBody[];
  readonly form?: MultitrackForm;
  /** Data of ModEx packets before it, each with its type; 0: TimestampOffsetNano. */
  readonly modEx?: readonly { readonly type: number; readonly data: Uint8Array }[];
}

export function enhancedTag(tag: EnhancedTag): Uint8Array {
  const { type, packetType, isKey = true, form, modEx = [] } = tag;
  const numbers = type === "video" ? VIDEO : AUDIO;
  const first = type === "video" ? (8 | frameType(isKey)) << 4 : EX_HEADER << 4;
  const inner = form ? numbers.multitrack : packetType;
  const types = [...modEx.map(() => numbers.modEx), inner];
  const extensions = modEx.map(({ type, data }, i) =>
    concat(writeModExSize(data.length), data, u8(type << 4 | types[i + 1]!))
  );
  return concat(u8(first | types[0]!), ...extensions, writeTracks(tag));
}

function writeModExSize(size: number): Uint8Array {
  return size < 256 ? u8(size - 1) : concat(u8(255), u16(size - 1));
}

function writeTracks({ packetType, tracks, form }: EnhancedTag): Uint8Array {
  const [{ fourCc, body }] = tracks as [TrackBody];
  if (!form) return concat(ascii(fourCc), body);
  const isMixed = form === "many tracks, many codecs";
  return concat(
    u8(FORMS.indexOf(form) << 4 | packetType),
    isMixed ? [] : ascii(fourCc),
    ...tracks.map(({ fourCc, trackId, body }) => [
      isMixed ? ascii(fourCc) : [],
      u8(trackId),
      form === "one track" ? [] : u24(body.length),
      body,
    ]),
  );
}
