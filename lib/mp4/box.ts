/** Boxes (14496-12 §4.2): the only walker there is, which gives every error its path. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";

export type BoxReaders = Record<string, (body: ByteReader) => void>;

/**
 * Reads the boxes that are left in `r`, each with the reader of its type; passes over the others.
 *
 * Fewer than 8 bytes at the end are passed over: QuickTime closes some containers with a 32-bit 0.
 *
 * @throws MediaError with the box's path when a size lies, or a reader throws one
 */
export function readBoxes(r: ByteReader, readers: BoxReaders): void {
  while (r.left >= 8) {
    const { type, size } = readBoxHeader(r);
    inBox(toPrintable(type), () => {
      if (size < 0) throw new MediaError("Cannot read a box smaller than its header");
      const body = r.take(size);
      if (Object.hasOwn(readers, type)) readers[type]!(body);
    });
  }
}

/** What `read` gives; puts a box, or several as `moof/traf`, in front of the path of its errors. */
export function inBox<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.in(path) : error;
  }
}

/**
 * Type and size of the body of the box that starts here; its header, of which 8 bytes are there, has been read.
 * A size that lies is given back as it is: below 0, or past the end.
 */
export function readBoxHeader(r: ByteReader): { type: string; size: number } {
  const small = r.u32();
  const type = r.ascii(4);
  if (small === 0) return { type, size: r.left }; // to the end of what holds it
  if (small !== 1) return { type, size: small - 8 };
  if (r.left < 8) return { type, size: -1 };
  return { type, size: r.u32() * 2 ** 32 + r.u32() - 16 };
}

/** Version and flags of a full box (14496-12 §4.2). */
export function readVersion(r: ByteReader, maxVersion: number): { version: number; flags: number } {
  const version = r.u8();
  if (version > maxVersion) throw new MediaError(`Cannot read version ${version}`);
  return { version, flags: r.u24() };
}

/** A fourcc as messages say it: control characters and what is not ASCII as `?`. */
export function toPrintable(type: string): string {
  return type.replace(/[^ -~]/g, "?");
}
