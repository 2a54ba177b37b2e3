/** A thread that reads an origin in memory, and what asks it, at both ends of a port. */

import type { BlockStore } from "../../../lib/storage/remote/block_reads.ts";
import {
  allocatePages,
  BLOCK_BYTES,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import type { RangeReader } from "../../../lib/storage/remote/range_reader.ts";
import { RemoteStorage } from "../../../lib/storage/remote/remote_storage.ts";
import { StoragePort } from "../../../lib/storage/remote/storage_port.ts";
import { StorageThread } from "../../../lib/storage/remote/storage_thread.ts";
import { MemoryOrigin } from "./memory_origin.ts";

export interface RemoteSetupOptions {
  readonly pageCount?: number;
  readonly origin?: MemoryOrigin;
  readonly store?: BlockStore;
  /** Reads another origin. */
  readonly reader?: RangeReader;
}

export class RemoteSetup implements Disposable {
  readonly origin: MemoryOrigin;
  readonly port = new StoragePort();
  readonly storage = new RemoteStorage(this.port, "films");
  readonly thread: StorageThread;
  /** Ends of threads that serve. */
  readonly served: Disposable[] = [];
  readonly #pages: SharedPages;
  readonly #reader: RangeReader;
  time = 0;

  constructor(
    { pageCount = 16, origin = new MemoryOrigin(), store, reader }: RemoteSetupOptions = {},
  ) {
    this.origin = origin;
    this.#reader = reader ?? origin;
    this.#pages = new SharedPages(allocatePages(pageCount * BLOCK_BYTES));
    this.thread = this.createThread(this.#pages, store);
    this.connect();
  }

  createThread(pages: SharedPages, store?: BlockStore): StorageThread {
    const mounts = new Map([["films", { reader: this.#reader, origin: "memory:films" }]]);
    return new StorageThread({
      mounts,
      pages,
      store,
      freshMs: 5000,
      now: () => this.time,
      startTimer: () => () => {}, // looks begin with calls
    });
  }

  /** Connects a port to a thread. */
  connect(port = this.port, thread = this.thread, pages = this.#pages): void {
    const { port1, port2 } = new MessageChannel();
    this.served.push(thread.serve(port1));
    port.connect(port2, pages.buffer);
  }

  [Symbol.dispose](): void {
    this.port.close();
    for (const end of this.served) end[Symbol.dispose]();
  }
}

/** Bytes of a file, which depend on their position, also in another block, and on a number. */
export function createContent(size: number, number = 0): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i * 31 + (i >> 8) * 7 + (i >> 17) * 13 + number;
  return bytes;
}
