import type { Source } from "./source.ts";

/**
 * Files below a root. Paths are relative to it, their names separated by `/`; "" is the root. Nothing outside is
 * accessible. `name` is what messages call a file.
 */
export interface Storage {
  /**
   * Returns the path that `name` denotes in a directory; both may contain `..`.
   *
   * @throws RequestError `FORBIDDEN` if it is outside the root
   */
  resolve(directory: string, name: string): string;
  /**
   * Returns undefined if there is nothing at the path. Opens nothing.
   *
   * @throws RequestError `FORBIDDEN` if a link leads outside the root, or access is denied; MediaError `MEDIA_READ` if
   *   the storage fails
   */
  stat(
    path: string,
    name: string,
    options?: StatOptions,
  ): StoredFile | undefined | Promise<StoredFile | undefined>;
  /**
   * Lists a directory in no order. Returns undefined if there is nothing at the path, which has no links.
   *
   * @throws RequestError, MediaError like `stat()`
   */
  list(
    path: string,
    name: string,
  ): readonly StoredEntry[] | undefined | Promise<readonly StoredEntry[] | undefined>;
  /**
   * Opens a regular file, which the caller must close. The path has no links.
   *
   * @throws MediaError `MEDIA_MISSING` if the file does not exist, `MEDIA_READ` if it is not regular, not readable or not the
   *   resolved one; RequestError `FORBIDDEN` if access is denied, or a link has replaced a part of the path
   */
  open(path: string, name: string, options?: OpenOptions): Source | Promise<Source>;
  /** Returns whether nothing can be read at all: the root is inaccessible, or no longer mounted. Never rejects. */
  isGone(): Promise<boolean>;
  /**
   * Returns the path of a file that a package names by its URL; undefined if the operator does not allow it. Absent: none is
   * allowed.
   */
  resolveUrl?(url: string): string | undefined;
  /** Returns how files at a path are accessed; absent: as local files. */
  getTraits?(path: string): StorageTraits;
  /** Returns all paths at which clients see a file; absent: its own path alone. */
  listPaths?(path: string): readonly string[];
}

export interface StorageTraits {
  /** Files are on other machines: each look takes a request. */
  readonly remote: boolean;
  /** Files that belong to a media file by name are looked for. */
  readonly sidecars: boolean;
}

export interface StatOptions {
  /** What is remembered of a remote file does not suffice: its origin is asked, at most once a second. */
  readonly mustCheck?: boolean;
}

export interface OpenOptions {
  /** Another process appends to the file: reads do not check whether it has changed. */
  readonly growing?: boolean;
  /** Nothing of the file is sent to clients: whether a link has replaced a part of the path is checked once only. */
  readonly internal?: boolean;
  /** What `stat()` returned for the path: the file must have the same size and date. */
  readonly resolved?: StoredFile;
}

export type FileKind = "file" | "directory" | "other";

/** What a path leads to. */
export interface StoredFile {
  /** Without links. */
  readonly path: string;
  readonly kind: FileKind;
  /** In bytes. */
  readonly size: number;
  /** In milliseconds since 1970; undefined if unknown. */
  readonly modifiedAtMs: number | undefined;
  /** Changes when the file is replaced or edited, and when a link in the path is redirected. */
  readonly fingerprint: string;
  /** Changes when the file is replaced, and when a link in the path is redirected. */
  readonly identity: string;
  /** Differs for any other content, and is the same on every machine; absent: size and date have to do. */
  readonly contentTag?: string | undefined;
}

export interface StoredEntry {
  readonly name: string;
  readonly kind: FileKind | "link";
}
