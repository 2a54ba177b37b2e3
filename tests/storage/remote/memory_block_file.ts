/** A version of a remote file in memory, of which each byte depends on its position. It counts requests. */

import type { BlockFile } from "../../../lib/storage/remote/block_reads.ts";
import { createContent } from "./remote_setup.ts";

export class MemoryBlockFile implements BlockFile {
  readonly bytes: Uint8Array;
  /** Of the requests. */
  readonly ranges: [start: number, end: number][] = [];
  readonly signals: AbortSignal[] = [];
  /** Resolves at the first request. */
  readonly requested: PromiseWithResolvers<void> = Promise.withResolvers();
  /** What requests wait for. */
  hold: Promise<void> = Promise.resolve();

  constructor(readonly size: number, readonly key = "file", readonly isStorable = true) {
    this.bytes = createContent(size);
  }

  async read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array> {
    this.ranges.push([start, end]);
    this.signals.push(signal);
    this.requested.resolve();
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => aborted.reject(signal.reason));
    await Promise.race([this.hold, aborted.promise]);
    return this.bytes.slice(start, end);
  }
}

/** Keeps blocks in memory. */
export class MemoryBlockStore {
  readonly blocks = new Map<string, Uint8Array>();
  isSlow = false;

  get(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.blocks.get(name));
  }

  getNow(name: string, allocate: (size: number) => Uint8Array): number | undefined {
    if (this.isSlow) return undefined;
    const bytes = this.blocks.get(name);
    if (!bytes) return 0;
    const into = allocate(bytes.length);
    if (into.length < bytes.length) return 0;
    into.set(bytes);
    return bytes.length;
  }

  put(name: string, bytes: Uint8Array): void {
    this.blocks.set(name, bytes.slice());
  }
}
