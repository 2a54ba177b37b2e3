/** Writes messages as chunks (RTMP 1.0 §5.3.1). */

import type { ByteWriter } from "../../bytes.ts";
import type { RtmpMessage } from "./rtmp_message.ts";

const MAX_TIMESTAMP = 0xffffff;

const TYPE_3 = 3 * 64;

/**
 * Writes a message with a full header, and its further chunks with the shortest.
 *
 * @param chunkStreamId 2 to 63: a basic header of one byte
 */
export function writeChunks(
  w: ByteWriter,
  chunkStreamId: number,
  message: RtmpMessage,
  chunkSize: number,
): void {
  const { payload } = message;
  const isExtended = message.timestamp >= MAX_TIMESTAMP;
  w.u8(chunkStreamId);
  writeMessageHeader(w, message);
  if (isExtended) w.u32(message.timestamp);
  w.bytes(payload.subarray(0, chunkSize));
  for (let at = chunkSize; at < payload.length; at += chunkSize) {
    w.u8(TYPE_3 + chunkStreamId);
    if (isExtended) w.u32(message.timestamp);
    w.bytes(payload.subarray(at, at + chunkSize));
  }
}

function writeMessageHeader(w: ByteWriter, message: RtmpMessage): void {
  writeU24(w, Math.min(message.timestamp, MAX_TIMESTAMP));
  writeU24(w, message.payload.length);
  w.u8(message.type);
  for (let i = 0; i < 4; i++) w.u8(Math.floor(message.streamId / 256 ** i) % 256);
}

function writeU24(w: ByteWriter, value: number): void {
  w.u8(Math.floor(value / 65536));
  w.u16(value % 65536);
}
