import type { StoredEntry } from "../storage.ts";

/** What is known of a remote file. */
export interface RemoteFile {
  /** Below the mount. */
  readonly path: string;
  readonly size: number;
  /** As the origin sent it, strong or weak; undefined if it sent none. */
  readonly etag: string | undefined;
  /** In milliseconds since 1970; undefined if the origin sent no `Last-Modified`. */
  readonly modifiedAtMs: number | undefined;
}

/** What the first request for a remote file returns. */
export interface OpenedRemoteFile {
  readonly file: RemoteFile;
  /** The first 65,536 bytes, or all; empty if the file is the known one. */
  readonly head: Uint8Array;
}

/** An entry of a directory, with what a listing of a bucket states besides. */
export interface RemoteEntry extends StoredEntry {
  readonly size?: number;
  readonly etag?: string;
  readonly modifiedAtMs?: number;
}

/**
 * Reads files below a remote mount. Each method rejects with a SourceError when the origin does not respond as it
 * should, and with the reason of `signal` when that aborts.
 */
export interface RangeReader {
  /**
   * Requests the start of a file. Returns undefined if there is no such file, and `known` itself as `file` if it is
   * unchanged.
   */
  open(
    path: string,
    signal: AbortSignal,
    known?: RemoteFile,
  ): Promise<OpenedRemoteFile | undefined>;
  /**
   * Reads the bytes `[start, end)`, at least one, of the file as it was opened.
   *
   * @throws SourceChanged if it is another file now, or none
   */
  read(file: RemoteFile, start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Lists a directory in no order; undefined if there is none. "" is the root of the mount. */
  list(path: string, signal: AbortSignal): Promise<readonly RemoteEntry[] | undefined>;
}

/** A remote file is no longer the one that was opened: nothing of the response is used. */
export class SourceChanged extends Error {
  override name = "SourceChanged";

  constructor(readonly path: string) {
    super(`Cannot read '${path}': it changed since it was opened`);
  }
}
