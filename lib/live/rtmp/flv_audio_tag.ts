/** Tags of audio (FLV 10.1 §E.4.2; Enhanced RTMP v2, "Enhanced Audio"). */

import { ByteReader } from "../../bytes.ts";
import { inBox, toPrintable } from "../../mp4/box.ts";
import { type ExtendedPart, readExtendedParts, skipModEx } from "./flv_extended_tag.ts";
import type { FlvPacket } from "./flv_packet.ts";

/** SoundFormat. */
const MP3 = 2;
const EXTENDED = 9;
const AAC = 10;
const MP3_8_KHZ = 14;

/** AACPacketType. */
const AAC_SEQUENCE_HEADER = 0;

/** AudioPacketType. */
const SEQUENCE_START = 0;
const CODED_FRAMES = 1;
const MULTITRACK = 5;

const CODECS = ["mp4a", "Opus", "fLaC", "ac-3", "ec-3", ".mp3"];

/**
 * Reads the payload of an audio message. An empty one announces silence, and has no packet; channel mappings and ends of sequences
 * are ignored.
 *
 * @throws MediaError if it is truncated
 */
export function readAudioTag(payload: Uint8Array): FlvPacket[] {
  if (payload.length === 0) return [];
  return inBox("audio tag", () => {
    const r = new ByteReader(payload);
    const first = r.u8();
    return first >> 4 === EXTENDED ? readExtendedTag(r, first) : readLegacyTag(r, first >> 4);
  });
}

function readLegacyTag(r: ByteReader, format: number): FlvPacket[] {
  const base = { type: "audio", trackId: 0 } as const;
  if (format === MP3 || format === MP3_8_KHZ) {
    return [{ ...base, kind: "frame", codec: ".mp3", ...toFrame(r) }];
  }
  if (format !== AAC) {
    return [{ ...base, kind: "unsupported", reason: `SoundFormat ${format} is not supported` }];
  }
  const isHeader = r.u8() === AAC_SEQUENCE_HEADER;
  return isHeader
    ? [{ ...base, kind: "configuration", codec: "mp4a", record: r.rest().bytes }]
    : [{ ...base, kind: "frame", codec: "mp4a", ...toFrame(r) }];
}

function readExtendedTag(r: ByteReader, first: number): FlvPacket[] {
  const start = skipModEx(r, first & 15);
  const { packetType, parts } = readExtendedParts(r, start, MULTITRACK);
  return parts.flatMap((part) => readPart(part, packetType));
}

function readPart({ codec, trackId, body }: ExtendedPart, packetType: number): FlvPacket[] {
  const base = { type: "audio", trackId } as const;
  if (!CODECS.includes(codec)) {
    const reason = `codec '${toPrintable(codec)}' is not supported`;
    return [{ ...base, kind: "unsupported", reason }];
  }
  if (packetType === SEQUENCE_START) {
    return [{ ...base, kind: "configuration", codec, record: body.rest().bytes }];
  }
  if (packetType !== CODED_FRAMES) return [];
  return [{ ...base, kind: "frame", codec, ...toFrame(body) }];
}

function toFrame(r: ByteReader) {
  return { isSync: true, compositionOffset: 0, data: r.rest().bytes };
}
