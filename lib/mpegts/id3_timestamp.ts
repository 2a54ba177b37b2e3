import { ByteWriter } from "../bytes.ts";

const OWNER = "com.apple.streaming.transportStreamTimestamp";

/** Header of a tag, and of a frame, in bytes. */
const HEADER_SIZE = 10;

const FRAME_SIZE = OWNER.length + 1 + 8;

export const ID3_TIMESTAMP_SIZE = HEADER_SIZE + HEADER_SIZE + FRAME_SIZE;

/**
 * Writes the ID3 tag with the time of packed audio (RFC 8216bis §3.1.3): one PRIV frame (id3.org, §4.27).
 *
 * @param time in ticks of 90 kHz; modulo 2^33 in the tag
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

function toSyncSafe(size: number): number {
  return (size >> 7) * 256 + (size & 127);
}
