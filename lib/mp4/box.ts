/** Reads boxes (14496-12 §4.2). All readers go through this walker, which adds the box path to errors. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";

export type BoxReaders = Record<string, (body: ByteReader) => void>;

/**
 * Reads the remaining boxes of `r`, each with the reader for its type, and skips the others.
 *
 * Ignores fewer than 8 bytes at the end: QuickTime terminates some containers with a 32-bit 0.
 *
 * @throws MediaError with the path of the box, if a size is invalid or a reader throws a MediaError
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

/** Runs `read`, and prepends a box, or several as in `moof/traf`, to the path of a MediaError. */
export function inBox<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.in(path) : error;
  }
}

/**
 * Reads a box header and returns the type and the size of the body. At least 8 bytes must be left.
 *
 * Does not check the size: it may be negative or larger than `r.left`.
 */
export function readBoxHeader(r: ByteReader): { type: string; size: number } {
  const small = r.u32();
  const type = r.ascii(4);
  if (small === 0) return { type, size: r.left }; // to the end of the container
  if (small !== 1) return { type, size: small - 8 };
  if (r.left < 8) return { type, size: -1 };
  return { type, size: r.u32() * 2 ** 32 + r.u32() - 16 };
}

/**
 * Reads version and flags of a full box (14496-12 §4.2).
 *
 * @throws MediaError if the version is higher than `maxVersion`
 */
export function readVersion(r: ByteReader, maxVersion: number): { version: number; flags: number } {
  const version = r.u8();
  if (version > maxVersion) throw new MediaError(`Cannot read version ${version}`);
  return { version, flags: r.u24() };
}

/** Replaces the characters of a fourcc that are not printable ASCII by `?`, for messages. */
export function toPrintable(type: string): string {
  return type.replace(/[^ -~]/g, "?");
}
