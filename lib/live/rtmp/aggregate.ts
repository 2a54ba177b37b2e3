/** Aggregate messages (RTMP 1.0 §7.1.6): several messages in one, each as in FLV. */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import type { RtmpMessage } from "./rtmp_message.ts";

/** Senders aggregate what fits into a packet or two. */
const MAX_PARTS = 1024;

/** In bytes: the length of a message, again, after it. */
const BACK_POINTER_SIZE = 4;

/**
 * Returns the messages of an aggregate message. Its timestamp is that of the first; the others keep their distance to it.
 *
 * @throws MediaError if one is incomplete, or there are too many
 */
export function readAggregate({ payload, timestamp, streamId }: RtmpMessage): RtmpMessage[] {
  const r = new ByteReader(payload);
  const parts: RtmpMessage[] = [];
  let offset: number | undefined;
  while (r.left > 0) {
    const part = readPart(r);
    offset ??= timestamp - part.timestamp;
    if (parts.length === MAX_PARTS) {
      throw new MediaError(`Cannot read more than ${MAX_PARTS} messages in one`);
    }
    parts.push({ ...part, streamId, timestamp: (part.timestamp + offset + 2 ** 32) % 2 ** 32 });
  }
  return parts;
}

function readPart(r: ByteReader): Omit<RtmpMessage, "streamId"> {
  const type = r.u8();
  const size = r.u24();
  const low = r.u24();
  const timestamp = r.u8() * 2 ** 24 + low;
  r.skip(3); // the stream is that of the aggregate message
  const start = r.skip(size);
  const payload = r.bytes.slice(start, start + size);
  r.skip(Math.min(BACK_POINTER_SIZE, r.left)); // some senders omit the last one
  return { type, timestamp, payload };
}
