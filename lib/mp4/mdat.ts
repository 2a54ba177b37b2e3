import type { ByteWriter } from "../bytes.ts";

export function getMdatHeaderSize(size: number): 8 | 16 {
  return size + 8 < 2 ** 32 ? 8 : 16;
}

/** Writes the header of Media Data (14496-12 §8.1.1) with a body of `size` bytes. */
export function mdatHeader(w: ByteWriter, size: number): void {
  const large = getMdatHeaderSize(size) === 16;
  w.u32(large ? 1 : size + 8);
  w.ascii("mdat");
  if (large) w.u64(size + 16);
}
