/** Protocol control and user control messages (RTMP 1.0 §5.4, §6.2, §7.1.7). */

import { ByteReader, ByteWriter } from "../../bytes.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";

const STREAM_BEGIN = 0;
const PING_REQUEST = 6;
const PING_RESPONSE = 7;

/** Limit type of Set Peer Bandwidth: either this one or that in effect. */
const DYNAMIC = 2;

function control(type: number, write: (w: ByteWriter) => void): RtmpMessage {
  const w = new ByteWriter(8);
  write(w);
  return { type, timestamp: 0, streamId: 0, payload: w.finish() };
}

export function setChunkSize(size: number): RtmpMessage {
  return control(MESSAGE_TYPES.setChunkSize, (w) => w.u32(size));
}

/** @param count of bytes received, modulo 2^32 */
export function acknowledgement(count: number): RtmpMessage {
  return control(MESSAGE_TYPES.acknowledgement, (w) => w.u32(count));
}

export function windowAcknowledgementSize(size: number): RtmpMessage {
  return control(MESSAGE_TYPES.windowAcknowledgementSize, (w) => w.u32(size));
}

export function setPeerBandwidth(size: number): RtmpMessage {
  return control(MESSAGE_TYPES.setPeerBandwidth, (w) => {
    w.u32(size);
    w.u8(DYNAMIC);
  });
}

export function streamBegin(streamId: number): RtmpMessage {
  return control(MESSAGE_TYPES.userControl, (w) => {
    w.u16(STREAM_BEGIN);
    w.u32(streamId);
  });
}

/**
 * Returns the response to a user control message; undefined: it needs none.
 *
 * @throws MediaError if it is incomplete
 */
export function respondToUserControl({ payload }: RtmpMessage): RtmpMessage | undefined {
  const r = new ByteReader(payload);
  if (r.u16() !== PING_REQUEST) return undefined;
  const time = r.u32();
  return control(MESSAGE_TYPES.userControl, (w) => {
    w.u16(PING_RESPONSE);
    w.u32(time);
  });
}

/** @throws MediaError if it is incomplete */
export function readWindowAcknowledgementSize({ payload }: RtmpMessage): number {
  return new ByteReader(payload).u32();
}
