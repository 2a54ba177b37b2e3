/** Tags of video (FLV 10.1 §E.4.3; Enhanced RTMP v2, "Enhanced Video"). */

import { ByteReader } from "../../bytes.ts";
import { inBox, toPrintable } from "../../mp4/box.ts";
import { type ExtendedPart, readExtendedParts, skipModEx } from "./flv_extended_tag.ts";
import type { FlvPacket } from "./flv_packet.ts";

/** IsExVideoHeader, in the first byte. */
const EXTENDED = 0x80;

/** VideoFrameType. */
const KEY_FRAME = 1;
const GENERATED_KEY_FRAME = 4;
const COMMAND = 5;

/** CodecID; 12 is not in the specification, but some encoders send HEVC so. */
const LEGACY_CODECS: Readonly<Record<number, string>> = { 7: "avc1", 12: "hvc1" };

/** AVCPacketType. */
const AVC_SEQUENCE_HEADER = 0;
const AVC_NAL_UNITS = 1;

/** VideoPacketType. */
const SEQUENCE_START = 0;
const CODED_FRAMES = 1;
const CODED_FRAMES_X = 3;
const METADATA = 4;
const MPEG2_TS_SEQUENCE_START = 5;
const MULTITRACK = 6;

const CODECS = ["avc1", "hvc1", "av01", "vp09"];

/** Codecs whose CodedFrames start with the composition time offset. */
const REORDERED_CODECS = ["avc1", "hvc1"];

/**
 * Reads the payload of a video message. Commands, metadata of colours and ends of sequences are ignored.
 *
 * @throws MediaError if it is truncated
 */
export function readVideoTag(payload: Uint8Array): FlvPacket[] {
  if (payload.length === 0) return [];
  return inBox("video tag", () => {
    const r = new ByteReader(payload);
    const first = r.u8();
    return first & EXTENDED ? readExtendedTag(r, first) : readLegacyTag(r, first);
  });
}

function readLegacyTag(r: ByteReader, first: number): FlvPacket[] {
  const [frameType, codecId] = [first >> 4, first & 15];
  if (frameType === COMMAND) return [];
  const base = { type: "video", trackId: 0 } as const;
  const codec = LEGACY_CODECS[codecId];
  if (!codec) {
    return [{ ...base, kind: "unsupported", reason: `CodecID ${codecId} is not supported` }];
  }
  const packetType = r.u8();
  if (packetType > AVC_NAL_UNITS) return []; // end of sequence
  const compositionOffset = readI24(r);
  const body = r.rest().bytes;
  if (packetType === AVC_SEQUENCE_HEADER) {
    return [{ ...base, kind: "configuration", codec, record: body }];
  }
  return [{
    ...base,
    kind: "frame",
    codec,
    isSync: isKey(frameType),
    compositionOffset,
    data: body,
  }];
}

function readExtendedTag(r: ByteReader, first: number): FlvPacket[] {
  const frameType = first >> 4 & 7;
  const start = skipModEx(r, first & 15);
  if (frameType === COMMAND && start !== METADATA) return [];
  const { packetType, parts } = readExtendedParts(r, start, MULTITRACK);
  return parts.flatMap((part) => readPart(part, packetType, isKey(frameType)));
}

function readPart(
  { codec, trackId, body }: ExtendedPart,
  packetType: number,
  isSync: boolean,
): FlvPacket[] {
  const base = { type: "video", trackId } as const;
  if (!CODECS.includes(codec)) {
    const reason = `codec '${toPrintable(codec)}' is not supported`;
    return [{ ...base, kind: "unsupported", reason }];
  }
  if (packetType === MPEG2_TS_SEQUENCE_START) {
    return [{
      ...base,
      kind: "unsupported",
      reason: "a configuration of MPEG-2 TS is not supported",
    }];
  }
  if (packetType === SEQUENCE_START) {
    return [{ ...base, kind: "configuration", codec, record: body.rest().bytes }];
  }
  if (packetType !== CODED_FRAMES && packetType !== CODED_FRAMES_X) return [];
  const hasOffset = packetType === CODED_FRAMES && REORDERED_CODECS.includes(codec);
  const compositionOffset = hasOffset ? readI24(body) : 0;
  return [{ ...base, kind: "frame", codec, isSync, compositionOffset, data: body.rest().bytes }];
}

function isKey(frameType: number): boolean {
  return frameType === KEY_FRAME || frameType === GENERATED_KEY_FRAME;
}

/** SI24. */
function readI24(r: ByteReader): number {
  return r.u24() << 8 >> 8;
}
