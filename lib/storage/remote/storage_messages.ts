/** Messages between a thread that reads remote files, and those that serve them. */

import { RequestError, SourceError } from "../../errors.ts";
import type { RequestCode, SourceCode } from "../../errors.ts";
import type { SourceTraffic } from "../../source_usage.ts";
import type { StoredEntry } from "../storage.ts";
import type { BlockRef, FileRange } from "./block_cache.ts";
import { type RemoteFile, SourceChanged } from "./range_reader.ts";
import type { FoundEntry } from "./remote_files.ts";

export type StorageQuery =
  /** Returns what is at a path. */
  | {
    readonly kind: "stat";
    readonly mount: string;
    readonly path: string;
    /** Asks the origin first. */
    readonly mustCheck?: boolean;
  }
  | { readonly kind: "list"; readonly mount: string; readonly path: string }
  /** Loads ranges into pages, and returns where they are, unless `copy` is set: then it returns their bytes. */
  | {
    readonly kind: "read";
    readonly mount: string;
    readonly file: RemoteFile;
    readonly ranges: readonly FileRange[];
    readonly copy: boolean;
  };

export type StorageCommand =
  | { readonly id: number; readonly query: StorageQuery }
  /** The query is no longer needed. */
  | { readonly id: number; readonly kind: "cancel" };

export type StorageResult =
  | { readonly kind: "entry"; readonly entry: FoundEntry }
  | { readonly kind: "list"; readonly entries: readonly StoredEntry[] | undefined }
  | { readonly kind: "blocks"; readonly blocks: readonly BlockRef[] }
  /** Bytes of each range. */
  | { readonly kind: "bytes"; readonly bytes: readonly Uint8Array<ArrayBuffer>[] };

export type StorageReply =
  & {
    readonly id: number;
    /** Requests that the query caused; absent: none. */
    readonly traffic?: SourceTraffic;
  }
  & ({ readonly result: StorageResult } | { readonly error: StorageFailure });

export interface StorageFailure {
  readonly name: string;
  readonly code: string;
  /** The message; of `SourceChanged` the path. */
  readonly text: string;
}

export function toStorageFailure(error: unknown): StorageFailure {
  if (error instanceof SourceChanged) return { name: error.name, code: "", text: error.path };
  if (error instanceof SourceError || error instanceof RequestError) {
    return { name: error.name, code: error.code, text: error.message };
  }
  return { name: "Error", code: "", text: error instanceof Error ? `${error.stack}` : `${error}` };
}

/** Restores an error that `toStorageFailure()` described. */
export function fromStorageFailure({ name, code, text }: StorageFailure): Error {
  if (name === "SourceChanged") return new SourceChanged(text);
  if (name === "SourceError") return new SourceError(code as SourceCode, text);
  if (name === "RequestError") return new RequestError(code as RequestCode, text);
  return new Error(text);
}
