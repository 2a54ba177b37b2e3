/** The ID3 tag that says when packed audio starts (RFC 8216bis §3.1.3). */

import { ByteWriter } from "../bytes.ts";

/** Owner of the PRIV frame that holds the time. */
const OWNER = "com.apple.streaming.transportStreamTimestamp";

/** Of a tag, and of a frame, in bytes. */
const HEADER = 10;

const CONTENT = OWNER.length + 1 + 8;

/** In bytes. */
export const ID3_TIMESTAMP_SIZE = HEADER + HEADER + CONTENT;

/** A tag of version 2.4 with one PRIV frame (id3.org, §3.1 and §4.27): a timestamp of 90 kHz, 33 bits in 8 bytes. */
export function id3Timestamp(time: number): Uint8Array {
  const w = new ByteWriter(ID3_TIMESTAMP_SIZE);
  w.ascii("ID3");
  w.u8(4);
  w.u16(0);
  w.u32(syncSafe(HEADER + CONTENT));
  w.ascii("PRIV");
  w.u32(syncSafe(CONTENT));
  w.u16(0);
  w.cstring(OWNER);
  w.u64(time % 2 ** 33);
  return w.finish();
}

/** 7 bits a byte. */
function syncSafe(size: number): number {
  return (size >> 7) * 256 + (size & 127);
}
