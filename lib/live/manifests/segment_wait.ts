/** A segment that waits until it is known which stream it belongs to. */

import type { OwnedInit } from "./init_files.ts";

/** A file that a publisher puts. */
export interface PushedFile {
  /** Decoded, behind the key. */
  readonly path: string;
  /** Name of the stream where no manifest names it. */
  readonly ownStream: string;
}

export interface RoutedStream {
  readonly stream: string;
  /** To be stored before the file. */
  readonly inits: readonly OwnedInit[];
}

/** Decided once: what comes later has no effect. */
export class SegmentWait implements PushedFile {
  readonly path: string;
  readonly ownStream: string;
  readonly decided: Promise<RoutedStream>;
  /** The body is whole, or no more of it is read: since when, in µs. */
  wholeAt: number | undefined;
  isDecided = false;
  /** Called at once when it is decided. */
  onDecided: () => void = () => {};
  readonly #resolve: (stream: RoutedStream) => void;
  readonly #reject: (error: unknown) => void;

  /** @param arrivedAt in µs of the monotonic clock */
  constructor({ path, ownStream }: PushedFile, readonly arrivedAt: number) {
    const { promise, resolve, reject } = Promise.withResolvers<RoutedStream>();
    promise.catch(() => {}); // who waits may have failed before
    [this.path, this.ownStream, this.decided] = [path, ownStream, promise];
    [this.#resolve, this.#reject] = [resolve, reject];
  }

  resolve(stream: RoutedStream): void {
    if (this.#decide()) this.#resolve(stream);
  }

  reject(error: unknown): void {
    if (this.#decide()) this.#reject(error);
  }

  #decide(): boolean {
    if (this.isDecided) return false;
    this.isDecided = true;
    this.onDecided();
    return true;
  }
}
