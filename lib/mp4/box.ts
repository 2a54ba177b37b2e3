/** The only box walker (14496-12 §4.2). It adds the box path to errors. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";

export type BoxReaders = Record<string, (body: ByteReader) => void>;

/** A box with a reader takes up to a kilobyte of memory. The movies of no muxer have a thousand boxes in one. */
const MAX_CHILDREN = 2 ** 16;

/**
 * Reads the remaining boxes of `r` that have a reader. Ignores fewer than 8 bytes at the end: QuickTime terminates
 * some containers with a 32-bit 0.
 *
 * @throws MediaError with the box path if a size is invalid, or there are more than `MAX_CHILDREN` boxes
 */
export function readBoxes(r: ByteReader, readers: BoxReaders): void {
  for (let count = 1; r.left >= 8; count++) {
    if (count > MAX_CHILDREN) {
      throw new MediaError(`Cannot read more than ${MAX_CHILDREN} boxes`, "MEDIA_UNSUPPORTED");
    }
    const { type, size } = readBoxHeader(r);
    inBox(toPrintable(type), () => {
      if (size < 0) throw new MediaError("Cannot read a box smaller than its header");
      const body = r.take(size);
      if (Object.hasOwn(readers, type)) readers[type]!(body);
    });
  }
}

/** Prepends one or more boxes, as in `moof/traf`, to the path of a MediaError. */
export function inBox<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.in(path) : error;
  }
}

/** Reads a box header of at least 8 bytes. The size of the body may be negative or exceed `r.left`. */
export function readBoxHeader(r: ByteReader): { type: string; size: number } {
  const small = r.u32();
  const type = r.ascii(4);
  if (small === 0) return { type, size: r.left };
  if (small !== 1) return { type, size: small - 8 };
  if (r.left < 8) return { type, size: -1 };
  return { type, size: r.u32() * 2 ** 32 + r.u32() - 16 };
}

/**
 * Reads version and flags of a full box (14496-12 §4.2).
 *
 * @throws MediaError above `maxVersion`
 */
export function readVersion(r: ByteReader, maxVersion: number): { version: number; flags: number } {
  const version = r.u8();
  if (version > maxVersion) throw new MediaError(`Cannot read version ${version}`);
  return { version, flags: r.u24() };
}

export function toPrintable(type: string): string {
  return type.replace(/[^ -~]/g, "?");
}
