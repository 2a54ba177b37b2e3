/** The ID3 tag with the time of a segment of packed audio (RFC 8216bis §3.1.3). */

import { ByteWriter } from "../bytes.ts";

/** Owner of the PRIV frame with the time. */
const OWNER = "com.apple.streaming.transportStreamTimestamp";

/** Bytes of the header of a tag, and of a frame. */
const HEADER_SIZE = 10;

const FRAME_SIZE = OWNER.length + 1 + 8;

/** Bytes of the tag. */
export const ID3_TIMESTAMP_SIZE = HEADER_SIZE + HEADER_SIZE + FRAME_SIZE;

/**
 * Writes a tag of version 2.4 with one PRIV frame (id3.org, §3.1 and §4.27).
 *
 * @param time in ticks of 90 kHz; its lower 33 bits are written in 8 bytes
 */
export function id3Timestamp(time: number): Uint8Array {
  const w = new ByteWriter(ID3_TIMESTAMP_SIZE);
  w.ascii("ID3");
  w.u8(4);
  w.u16(0);
  w.u32(toSyncSafe(HEADER_SIZE + FRAME_SIZE));
  w.ascii("PRIV");
  w.u32(toSyncSafe(FRAME_SIZE));
  w.u16(0);
  w.cstring(OWNER);
  w.u64(time % 2 ** 33);
  return w.finish();
}

/** Encodes a size with 7 bits per byte. */
function toSyncSafe(size: number): number {
  return (size >> 7) * 256 + (size & 127);
}
