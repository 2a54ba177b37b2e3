/** Reads remote files for other threads. Only this thread connects to origins, and fills shared pages. */

import { andThen, isPending, orElse } from "../../maybe_async.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../../timeout_clock.ts";
import { SOURCE_USAGE, SourceUsage } from "../../source_usage.ts";
import { BlockCache } from "./block_cache.ts";
import type { BlockFile, BlockStore } from "./block_reads.ts";
import { type RangeReader, type RemoteFile, SourceChanged } from "./range_reader.ts";
import { formatVersion, isStrong, RemoteFiles } from "./remote_files.ts";
import type { SharedPages } from "./shared_pages.ts";
import {
  type StorageCommand,
  type StorageQuery,
  type StorageReply,
  type StorageResult,
  toStorageFailure,
} from "./storage_messages.ts";
import { readFileRecord, toFileRecord } from "./file_record.ts";

export interface RemoteMount {
  readonly reader: RangeReader;
  /** Identifies the origin in names of blocks: a URL without secrets. */
  readonly origin: string;
}

export interface StorageThreadOptions {
  /** By the name of the mount. */
  readonly mounts: ReadonlyMap<string, RemoteMount>;
  readonly pages: SharedPages;
  /** Keeps blocks of files across restarts. */
  readonly store?: BlockStore | undefined;
  readonly freshMs: number;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Default: that of the system. */
  readonly startTimer?: TimeoutClock["start"];
}

interface OpenMount extends RemoteMount {
  readonly files: RemoteFiles;
}

type ReadQuery = Extract<StorageQuery, { kind: "read" }>;

export class StorageThread {
  readonly #options: StorageThreadOptions;
  readonly #cache: BlockCache;
  readonly #mounts: ReadonlyMap<string, OpenMount>;

  constructor(options: StorageThreadOptions) {
    this.#options = options;
    this.#cache = new BlockCache(options.pages, options.store);
    const mounts = Array.from(
      options.mounts,
      ([name, mount]) => [name, this.#open(mount)] as const,
    );
    this.#mounts = new Map(mounts);
  }

  /** The size of what is in pages, in bytes. */
  get cachedBytes(): number {
    return this.#cache.bytes;
  }

  /** Responds to the queries of a port. Disposing aborts those that are in progress: the other end is gone. */
  serve(port: MessagePort): Disposable {
    const callers = new Map<number, AbortController>();
    port.onmessage = async ({ data }: MessageEvent<StorageCommand>) => {
      if ("kind" in data) return callers.get(data.id)?.abort();
      const caller = new AbortController();
      const result = this.#reply(data.id, data.query, caller.signal);
      if (!isPending(result)) return port.postMessage(result);
      callers.set(data.id, caller);
      const reply = await result;
      callers.delete(data.id);
      if (!caller.signal.aborted) port.postMessage(reply, listTransfers(reply));
    };
    return {
      [Symbol.dispose]: () => {
        port.close();
        for (const caller of callers.values()) caller.abort();
      },
    };
  }

  #reply(
    id: number,
    query: StorageQuery,
    signal: AbortSignal,
  ): StorageReply | Promise<StorageReply> {
    const usage = new SourceUsage();
    const count = () => {
      const { requests, bytes } = usage;
      return requests > 0 ? { id, traffic: { requests, bytes } } : { id };
    };
    return orElse<StorageReply>(
      () =>
        andThen(
          SOURCE_USAGE.run(usage, () => this.#answer(query, signal)),
          (result) => ({ ...count(), result }),
        ),
      (error) => ({ ...count(), error: toStorageFailure(error) }),
    );
  }

  #answer(query: StorageQuery, signal: AbortSignal): StorageResult | Promise<StorageResult> {
    const mount = this.#mounts.get(query.mount);
    if (!mount) throw new Error(`Cannot find the mount '${query.mount}'`);
    const { files } = mount;
    switch (query.kind) {
      case "read":
        return this.#read(mount, query, signal);
      case "list":
        return files.list(query.path, { signal }).then((entries) => ({ kind: "list", entries }));
      case "stat":
        return files.stat(query.path, { signal, mustCheck: query.mustCheck })
          .then((entry) => ({ kind: "entry", entry }));
    }
  }

  /** Returns no promise if nothing waits for the origin or a slow disk. */
  #read(
    mount: OpenMount,
    { file, ranges, copy }: ReadQuery,
    signal: AbortSignal,
  ): StorageResult | Promise<StorageResult> {
    const blocks = this.#toBlockFile(mount, file);
    const copyAll = async (): Promise<StorageResult> => {
      const bytes = ranges.map((range) => this.#cache.copy(blocks, range, signal));
      return { kind: "bytes", bytes: await Promise.all(bytes) };
    };
    const result = copy ? copyAll() : andThen(
      this.#cache.loadRefs(blocks, ranges, signal),
      (refs): StorageResult | Promise<StorageResult> =>
        refs ? { kind: "blocks", blocks: refs } : copyAll(),
    );
    return isPending(result)
      ? result.catch((error) => {
        if (error instanceof SourceChanged) mount.files.drop(file);
        throw error;
      })
      : result;
  }

  #open(mount: RemoteMount): OpenMount {
    const { store, freshMs, now, startTimer = SYSTEM_CLOCK.start } = this.#options;
    const { reader, origin } = mount;
    const files: RemoteFiles = new RemoteFiles({
      reader,
      freshMs,
      clock: { now, start: startTimer },
      restore: async (path) => {
        const record = await store?.get(toRecordName(origin, path));
        return record && readFileRecord(path, record);
      },
      onVersion: (file, head) => {
        this.#cache.addHead(this.#toBlockFile({ ...mount, files }, file), head);
        if (isStrong(file.etag)) store?.put(toRecordName(origin, file.path), toFileRecord(file));
      },
    });
    return { ...mount, files };
  }

  #toBlockFile({ origin, reader, files }: OpenMount, file: RemoteFile): BlockFile {
    return {
      key: `${origin}\n${formatVersion(file)}`,
      size: file.size,
      isStorable: isStrong(file.etag),
      read: async (start, end, signal) => {
        const since = this.#options.now();
        const bytes = await reader.read(file, start, end, signal);
        files.confirm(file, since);
        return bytes;
      },
    };
  }
}

function toRecordName(origin: string, path: string): string {
  return `${origin}\n${path}\nrecord`;
}

function listTransfers(reply: StorageReply): Transferable[] {
  const isBytes = "result" in reply && reply.result.kind === "bytes";
  return isBytes ? reply.result.bytes.map(({ buffer }) => buffer) : [];
}
