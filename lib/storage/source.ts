/** Bytes at an offset: a local file, an HTTP range, an S3 object. */
export interface Source {
  /** The file as its operator knows it, for messages: never an absolute path of the server. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /**
   * `read` is done when it returns, and gives no promise: of local files, for as long as their storage is quick. It may
   * change from one turn of the event loop to another, but never while a synchronous function runs.
   */
  readonly synchronous: boolean;
  /**
   * Fills `into` with the bytes from `offset` on. What is `synchronous` reads at once and gives nothing back;
   * what isn't gives a promise, and `into` must not be used until it is kept.
   *
   * @throws MediaError `MEDIA_READ` when the storage fails, or ends before `into` is full
   */
  read(offset: number, into: Uint8Array): void | Promise<void>;
  close(): void;
}

/** `size` new bytes from `offset` on. The caller has held `size` against what the source has. */
export async function readBytes(source: Source, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await source.read(offset, bytes);
  return bytes;
}
