/** An archive for those who only read it. Paths use "/" and are relative to the archive directory, which exists. */
export interface ReadableArchive {
  /** Names in a directory; "" is the archive directory. */
  list(directory: string): string[];
  /** @throws if it is missing */
  open(path: string): ReadableArchiveFile;
}

export interface ReadableArchiveFile {
  /** Fills `into` from an offset and returns the number of bytes read, which is less at the end of the file. */
  pread(into: Uint8Array, offset: number): number;
  /** Size in bytes (fstat). */
  size(): number;
  close(): void;
}

/** The file system of an archive, which is an argument. */
export interface ArchiveFileSystem extends ReadableArchive {
  makeDirectory(path: string): void;
  /** Opens a file to read and write; `create` makes or empties it. @throws if it is missing and `create` is not set */
  open(path: string, options?: { readonly create?: boolean }): ArchiveFile;
  rename(from: string, to: string): void;
  /** Removes a file or an empty directory. */
  remove(path: string): void;
}

export interface ArchiveFile extends ReadableArchiveFile {
  /**
   * Writes at an offset and returns the number of bytes written, which may be less than all.
   *
   * @throws NoSpaceError if not a byte could be written
   */
  pwrite(bytes: Uint8Array, offset: number): number;
  truncate(size: number): void;
  /** Resolves when the bytes will survive a power failure. Never blocks the thread. */
  fdatasync(): Promise<void>;
}

/** The disk is full, or a quota is reached (ENOSPC, EDQUOT). */
export class NoSpaceError extends Error {
  override name = "NoSpaceError";
}

/**
 * Writes all bytes. A write that fails leaves the size of the file as it was before.
 *
 * @throws NoSpaceError, and errors of the file system
 */
export function writeAt(file: ArchiveFile, bytes: Uint8Array, offset: number): void {
  let done = 0;
  try {
    while (done < bytes.length) {
      const written = file.pwrite(done === 0 ? bytes : bytes.subarray(done), offset + done);
      if (written === 0) throw new NoSpaceError("Cannot write a byte");
      done += written;
    }
  } catch (error) {
    if (error instanceof NoSpaceError) file.truncate(offset);
    throw error;
  }
}

/** Reads up to `size` bytes. */
export function readAt(
  file: ReadableArchiveFile,
  offset: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let done = 0;
  while (done < size) {
    const read = file.pread(bytes.subarray(done), offset + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}

export function readWholeFile(files: ReadableArchive, path: string): Uint8Array<ArrayBuffer> {
  const file = files.open(path);
  try {
    return readAt(file, 0, file.size());
  } finally {
    file.close();
  }
}

/**
 * Writes a whole file under another name and renames it, so that it is there with all bytes or not at all.
 *
 * @throws NoSpaceError, and errors of the file system
 */
export function writeWholeFile(files: ArchiveFileSystem, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`;
  const file = files.open(temporary, { create: true });
  try {
    writeAt(file, bytes, 0);
  } finally {
    file.close();
  }
  files.rename(temporary, path);
}
