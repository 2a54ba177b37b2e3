/** A local file, read synchronously: the fastest that the platform has (DESIGN: speed). */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { MediaError } from "../errors.ts";
import type { Source } from "./source.ts";

/**
 * Opens a regular file.
 *
 * @param path real path of the file
 * @param name what messages call it
 * @throws MediaError `MEDIA_MISSING` when there is none, `MEDIA_READ` when it is a directory, a device, a
 * FIFO or not ours to read
 */
export function openFile(path: string, name: string): Source {
  const fd = openDescriptor(path, name);
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new MediaError("Cannot read what is not a regular file", "MEDIA_READ").of(name);
  }
  let closed = false;
  return {
    name,
    size: stat.size,
    immediate: true,
    read(offset, into) {
      if (closed) throw new MediaError("Cannot read a file that was closed", "MEDIA_READ").of(name);
      readFully(fd, offset, into, name);
    },
    close() {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

function openDescriptor(path: string, name: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // a FIFO would block the thread
  } catch (error) {
    const code = (error as { code?: string }).code;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    const why = missing
      ? "Cannot find this file"
      : `Cannot open this file (${code ?? "no reason"})`;
    throw new MediaError(why, missing ? "MEDIA_MISSING" : "MEDIA_READ").of(name);
  }
}

function readFully(fd: number, offset: number, into: Uint8Array, name: string): void {
  let done = 0;
  while (done < into.length) {
    const count = readAt(fd, into, done, offset + done, name);
    if (count === 0) {
      const why = `Cannot read byte ${offset + done}: the file ends before it`;
      throw new MediaError(why, "MEDIA_READ").of(name);
    }
    done += count;
  }
}

function readAt(fd: number, into: Uint8Array, at: number, position: number, name: string): number {
  try {
    return readSync(fd, into, at, into.length - at, position);
  } catch (error) {
    const code = (error as { code?: string }).code ?? "no reason";
    throw new MediaError(`Cannot read byte ${position} (${code})`, "MEDIA_READ").of(name);
  }
}
