export interface Source {
  /** For messages; never an absolute path on the server. */
  readonly name: string;
  readonly size: number;
  /** The strong entity tag of the version of a remote file that is open, with its quotes (RFC 9110 §8.8.3). */
  readonly etag?: string | undefined;
  /** `read()` completes before it returns. Never changes while a synchronous function runs. */
  readonly synchronous: boolean;
  /**
   * Fills `into` with the bytes at `offset`, unless the signal aborts, which not every source notices. If it returns a promise, `into` must not be used until that resolves.
   *
   * @throws MediaError `MEDIA_READ` if the storage fails, the file ends before `into` is full, or it was written to since it was
   *   opened; a file that was replaced, renamed or removed remains readable, or FileReplacedError; the reason of the signal
   */
  read(offset: number, into: Uint8Array, signal?: AbortSignal): void | Promise<void>;
  /**
   * Fills `into` as `read()` if the bytes are in memory, although the source is not synchronous. Returns false otherwise; `into` is
   * undefined then. Faster if the address of `into` and `offset` have the same remainder by 8. Absent: they never are.
   */
  readNow?(offset: number, into: Uint8Array): boolean;
  /**
   * Loads ranges that are about to be read, all at the same time. They are read as before if they are too large to be kept. Absent: it
   * would not help.
   *
   * @throws as `read()`
   */
  load?(
    ranges: readonly { readonly offset: number; readonly size: number }[],
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Returns the size that the file has now, also if it was removed. Absent: `size` never changes.
   *
   * @throws MediaError `MEDIA_READ`
   */
  readSize?(): number | Promise<number>;
  close(): void;
}

/** Reads `size` bytes, which the caller checks against the source. */
export async function readBytes(source: Source, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  return bytes;
}
