/** Random access to the bytes of a file, such as a local file or an HTTP resource. */
export interface Source {
  /** Name for messages; never an absolute path on the server. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /**
   * `read()` completes before it returns, as for local files while their device is fast. May change between tasks of the
   * event loop, but never while a synchronous function runs.
   */
  readonly synchronous: boolean;
  /**
   * Fills `into` with the bytes at `offset`. If not `synchronous`, returns a promise, and `into` must not be used until it
   * resolves.
   *
   * @throws MediaError `MEDIA_READ` if the storage fails or the file ends before `into` is full
   */
  read(offset: number, into: Uint8Array): void | Promise<void>;
  close(): void;
}

/** Reads `size` bytes at `offset` into a new buffer. The caller checks `size` against the source. */
export async function readBytes(source: Source, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  return bytes;
}
